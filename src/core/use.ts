/**
 * How access is used, by what its targets say. Access that a role gives only while it is used
 * (`returnIfUnusedFor`) is taken back when nobody has used it for so long; and once access is over, the thread is
 * told what became of it. NB. What cannot be told is neither use nor the lack of it: nothing is taken back for it.
 */
import type { Decision } from './decide.ts';
import { takeAway } from './extending.ts';
import type { Facts } from './facts.ts';
import type { Accesses } from './giving.ts';
import { of } from './giving.ts';
import type { AccessRequest, Active } from './request.ts';
import type { UseCommand } from './request-command.ts';
import type { GrantUse } from './request-event.ts';
import type { Rich } from './rich.ts';
import { code, instant } from './rich.ts';
import type { Instant, Millis } from './time.ts';
import { MINUTE } from './time.ts';
import { plainText } from './typed.ts';

export function seeUse(
  request: AccessRequest,
  accesses: Accesses,
  { uses }: UseCommand,
  facts: Facts,
): Decision {
  if ('finishedAt' in request) {
    const seen = { type: 'use-seen', asOf: facts.now, uses } as const;
    return { kind: 'accepted', happenings: [of(request, seen)] };
  }
  const since = request.status === 'active' ? unusedSince(request, uses) : undefined;
  const isOver = since !== undefined && facts.now - lagOf(uses) >= since + allowed(request);
  const happenings =
    isOver && request.status === 'active'
      ? takeAway(request, accesses, { kind: 'unused', since }, facts)
      : [];
  return { kind: 'accepted', happenings };
}

function allowed({ role }: AccessRequest): Millis {
  return role.returnIfUnusedFor ?? Number.POSITIVE_INFINITY;
}

/** NB. What shows late may have been done by now: nobody is unused before it would show. */
function lagOf(uses: readonly GrantUse[]): Millis {
  return Math.max(0, ...uses.map(({ lag = 0 }) => lag));
}

/** The latest use of any of its parts, and at the earliest its beginning; undefined: that cannot be told. */
function unusedSince({ activeAt }: Active, uses: readonly GrantUse[]): Instant | undefined {
  let since = activeAt;
  for (const { use } of uses) {
    if (use.kind === 'unknown' || (use.kind === 'used' && use.lastAt === null)) return undefined;
    since = Math.max(since, use.from ?? since);
    if (use.kind === 'used') since = Math.max(since, use.lastAt ?? since);
  }
  return since;
}

/** Where it cannot be told, or is used at this very moment, it is asked again before long. */
const SOONEST: Millis = MINUTE;

/** When to look at an active request's use again; undefined: never. */
export function nextLook(
  request: Active,
  uses: readonly GrantUse[],
  now: Instant,
): Instant | undefined {
  const { returnIfUnusedFor } = request.role;
  if (returnIfUnusedFor === undefined) return undefined;
  const since = unusedSince(request, uses);
  if (since === undefined) return now + Math.max(SOONEST, returnIfUnusedFor / 4);
  return Math.max(now + SOONEST, since + returnIfUnusedFor + lagOf(uses));
}

interface Seen {
  readonly uses: readonly GrantUse[];
  readonly asOf: Instant;
}

/** A line for each grant. */
export function useText(request: AccessRequest, seen: Seen): Rich {
  const { rights } = request;
  const { uses, asOf } = seen;
  const lines = uses.flatMap(({ accessId, use }): Rich => {
    const summary = rights.find((right) => right.accessId === accessId)?.summary ?? accessId;
    return [code(summary), ' ', ...wordsOf(use), '. '];
  });
  return [...lines, ...untilNow(request, seen), 'As of ', instant(asOf), '.'];
}

/** From when on more may come to light. */
function untilNow(request: AccessRequest, { uses, asOf }: Seen): Rich {
  const shown = asOf - lagOf(uses);
  if (!('finishedAt' in request) || shown >= request.finishedAt) return [];
  return ['What was done after ', instant(shown), ' may not show yet. '];
}

const SHOWN = 10;
const LONGEST = 80;

function wordsOf(use: GrantUse['use']): Rich {
  switch (use.kind) {
    case 'unused':
      return ['was not used', ...onlyFrom(use.from)];
    case 'unknown':
      return [`may have been used or not: ${plainText(use.why).slice(0, 2 * LONGEST)}`];
    case 'used':
      return [
        ...['was used', ...timesOf(use), ...lastOf(use.lastAt)],
        ...[...doneIn(use.what ?? []), ...elseFrom(use.from)],
      ];
  }
}

function onlyFrom(from: Instant | undefined): Rich {
  return from === undefined ? [] : [' since ', instant(from), ' (what was before is not known)'];
}

function elseFrom(from: Instant | undefined): Rich {
  return from === undefined ? [] : ['; what else was before ', instant(from), ' is not known'];
}

function timesOf({
  count,
  from,
}: {
  readonly count: number | null;
  readonly from?: Instant;
}): Rich {
  if (count === null) return [];
  const atLeast = from === undefined ? '' : ' at least';
  return [`${atLeast}${count === 1 ? ' once' : ` ${count} times`}`];
}

function lastOf(at: Instant | null): Rich {
  return at === null ? [] : [', last at ', instant(at)];
}

function doneIn(what: readonly string[]): Rich {
  if (what.length === 0) return [];
  const more = what.length > SHOWN ? [`and ${what.length - SHOWN} more`] : [];
  const shown = what.slice(0, SHOWN).map((one) => plainText(one).slice(0, LONGEST));
  return [`: ${[...shown, ...more].join(', ')}`];
}
