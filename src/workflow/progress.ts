/** What one attempt on an access leaves for the next, as long as nothing else became wanted meanwhile. */
import type { Json } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import type { EffectRow } from '../store/store.ts';

export interface Progress {
  /** When absence was first read, if nothing was written since. */
  readonly firstAbsentAt?: Instant;
  /** The notice of access that cannot be read back, or of a timer that is left, was set, and may have been posted since. */
  readonly noticed?: true;
  /** It was as wanted, and is only looked at again. */
  readonly watched?: true;
  /** It was as wanted when it was last read, and could not be read since, or is being set again. */
  readonly stood?: true;
  /** What the target's own timer is set to; null: it was taken away. */
  readonly armed?: Instant | null;
}

/** NB. Written by `kept` alone, in the row of an effect of this kind. */
export function progressOf({ progress }: Pick<EffectRow, 'progress'>): Progress {
  return (progress ?? {}) as Progress;
}

/** Was it as wanted when it was last read? */
export function stood({ watched, stood: isLeft }: Progress): boolean {
  return watched === true || isLeft === true;
}

/** null where there is nothing to keep. */
export function kept(progress: Progress): Json {
  const known = Object.entries(progress).filter(([, value]) => value !== undefined);
  return known.length === 0 ? null : Object.fromEntries(known);
}
