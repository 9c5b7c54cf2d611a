/** Which moment somebody means by a time of day: in their own time zone, as far as anybody tells it. */
import { zoneFrom } from '../core/calendar.ts';
import type { Start, TypedStart } from '../core/start.ts';
import { parseStart, startFrom } from '../core/start.ts';
import type { Instant } from '../core/time.ts';
import { plainText } from '../core/typed.ts';
import type { Shell } from './shell.ts';

/** Where somebody is, and when they said it. */
export interface Whereabouts {
  /** Of these the first one that there is; else that of policy. */
  readonly zones: readonly (string | undefined)[];
  /** NB. Not when it is worked on: what is worked on twice means the same moment. */
  readonly at: Instant;
}

export function startMeant(
  shell: Pick<Shell, 'policy'>,
  typed: TypedStart,
  around: Whereabouts,
): Start {
  return momentMeant(shell, around, (zone, at) => startFrom(typed, zone, at));
}

/** @param read what was said, in their zone, at that moment */
export function momentMeant(
  { policy }: Pick<Shell, 'policy'>,
  { zones, at }: Whereabouts,
  read: (zone: string, at: Instant) => Start,
): Start {
  const zone = zones.map((text) => zoneFrom(text)).find((known) => known !== undefined);
  return read(zone ?? policy().zone, at);
}

/** What stands in a form. @returns null: nothing, and `unreadable`: no start */
export function filledStart(text: string | undefined): TypedStart | null | 'unreadable' {
  const typed = plainText(text ?? '');
  return typed === '' ? null : (parseStart(typed.replace(/^from /iu, '')) ?? 'unreadable');
}

export const NO_START = 'That is no start. Write one such as 22:00 or 2026-12-01 09:00.';
