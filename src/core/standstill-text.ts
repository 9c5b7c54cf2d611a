/** What is said of a freeze in the alarm channel, as plain sentences. */
import type { RequestId } from './ids.ts';
import type { SwitchWord } from './standstill.ts';

/** How many requests are named. */
export const MOST_NAMED = 10;

export function frozenText(by: string, reason: string): string {
  return (
    `Everything is frozen by ${by}: ${reason}. What was given is being taken away, and nothing new is ` +
    'asked, approved or given until it is thawed.'
  );
}

export function thawedText(by: string, reason: string): string {
  return `Thawed by ${by}: ${reason}. Nothing was given back; access can be asked for again.`;
}

/** What is given, and not being taken away yet. */
export interface Held {
  readonly requests: number;
  readonly grants: number;
}

export function heldText({ requests, grants }: Held): string {
  if (requests === 0) return 'Nobody holds access.';
  const who = requests === 1 ? 'One request holds' : `${requests} requests hold`;
  return grants === 1
    ? `${who} one grant, which is taken away at once.`
    : `${who} ${grants} grants, which are taken away at once.`;
}

/** What stands on the button that does it. */
export function switchLabel(word: SwitchWord, { grants }: Held): string {
  if (word === 'thaw') return 'Thaw';
  if (grants === 0) return 'Freeze';
  return grants === 1 ? 'Freeze 1 grant' : `Freeze ${grants} grants`;
}

/** How far a freeze has come, in requests. */
export interface Countdown {
  /** How many it hit. */
  readonly hit: number;
  /** How many of those are over. */
  readonly over: number;
  /** How many of these ended without proof: by a person's word, or with another's right in place. */
  readonly unproven: number;
  /** The first of them. */
  readonly unprovenIds: readonly RequestId[];
}

/** @param left those that are not over, where they are few enough to be named */
export function countdownText(state: Countdown, left: readonly RequestId[]): string {
  const { hit, over, unproven, unprovenIds } = state;
  if (hit === 0) return 'The freeze found nothing to take away.';
  if (over < hit) {
    const named = left.length === 0 ? '' : ` (${left.join(', ')})`;
    return `Frozen: ${hit - over} of ${hit} not confirmed gone yet${named}.`;
  }
  if (unproven === 0) return `Frozen: all ${hit} are confirmed gone.`;
  const more = unproven > unprovenIds.length ? ' and others' : '';
  return (
    `Frozen: all ${hit} are over, but ${unproven} without proof, by somebody’s word or with ` +
    `another’s right left in place: ${unprovenIds.join(', ')}${more}.`
  );
}
