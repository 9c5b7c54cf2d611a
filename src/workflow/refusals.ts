/**
 * Refusals are audited, but a flood of them is not a thousand entries: the first is an entry at once,
 * equal ones in the following minute are counted, and their number is one entry more.
 */
import type { Happening } from '../core/audit.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import type { RefusalCode } from '../core/refusal.ts';
import type { Millis } from '../core/time.ts';
import { draft } from './effect-row.ts';
import type { Draft, Shell } from './shell.ts';

const WINDOW: Millis = 60_000;

/** Nobody's refusals are counted too: `person` is null for who is not known to Hallpass. */
interface Counted {
  readonly person: PrincipalId | null;
  readonly code: string;
  readonly about: string;
}

export async function refusalDraft(
  shell: Shell,
  person: PrincipalId,
  code: RefusalCode,
  about: string,
): Promise<Partial<Draft>> {
  return counted(shell, `refused/${person}/${code}`, { person, code, about: about.slice(0, 100) });
}

/** Of guests, bots and strangers there is no record to hang it on: they are counted by what they are. */
export function strangerDraft(shell: Shell, why: string): Promise<Partial<Draft>> {
  return counted(shell, `refused/nobody/${why}`, { person: null, code: why, about: 'account' });
}

async function counted(shell: Shell, key: string, detail: Counted): Promise<Partial<Draft>> {
  if ((await shell.store.tally(key)) !== undefined) return { tallies: [{ key, op: 'count' }] };
  return {
    happenings: [refused(detail, 1)],
    tallies: [{ key, op: 'open', detail: detail as unknown as Json }],
    effects: [draft({ kind: 'tally', key }, shell.ledger.now() + WINDOW)],
  };
}

/** The window is over: what was counted in it becomes one entry. */
export async function tallyDraft(shell: Shell, key: string): Promise<Partial<Draft>> {
  const tally = await shell.store.tally(key);
  if (tally === undefined) return {};
  const detail = tally.detail as unknown as Counted;
  return {
    happenings: tally.count > 0 ? [refused(detail, tally.count)] : [],
    tallies: [{ key, op: 'close', count: tally.count }],
  };
}

function refused({ person, code, about }: Counted, times: number): Happening {
  if (person === null)
    return {
      subject: 'installation',
      id: 'installation',
      event: { type: 'deliveries-rejected', counts: { [code]: times } },
    };
  const event = { type: 'refused', code: code as RefusalCode, about, times } as const;
  return { subject: 'person', id: person, event };
}
