/** One thing that may happen at a target, and what has to come of it, whatever the provider. */
import type { Place } from './place.ts';
import type { Scene } from './scene.ts';
import type { How, What } from './troubles.ts';

export interface Scenario {
  readonly number: number;
  readonly name: string;
  /** Why it cannot happen at this place, or undefined. */
  readonly unfit?: (place: Place) => string | undefined;
  /** @throws Unkept */
  readonly play: (scene: Scene) => Promise<void>;
}

/** It can only happen where the target can be made to do this. */
export function needs(what: What, how: How, otherwise: string) {
  return ({ can }: Place): string | undefined => (can[what].includes(how) ? undefined : otherwise);
}
