/**
 * Refusals are audited, but a flood of them is not a thousand entries: the first is an entry at once,
 * equal ones in the following minute are counted, and their number is one entry more. NB. What they are about
 * may be any text that somebody types: so of a person only a few are counted apart.
 */
import type { Happening } from '../core/audit.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import type { RefusalCode } from '../core/refusal.ts';
import type { Millis } from '../core/time.ts';
import { draft } from './effect-row.ts';
import type { Draft, Shell } from './shell.ts';

const WINDOW: Millis = 60_000;
/** Of one person: about so many things they are counted apart, and about the rest of them together. */
const APART = 10;

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
  const cut = about.slice(0, 100);
  const key = `refused/${person}/${code}`;
  const slots = await Promise.all(
    Array.from({ length: APART }, async (_, nth) => {
      const tally = await shell.store.tally(`${key}/${nth}`);
      return { key: `${key}/${nth}`, about: (tally?.detail as unknown as Counted)?.about };
    }),
  );
  const slot =
    slots.find((one) => one.about === cut) ?? slots.find((one) => one.about === undefined);
  return slot === undefined
    ? counted(shell, key, { person, code, about: 'others' })
    : counted(shell, slot.key, { person, code, about: cut });
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
