/** How long a request is for, and from when, in words: as it was asked, as it was agreed to, what would extend it. */
import { agreed } from './agreeing.ts';
import { endIfBegun } from './giving.ts';
import { added } from './limits.ts';
import type { AccessRequest, Ask } from './request.ts';
import { startOf } from './request.ts';
import type { Rich } from './rich.ts';
import { instant, requestRef, span } from './rich.ts';
import { startText } from './start.ts';
import type { Field } from './view.ts';

/** How long it is for: an extension names both ends. */
export function lengthOf(ask: Ask): Rich {
  const { extends: extended } = ask;
  if (extended === undefined) return [span(ask.duration)];
  return [
    ...[span(added(ask)), ' more, until ', instant(endIfBegun(ask, ask.askedAt)), ' instead of '],
    ...[instant(extended.endsAt), ' (', requestRef(extended.request), ')'],
  ];
}

export function lessThanAsked(request: AccessRequest): readonly Field[] {
  const duration = agreed(request);
  if (duration === request.duration) return [];
  return [
    { label: 'Agreed to', value: [...lengthOf({ ...request, duration }), ', less than asked'] },
  ];
}

/** When it begins, and whether that is what was asked for. */
export function startField(request: AccessRequest): readonly Field[] {
  const start = startOf(request);
  if (start === undefined) return [];
  const isLater = start.at !== request.start?.at;
  const asked: Rich = request.start === undefined ? ['at once'] : startText(request.start);
  const than: Rich = isLater ? ['; asked for ', ...asked] : [];
  return [{ label: 'Starts', value: [...startText(start), ...than] }];
}

/** Of what was asked for. */
export function fromStart({ start }: Pick<Ask, 'start'>): Rich {
  return start === undefined ? [] : [', from ', ...startText(start)];
}

export function extensionOf(request: AccessRequest): readonly Field[] {
  if (request.status !== 'active' || request.extension === undefined) return [];
  return [{ label: 'Extension', value: ['asked for: request ', requestRef(request.extension)] }];
}
