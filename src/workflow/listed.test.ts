import { expect, it } from 'vitest';
import type { Provider } from '../access/provider.ts';
import { ManualClock } from '../clock.ts';
import { SECOND } from '../core/time.ts';
import { silentLog } from '../log.ts';
import { NOON } from '../store/contract-examples.ts';
import type { Attempt } from './attempt.ts';
import { listed } from './listed.ts';
import type { Shell } from './shell.ts';
import { Traffic } from './traffic.ts';

it.each<[string, Provider['list']]>([
  ['that does not listen', () => new Promise(() => {})],
  [
    'that gives up',
    (_spec, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  ],
])('what a target holds %s is not known when its time is over', async (_, list) => {
  const clock = new ManualClock(NOON);
  const attempt = new AbortController();
  clock.after(20 * SECOND, () => attempt.abort());
  const shell = {
    ...{ clock, ledger: clock, log: silentLog, seal: () => '', providers: new Map() },
    settings: { chatTimeout: 10 * SECOND },
  } as unknown as Shell;
  const spec = { provider: 'gate', type: 'gate', connection: {}, target: {} };
  const provider = { capabilities: {}, list } as unknown as Provider;
  const { signal } = attempt;
  const found = listed(shell, new Traffic(() => 1), provider, spec, {
    signal,
    failures: 0,
  } as Attempt);
  clock.advance(20 * SECOND);
  expect(await found).toMatchObject({ kind: 'unlisted', code: 'timeout' });
});
