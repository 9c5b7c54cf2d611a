/**
 * The kill switch. A freeze stops whatever would open anything from its own commit on, and everything
 * that was given is taken away; a thaw lets things be asked again, and gives nothing back.
 *
 * NB. Whoever freezes or thaws is named by the policy in force: where that names nobody, nobody thaws
 * until it does.
 */
import type { InstallationEvent } from './audit.ts';
import type { PrincipalId } from './ids.ts';
import { invariant } from './invariant.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest, EndCause, TextRef } from './request.ts';
import { type Instant, MINUTE, type Millis } from './time.ts';

/** For how long after one was told what a freeze or a thaw does a button does it: not from yesterday. */
export const PREVIEW_HOLDS: Millis = 10 * MINUTE;

/** Nothing is opened while this holds. */
export interface Standstill {
  readonly by: PrincipalId;
  readonly why: TextRef;
  readonly since: Instant;
}

export type SwitchWord = 'freeze' | 'thaw';

/** @param given how many requests hold access that is not being taken away, or should have begun and did not */
export function whyNotSwitch(
  word: SwitchWord,
  standstill: Standstill | null,
  given: number,
): Refusal | undefined {
  if (word === 'freeze')
    return standstill === null ? undefined : { code: 'frozen', since: standstill.since };
  if (standstill === null) return { code: 'not-frozen' };
  // What was given before the freeze is never taken for what was given after it.
  return given === 0 ? undefined : { code: 'still-freezing', left: given };
}

export function evolveStandstill(
  state: Standstill | null,
  event: InstallationEvent,
): Standstill | null {
  switch (event.type) {
    case 'frozen':
      invariant(state === null, 'what is frozen is not frozen again');
      return { by: event.by, why: event.why, since: event.since };
    case 'thawed':
      invariant(state !== null, 'only what is frozen is thawed');
      return null;
    default:
      return state;
  }
}

export function freezeCause({ by, why }: Standstill): Extract<EndCause, { kind: 'freeze' }> {
  return { kind: 'freeze', by, reason: why };
}

/** Whether it was this freeze, known by the digest of its reason, that took a request's access away. */
export function isHitBy(request: AccessRequest, why: string): boolean {
  return (
    'cause' in request && request.cause.kind === 'freeze' && request.cause.reason.digest === why
  );
}
