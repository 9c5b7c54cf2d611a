/** The installation's seal: made once, kept in its database, known to nobody else. */
import { createHmac } from 'node:crypto';
import type { Seal } from '../access/provider.ts';
import { invariant } from '../core/invariant.ts';
import type { Store } from '../store/store.ts';
import type { Ledger } from './shell.ts';

const BYTES = 32;
const DIGITS = 32;

/** NB. Whoever comes second, of two that start at once, takes what the first has written. */
export async function sealOf(
  store: Pick<Store, 'sealKey'>,
  ledger: Pick<Ledger, 'commit'>,
  random: (bytes: number) => Uint8Array,
): Promise<Seal> {
  if ((await store.sealKey()) === undefined)
    await ledger.commit({ expecting: [], sealKey: Buffer.from(random(BYTES)).toString('hex') });
  const key = await store.sealKey();
  invariant(key !== undefined, 'the seal is made before it is used');
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, DIGITS);
}
