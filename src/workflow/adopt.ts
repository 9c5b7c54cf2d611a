/** Puts policies in force, and says so in the chain; a bad file is said loudly and changes nothing. */
import type { PolicyHash } from '../core/ids.ts';
import { draft } from './effect-row.ts';
import { unreconciled } from './reconcile.ts';
import type { Shell } from './shell.ts';

/**
 * Call when the policy in memory is the new one already: decisions that began under the old one then
 * find the installation's version changed, and are made again.
 *
 * @param changes null at a start: what was in force before is known by its hash alone
 */
export async function adoptPolicy(
  shell: Shell,
  hash: PolicyHash,
  changes: readonly string[] | null,
): Promise<void> {
  const installation = { kind: 'installation' } as const;
  const event = { type: 'policy-adopted', hash, changes } as const;
  for (;;) {
    const version = await shell.store.version(installation);
    const result = await shell.ledger.commit({
      expecting: [{ scope: installation, version }],
      policyHash: hash,
      effects: await unreconciled(shell),
      happenings: [{ subject: 'installation', id: 'installation', event }],
    });
    if (result.kind === 'committed') return;
  }
}

export async function rejectPolicy(
  shell: Shell,
  hash: PolicyHash,
  faults: readonly string[],
): Promise<void> {
  const first = faults.slice(0, 3).join(' · ');
  const text = `The changed policy has ${faults.length} faults and is NOT in force: ${first}`;
  await shell.ledger.commit({
    expecting: [],
    happenings: [
      {
        subject: 'installation',
        id: 'installation',
        event: { type: 'policy-rejected', hash, faults: faults.length },
      },
    ],
    effects: [draft({ kind: 'notice', about: `policy/${hash}`, text }, shell.ledger.now())],
  });
}
