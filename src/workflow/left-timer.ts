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
import { formatDuration, formatInstant, MINUTE } from '../core/time.ts';
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
): Promise<(armed: Progress['armed'], left: boolean) => Partial<Draft>> {
  if (provider.arm === undefined) return () => ({});
  const key = effectKey(noticeOf(shell, access, undefined));
  const isSet = (await shell.store.effect(key)) !== undefined;
  return (armed, left) => {
    if (!left) return isSet ? { cancels: [key] } : {};
    const at = shell.ledger.now() + shell.settings.revokeAlarm;
    return isSet || noticed ? {} : { effects: [draft(noticeOf(shell, access, armed), at)] };
  };
}

function noticeOf({ settings }: Shell, { id, right }: Access, armed: Progress['armed']): Effect {
  const when = armed == null ? 'When it rings' : `At ${formatInstant(armed)}`;
  const text =
    `The timer of ${right.summary}, which has ended, could not be taken away for ` +
    `${formatDuration(settings.revokeAlarm)}. ${when} it takes away whatever stands there by then, ` +
    'whoever gave it. It is tried again until it can be.';
  return { kind: 'notice', about: `timer/${id}`, text };
}
