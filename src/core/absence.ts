/**
 * Times in which somebody is not told that something waits for them, and who is told instead. Neither
 * gives or takes a right: whoever is away may still decide, and a delegate may do what policy lets them.
 */
import type { PrincipalId } from './ids.ts';
import type { AccessRequest } from './request.ts';
import type { Rich } from './rich.ts';
import { bold, code, person, requestRef } from './rich.ts';
import { startText } from './start.ts';
import type { Instant, Millis } from './time.ts';
import { DAY } from './time.ts';
import type { NoteView } from './view.ts';

export interface Absence {
  readonly until: Instant;
  /** The time zone in which that was said. */
  readonly zone: string;
  /** Told instead; null: nobody. */
  readonly delegate: PrincipalId | null;
}

/** Whoever is away for longer has left. */
export const LONGEST_ABSENCE: Millis = 90 * DAY;

export function isAway(absence: Absence | undefined, now: Instant): absence is Absence {
  return absence !== undefined && now < absence.until;
}

export function untilText({ until, zone }: Pick<Absence, 'until' | 'zone'>): Rich {
  return startText({ at: until, zone });
}

/** To whom it is about. */
export function absenceText(absence: Absence): Rich {
  const until: Rich = ['You are away until ', ...untilText(absence)];
  const instead: Rich =
    absence.delegate === null
      ? ['; nobody is told instead of you.']
      : ['; ', person(absence.delegate), ' is told instead of you, where policy names them.'];
  return [...until, ...instead, ' ', code('/jit back'), ' ends that.'];
}

/** To the delegate. */
export function delegationNote(from: PrincipalId, absence: Absence): NoteView {
  const text: Rich = [
    ...[person(from), ' is away until ', ...untilText(absence)],
    '. Until then you are told instead of them what waits for an approval, where policy names you.',
    ' You may approve what you could approve before, and nothing more.',
  ];
  return { text, buttons: [] };
}

/** With the card that a delegate is sent. */
export function insteadNote(request: AccessRequest, from: PrincipalId): NoteView {
  const text: Rich = [
    ...['You are told of ', bold(request.role.name), ' (', requestRef(request.id), ') instead of '],
    ...[person(from), ', who is away.'],
  ];
  return { text, buttons: [] };
}
