/** The seal of an installation that never was. */
import type { Seal } from '../../src/access/provider.ts';
import { sha256 } from '../../src/core/ids.ts';

export const seal: Seal = sealedBy('the seal of the tests');

/** Another one for each key. */
export function sealedBy(key: string): Seal {
  return (text) => sha256(`${key}\n${text}`).slice(0, 32);
}
