/** By what a receiver lists, what this installation gave is told from what others did. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seal } from '../../../test/support/seal.ts';
import { ManualClock } from '../../clock.ts';
import { principalIdFrom } from '../../core/ids.ts';
import { HOUR } from '../../core/time.ts';
import type { Io, Provider } from '../provider.ts';
import { receiverAt, SETTINGS, type Stand, specOf, stand } from './fixtures/stand.ts';
import { webhookProvider } from './index.ts';

const START = Date.UTC(2026, 10, 21, 12);
const UNTIL = START + HOUR;
const io = (): Io => ({ now: START, signal: AbortSignal.timeout(5_000) });
const requester = {
  id: principalIdFrom(new Uint8Array(10)),
  name: 'Ada',
  email: 'ada@example.com',
  accounts: [],
};
const wanted = { kind: 'until', until: UNTIL } as const;

let place: Stand;
let receiver: ReturnType<typeof receiverAt>;
let provider: Provider;

beforeEach(async () => {
  const clock = new ManualClock(START);
  receiver = receiverAt(clock);
  place = await stand((request, response) => void receiver.handle(request, response));
  provider = webhookProvider(SETTINGS, clock);
});
afterEach(() => place.stop());

async function give(as = seal): Promise<string> {
  const spec = specOf(place.url);
  const plan = await provider.plan(
    { spec, inputs: { from: '192.0.2.7' }, requester, seal: as },
    io(),
  );
  if (plan.kind === 'refused') throw new Error(plan.why);
  await provider.converge(
    plan.handle,
    { wanted, aims: [UNTIL], held: false, receipt: null, note: async () => {} },
    io(),
  );
  return plan.key;
}

const listed = async () => {
  const [held] = await provider.list(specOf(place.url), io(), seal);
  return held;
};

it('is ours by its mark, and its handle suffices to take it away', async () => {
  const key = await give();
  const held = await listed();
  expect(held).toMatchObject({ key, owner: 'ours', until: UNTIL });
  const none = {
    wanted: { kind: 'nothing' },
    aims: [],
    held: true,
    receipt: null,
    note: async () => {},
  } as const;
  expect(await provider.converge(held?.handle ?? null, none, io())).toEqual({ kind: 'done' });
  expect(await listed()).toBeUndefined();
});

it('is not ours with the mark of another installation', async () => {
  await give((key) => seal(`another ${key}`));
  const held = await listed();
  expect([held?.owner, held?.handle]).toEqual([undefined, undefined]);
});

it('is not ours with a mark that was copied from another right', async () => {
  await give();
  const [[name, entry] = ['', undefined]] = receiver.gate;
  if (entry !== undefined) receiver.gate.set('edge for mallory', entry);
  receiver.gate.delete(name);
  expect((await listed())?.owner).toBeUndefined();
});

it('is somebody else’s without a mark', async () => {
  receiver.gate.set('edge for 192.0.2.9', { until: '2026-11-21T13:00:00Z', by: 'hand' });
  expect(await listed()).toMatchObject({ owner: 'foreign' });
});
