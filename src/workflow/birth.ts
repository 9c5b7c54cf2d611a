/** What a new request takes besides the facts: its id, the digest of its reason, and what is open beside it. */
import type { NewFacts } from '../core/facts.ts';
import { requestIdFrom, sha256 } from '../core/ids.ts';
import type { RoleName } from '../core/policy.ts';
import type { AskingCommand } from '../core/request-command.ts';
import type { StoredText } from '../store/store.ts';
import type { Shell } from './shell.ts';

export interface Birth {
  readonly birth: Pick<NewFacts, 'id' | 'reasonDigest' | 'open'>;
  readonly texts: readonly StoredText[];
}

export async function birthOf(
  { store, random }: Shell,
  { by, reason }: Pick<AskingCommand, 'by' | 'reason'>,
  role: RoleName,
): Promise<Birth> {
  const text = reason === '' ? null : saltedText(reason, random(16));
  const statuses = ['pending', 'scheduled', 'activating', 'active', 'revoking'] as const;
  const rows = await store.requests({ requester: by, role, statuses, limit: 50 });
  const open = rows.map(({ value }) => {
    const { id, status, inputs, start } = value;
    return { id, status, inputs, start };
  });
  const birth = { id: requestIdFrom(random(10)), reasonDigest: text?.digest ?? null, open };
  return { birth, texts: text === null ? [] : [text] };
}

export function saltedText(text: string, random: Uint8Array): StoredText {
  const salt = Buffer.from(random).toString('hex');
  return { digest: sha256(`${salt}\n${text}`), salt, text };
}
