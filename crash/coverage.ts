/** Is every method of every port called by the scripts, or is it said why not? */

import type { Recording } from './crew.ts';
import type { Mode } from './positions.ts';
import { methodOf } from './positions.ts';

/** What the scripts cannot call, and why. `redis engine.drain`: only with Redis. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  'store.requestCount': 'the local page and doctor read it',
  'store.requestsAfter': 'audit verify and erase walk over the requests',
  'store.accesses': 'audit verify, doctor and the local page read them',
  'store.dueCount': 'nothing of a running program asks for it',
  'runner.healthy': 'GET /healthz and doctor ask for it',
  'provider.doctor': 'doctor',
  'provider.tellsUse': 'the check of a policy with `returnIfUnusedFor` asks it',
  'chat.doctor': 'doctor',
  'in-process engine.run': 'without Redis one timer drains',
  'redis engine.drain': 'with Redis each alarm runs one effect',
  'redis store.nextDueAt': 'the same',
  'redis engine.nextDueAt': 'with Redis each alarm has its own time',
};

/** @returns what is wrong, in words */
export function gaps(recordings: readonly Recording[]): readonly string[] {
  const modes = [...new Set(recordings.map(({ mode }) => mode))];
  return modes.flatMap((mode) =>
    gapsIn(
      mode,
      recordings.filter((one) => one.mode === mode),
    ),
  );
}

function gapsIn(mode: Mode, recordings: readonly Recording[]): readonly string[] {
  const traces = recordings.flatMap(({ traces: lives }) => [...lives.values()]);
  const methods = new Set(traces.flatMap((trace) => trace.methods));
  const called = new Set(traces.flatMap((trace) => trace.points.map(methodOf)));
  const isExcused = (method: string) =>
    Object.hasOwn(NOT_CALLED, method) || Object.hasOwn(NOT_CALLED, `${mode} ${method}`);
  const missed = [...methods].filter((method) => !called.has(method) && !isExcused(method));
  const needless = [...called].filter(isExcused);
  return [
    ...missed.map((method) => `${mode}: no script calls ${method}`),
    ...needless.map((method) => `${mode}: ${method} is called, although coverage.ts says why not`),
  ];
}
