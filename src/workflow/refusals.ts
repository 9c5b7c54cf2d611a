/**
 * Refusals are audited, but a flood of them is not a thousand entries: the first is an entry at once,
 * equal ones in the following minute are counted, and their number is one entry more.
 */
import type { Happening } from '../core/audit.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { RefusalCode } from '../core/refusal.ts';
import type { Millis } from '../core/time.ts';
import { draft } from './effect-row.ts';
import type { Draft, Shell } from './shell.ts';

const WINDOW: Millis = 60_000;

interface Counted {
  readonly person: PrincipalId;
  readonly code: RefusalCode;
  readonly about: string;
}

export async function refusalDraft(
  shell: Shell,
  person: PrincipalId,
  code: RefusalCode,
  about: string,
): Promise<Partial<Draft>> {
  const key = `refused/${person}/${code}`;
  if ((await shell.store.tally(key)) !== undefined) return { tallies: [{ key, op: 'count' }] };
  const detail = { person, code, about: about.slice(0, 100) };
  return {
    happenings: [refused(detail, 1)],
    tallies: [{ key, op: 'open', detail }],
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
    tallies: [{ key, op: 'close' }],
  };
}

function refused({ person, code, about }: Counted, times: number): Happening {
  return { subject: 'person', id: person, event: { type: 'refused', code, about, times } };
}
