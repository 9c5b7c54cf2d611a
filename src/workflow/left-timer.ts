/**
 * A target's own timer that could not be taken away although nothing is wanted there any more. It ends nothing of
 * ours, and holds no proof up; but when it rings it takes away whatever stands there by then, and that may be what
 * somebody else has given. So it is tried again until it is gone or has rung, and the alarm channel is told.
 */
import type { Provider } from '../access/provider.ts';
import type { Access } from '../core/access.ts';
import type { Effect } from '../core/effect.ts';
import { effectKey } from '../core/effect.ts';
import type { Instant, Millis } from '../core/time.ts';
import { formatDuration, MINUTE } from '../core/time.ts';
import { draft } from './effect-row.ts';
import type { Progress } from './progress.ts';
import type { Draft, Shell } from './shell.ts';

/** A timer may ring late: "within a minute", as EventBridge Scheduler has it. */
const RINGS_LATE: Millis = 5 * MINUTE;

/** @param armed what it is set to, as far as is known */
export function isLeft(provider: Provider, armed: Progress['armed'], now: Instant): boolean {
  if (provider.arm === undefined || armed === null) return false;
  return armed === undefined || now <= armed + RINGS_LATE;
}

/** @returns what is committed besides the attempt's outcome, once it is known whether one is left */
export async function timerNotice(
  shell: Shell,
  provider: Provider,
  access: Access,
  { noticed }: Progress,
): Promise<(left: boolean) => Partial<Draft>> {
  if (provider.arm === undefined) return () => ({});
  const notice = noticeOf(shell, access);
  const key = effectKey(notice);
  const isSet = (await shell.store.effect(key)) !== undefined;
  return (left) => {
    if (!left) return isSet ? { cancels: [key] } : {};
    const at = shell.ledger.now() + shell.settings.revokeAlarm;
    return isSet || noticed ? {} : { effects: [draft(notice, at)] };
  };
}

/** NB. The same text each time: by it the notice is found again. */
function noticeOf({ settings }: Shell, { id, right }: Access): Effect {
  const text =
    `The timer of ${right.summary} could not be taken away for ${formatDuration(settings.revokeAlarm)}, although ` +
    'nothing of Hallpass is there any more. When it rings, at the end that was wanted, it takes away whatever ' +
    'stands there by then, whoever gave it. It is tried again until it can be.';
  return { kind: 'notice', about: `timer/${id}`, text };
}
