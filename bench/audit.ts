/** How fast the whole chain is verified and replayed against what is stored, beside only hashing the same bytes. */
import { verifyAudit } from '../src/cli/audit-verify.ts';
import type { Store } from '../src/store/store.ts';
import { median } from './figures.ts';
import { rawSha256 } from './raw.ts';

export interface AuditRates {
  readonly entries: number;
  readonly verified: number;
  readonly hashed: number;
}

/** Entries per second each way, in turns. */
export async function auditRates(store: Store, rounds: number): Promise<AuditRates> {
  const entries = await store.entries({ afterSeq: 0, limit: Number.MAX_SAFE_INTEGER });
  const bodies = entries.map((entry) => entry.body);
  const verified: number[] = [];
  const hashed: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    hashed.push(rawSha256(bodies));
    verified.push(await verifiedPerSecond(store));
  }
  return { entries: bodies.length, verified: median(verified), hashed: median(hashed) };
}

async function verifiedPerSecond(store: Store): Promise<number> {
  const begin = performance.now();
  const { sound, walk, lines } = await verifyAudit(store);
  if (!sound) throw new Error(lines.join(' '));
  return walk.entries / ((performance.now() - begin) / 1_000);
}
