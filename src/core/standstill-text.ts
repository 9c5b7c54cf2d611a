/** What is said of a freeze in the alarm channel, as plain sentences. */

/** How many requests are named. */
const MOST_NAMED = 10;

export function frozenText(by: string, reason: string): string {
  return (
    `Everything is frozen by ${by}: ${reason}. What was given is being taken away, and nothing new is ` +
    'asked, approved or given until it is thawed.'
  );
}

export function thawedText(by: string, reason: string): string {
  return `Thawed by ${by}: ${reason}. Nothing was given back; access can be asked for again.`;
}

/** @param given how many requests hold access that is not being taken away yet */
export function heldText(given: number): string {
  if (given === 0) return 'Nobody holds access.';
  return given === 1
    ? 'One request holds access, which is taken away at once.'
    : `${given} requests hold access, which is taken away at once.`;
}

/** How far a freeze has come. */
export interface Countdown {
  /** How many requests it hit. */
  readonly hit: number;
  /** Those of them whose access is not confirmed gone. */
  readonly left: readonly string[];
  /** Those that are over without proof: by a person's word, or with somebody else's right in place. */
  readonly unproven: readonly string[];
}

export function countdownText({ hit, left, unproven }: Countdown): string {
  if (hit === 0) return 'The freeze found nothing to take away.';
  if (left.length > 0) {
    const named = left.length > MOST_NAMED ? '' : ` (${left.join(', ')})`;
    return `Frozen: ${left.length} of ${hit} not confirmed gone yet${named}.`;
  }
  if (unproven.length === 0) return `Frozen: all ${hit} are confirmed gone.`;
  const more = unproven.length > MOST_NAMED ? ' and others' : '';
  return (
    `Frozen: all ${hit} are over, but ${unproven.length} without proof, by somebody’s word or with ` +
    `another’s right left in place: ${unproven.slice(0, MOST_NAMED).join(', ')}${more}.`
  );
}
