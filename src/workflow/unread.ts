/**
 * Access that was confirmed, is still wanted, and is not read back as it should be any more: its card
 * cannot tell, so after a while the alarm channel is told, once for as long as it lasts.
 *
 * The notice is a row that waits, set with the first failure and taken away with the next success: a
 * restart in between neither loses it nor begins to count anew.
 */
import type { Access } from '../core/access.ts';
import { wantedOf } from '../core/access.ts';
import type { Effect } from '../core/effect.ts';
import { effectKey } from '../core/effect.ts';
import type { Verdict } from '../core/observe.ts';
import { formatDuration } from '../core/time.ts';
import type { Attempt } from './attempt.ts';
import { draft } from './effect-row.ts';
import { progressOf } from './progress.ts';
import type { Draft, Shell } from './shell.ts';

/** @returns what is committed besides the attempt's outcome */
export async function unreadNotice(
  shell: Shell,
  access: Access,
  attempt: Attempt,
): Promise<(next: Verdict['next']) => Partial<Draft>> {
  const notice = noticeOf(shell, access);
  const key = effectKey(notice);
  const isSet = (await shell.store.effect(key)) !== undefined;
  const isKnown = isSet || progressOf(attempt).noticed === true;
  return (next) => {
    if (next !== 'retry' || !isConfirmed(access)) return isSet ? { cancels: [key] } : {};
    const at = shell.ledger.now() + shell.settings.revokeAlarm;
    return isKnown ? {} : { effects: [draft(notice, at)] };
  };
}

/** Confirmed and still wanted. What is being opened is given up in time, what is taken away has alarms. */
export function isConfirmed(access: Access): boolean {
  return access.confirmed.kind === 'present' && wantedOf(access).kind === 'until';
}

function noticeOf(shell: Shell, { id, right }: Access): Effect {
  const text =
    `Live access ${right.summary} could not be read back as it should be for ` +
    `${formatDuration(shell.settings.revokeAlarm)}. It may be shut already, or stay open for longer. ` +
    'It is tried again until it can be.';
  return { kind: 'notice', about: `unread/${id}`, text };
}
