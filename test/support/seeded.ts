/** Chance that is the same each time, so that what a story finds can be found again. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** @returns what gives so many bytes; each call gives the next ones */
export function seededBytes(seed: number): (bytes: number) => Uint8Array {
  const generator = xoroshiro128plus(seed);
  return (bytes) => Uint8Array.from({ length: bytes }, () => uniformInt(generator, 0, 255));
}
