/**
 * The target's own timer, where it has one: it only takes access away, and is set before anything is
 * given. So access that this program never comes back to ends all the same.
 */
import type { Answer } from '../access/provider.ts';
import type { Wanted } from '../core/access.ts';
import type { Seen } from '../core/observe.ts';
import type { Instant } from '../core/time.ts';

/**
 * What the timer has to be set to before the attempt goes on, or undefined: as it is. NB. Whatever was
 * read, a write may find nothing there and give it: so the timer comes first, and is taken away again
 * where it turns out that somebody else had given the right.
 */
export function timerDue(
  aim: Wanted,
  found: Seen,
  armed: Instant | null | undefined,
): Instant | null | undefined {
  if (aim.kind === 'until') return armed === aim.until ? undefined : aim.until;
  return found.kind === 'absent' && armed !== null ? null : undefined;
}

/** Access that could be given without a timer could stay. */
export function isSet(answer: Answer): boolean {
  return answer.kind === 'done' || answer.kind === 'already';
}
