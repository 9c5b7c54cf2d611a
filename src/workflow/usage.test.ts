import { expect, it } from 'vitest';
import { DAY, HOUR, SECOND } from '../core/time.ts';
import { ada, commit, NOON, request, role } from '../store/contract-examples.ts';
import { openMemory } from '../store/memory.ts';
import { usageOf } from './usage.ts';

it('what was had within a day is found, however often something short was asked for since', async () => {
  const store = openMemory();
  const over = (id: string, at: number, length: number) => {
    const ended = request(id, 'ended', { askedAt: at });
    const finishedAt = at + length;
    return { ...ended, startedAt: at, endsAt: finishedAt, finishedAt } as typeof ended;
  };
  const long = over('long', NOON, 8 * HOUR);
  const short = Array.from({ length: 600 }, (_, nth) =>
    over(`short${nth}`, NOON + 8 * HOUR + nth * SECOND, SECOND),
  );
  const accounts = [{ platform: 'slack', tenant: 'T1', userId: 'U1' }];
  const principal = { id: ada, name: 'Ada', email: 'ada@example.com', accounts };
  const people = [{ principal, suspended: [] }];
  await store.commit(commit({ people, requests: [long, ...short] }));
  const limited = { ...role, limits: { ...role.limits, perDay: 8 * HOUR } };
  const within = async (now: number) => (await usageOf(store, ada, [limited], now)).past;
  expect(await within(NOON + 9 * HOUR)).toContainEqual(long);
  expect(await within(NOON + 8 * HOUR + DAY)).not.toContainEqual(long);
});
