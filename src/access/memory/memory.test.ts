import { describe, expect, it } from 'vitest';
import { seal } from '../../../test/support/seal.ts';
import { ManualClock } from '../../clock.ts';
import { principalIdFrom } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { HOUR, MINUTE } from '../../core/time.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Io, PlanAsk, Wish } from '../provider.ts';
import type { GateExpiry } from './gate.ts';
import { MemoryGate } from './gate.ts';
import { memoryProvider } from './index.ts';

const START = Date.UTC(2026, 10, 21, 12);
const END = START + HOUR;

function specOf(resource: string, key = 'ip'): TargetSpec {
  return { provider: 'demo', type: 'memory', connection: {}, target: { resource, key } };
}

function askOf(spec: TargetSpec, ip: string, email = 'maya@example.com'): PlanAsk {
  const requester = { id: principalIdFrom(new Uint8Array(10)), name: 'Maya', email, accounts: [] };
  return { spec, inputs: { ip }, requester, seal };
}

function memoryWorld(nativeExpiry: GateExpiry) {
  return async () => {
    const clock = new ManualClock(START);
    const gate = new MemoryGate(clock, { nativeExpiry });
    const provider = memoryProvider(gate);
    const spec = specOf('edge');
    return {
      provider,
      spec,
      now: () => clock.now(),
      ask: askOf(spec, '192.0.2.7'),
      otherAsk: askOf(spec, '192.0.2.8'),
      sameAsk: askOf(spec, ' 192.0.2.7 '),
      hostileAsks: ['', 'a b', 'x\ny', 'é', 'x'.repeat(201)].map((ip) => askOf(spec, ip)),
      opens: async (planned: Planned) => gate.opens(planned.key),
      pass: async (time: number) => clock.advance(time),
      putByHand: async (planned: Planned, until: number) => gate.putByHand(planned.key, until),
      hide: async () => {
        gate.unreachable = true;
      },
      end: async () => {},
    };
  };
}

describeProvider('memory', memoryWorld('enforced'));
describeProvider('memory without native expiry', memoryWorld('none'));
describeProvider('memory with a timer', memoryWorld('timer'));

async function sentinel(resource: string) {
  const gate = new MemoryGate(new ManualClock(START));
  const provider = memoryProvider(gate);
  const io: Io = { signal: AbortSignal.timeout(5_000), now: START };
  const planned = await provider.plan(askOf(specOf(resource), '192.0.2.7'), io);
  if (planned.kind !== 'planned') throw new Error(planned.why);
  const write = async (wanted: Wish['wanted']) =>
    (
      await provider.converge(
        planned.handle,
        { wanted, aims: [END], held: true, receipt: null, note: async () => {} },
        io,
      )
    ).kind;
  return {
    opens: () => gate.opens(planned.key),
    give: () => write({ kind: 'until', until: END }),
    take: () => write({ kind: 'nothing' }),
    read: async () => (await provider.read(planned.handle, io)).kind,
  };
}

describe('the memory gate', () => {
  it('turns people away at the end by itself', () => {
    const clock = new ManualClock(START);
    const gate = new MemoryGate(clock);
    gate.entries.set('edge for maya', { until: START + MINUTE, byHand: false });
    clock.advance(MINUTE - 1);
    expect(gate.opens('edge for maya')).toBe(true);
    clock.advance(1);
    expect(gate.opens('edge for maya')).toBe(false);
  });

  it('stays open for ever where nothing enforces the end', () => {
    const clock = new ManualClock(START);
    const gate = new MemoryGate(clock, { nativeExpiry: 'none' });
    gate.entries.set('edge for maya', { until: START + MINUTE, byHand: false });
    clock.advance(HOUR);
    expect(gate.opens('edge for maya')).toBe(true);
  });

  it('outlives the provider', async () => {
    const gate = new MemoryGate(new ManualClock(START));
    const io: Io = { signal: AbortSignal.timeout(5_000), now: START };
    const planned = await memoryProvider(gate).plan(askOf(specOf('edge', 'email'), 'unused'), io);
    if (planned.kind !== 'planned') throw new Error(planned.why);
    const wish: Wish = {
      wanted: { kind: 'until', until: END },
      aims: [END],
      held: false,
      receipt: null,
      note: async () => {},
    };
    await memoryProvider(gate).converge(planned.handle, wish, io);
    expect(gate.opens('edge for maya@example.com')).toBe(true);
    expect(await memoryProvider(gate).read(planned.handle, io)).toMatchObject({ kind: 'present' });
  });
});

describe('a sentinel resource', () => {
  it.each(['fails-always', 'forbidden'])('%s fails and opens nothing', async (resource) => {
    const { give, opens, read } = await sentinel(resource);
    expect(await give()).toBe('failed');
    expect(opens()).toBe(false);
    expect(await read()).toBe('absent');
  });

  it('throttles-first-3 works at the fourth write', async () => {
    const { give, opens } = await sentinel('throttles-first-3');
    expect([await give(), await give(), await give()]).toEqual(Array(3).fill('throttled'));
    expect(opens()).toBe(false);
    expect(await give()).toBe('done');
  });

  it('answers-late works at the third write of a wish', async () => {
    const { give, take, opens } = await sentinel('answers-late');
    expect([await give(), await give(), await give()]).toEqual(['pending', 'pending', 'done']);
    expect([await take(), await take()]).toEqual(['pending', 'pending']);
    expect(opens()).toBe(true);
    expect(await take()).toBe('done');
  });

  it('loses-answer does what it is told and does not say so', async () => {
    const { give, take, opens } = await sentinel('loses-answer');
    await expect(give()).rejects.toMatchObject({ code: 'timeout' });
    expect(opens()).toBe(true);
    await expect(take()).rejects.toMatchObject({ code: 'timeout' });
    expect(opens()).toBe(false);
  });

  it('unreadable-first-2 can be read the third time', async () => {
    const { read } = await sentinel('unreadable-first-2');
    expect([await read(), await read(), await read()]).toEqual([
      'unreadable',
      'unreadable',
      'absent',
    ]);
  });

  it('blind is never read', async () => {
    const { give, opens, read } = await sentinel('blind');
    expect(await give()).toBe('done');
    expect(opens()).toBe(true);
    expect(await read()).toBe('unreadable');
  });

  it('lingers reads as present for two more reads after it is gone', async () => {
    const { give, take, opens, read } = await sentinel('lingers');
    expect(await read()).toBe('absent');
    await give();
    await take();
    expect(opens()).toBe(false);
    expect([await read(), await read(), await read()]).toEqual(['present', 'present', 'absent']);
  });

  it('sticks gives and does not take', async () => {
    const { give, take, opens } = await sentinel('sticks');
    await give();
    expect(await take()).toBe('unknown');
    expect(opens()).toBe(true);
  });
});
