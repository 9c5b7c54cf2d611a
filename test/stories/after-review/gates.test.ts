/** Providers that fall silent, lose an end, or hold what somebody else has put in the place of ours. */
import { expect, test, vi } from 'vitest';
import type { Io, Provider } from '../../../src/access/provider.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { turns } from '../../faults/turns.ts';
import { opening } from '../cast.ts';
import { lifeOf, proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, approved, KEY, providerOf } from './props.ts';

/** One of its nodes never answers: the others do what they are told, and nothing can be read back. */
function withSilentNode(provider: Provider): Provider {
  return {
    ...provider,
    capabilities: { ...provider.capabilities, callTimeout: 30 },
    async converge(handle, wish, io) {
      await provider.converge(handle, wish, io);
      await over(io);
      return { kind: 'unknown', why: 'one node did not answer in time' };
    },
    async read(_, io) {
      await over(io);
      return { kind: 'unreadable', why: 'one node did not answer in time' };
    },
  };
}

function over({ signal }: Io): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

test('a node that is silent holds up no removal at the others', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  const providers = stage.app.service.shell.providers as Map<string, Provider>;
  const whole = providerOf(stage);
  providers.set('memory', withSilentNode(whole));
  const pressed = stage.press('ada', id, 'return');
  let done = false;
  void pressed.finally(() => {
    done = true;
  });
  while (!done) {
    stage.clock.advance(10);
    await turns(1);
  }
  expect(stage.gate.entries.has(KEY)).toBe(false);
  expect(await stage.status(id)).toBe('revoking');
  providers.set('memory', whole);
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await proved(stage);
  await stage.halt();
});

test('an end that has passed is never written', async () => {
  const stage = await Stage.open({ nativeExpiry: 'none' });
  const id = await stage.ask('ada', ASK);
  stage.gate.unreachable = true;
  await stage.press('grace', id, 'approve');
  await stage.halt();
  stage.clock.advance(2 * HOUR);
  stage.gate.unreachable = false;
  const written = vi.spyOn(stage.gate.entries, 'set');
  await stage.boot();
  await stage.pass(MINUTE);
  expect(written).not.toHaveBeenCalled();
  expect(await stage.status(id)).toBe('activation-failed');
  await proved(stage);
  await stage.halt();
});

test('an end that passes while the gate is read is not written either', async () => {
  const stage = await Stage.open({ nativeExpiry: 'none' });
  const provider = providerOf(stage);
  const { read } = provider;
  vi.spyOn(provider, 'read').mockImplementationOnce(async (handle, io) => {
    stage.clock.step(HOUR + SECOND);
    return read(handle, io);
  });
  const written = vi.spyOn(stage.gate.entries, 'set');
  const id = await approved(stage);
  await stage.pass(MINUTE);
  expect(written).not.toHaveBeenCalled();
  expect(await stage.status(id)).toBe('activation-failed');
  await stage.halt();
});

test('an end that somebody took away is put back where the gate enforces ends', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  const before = stage.gate.entries.get(KEY);
  stage.gate.entries.set(KEY, { until: null, byHand: false });
  await stage.pass(MINUTE);
  expect(stage.gate.entries.get(KEY)).toEqual(before);
  expect(stage.thread().join('\n')).toContain('its end was taken away by somebody else');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('what somebody put in the place of ours is no proof that ours is gone', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  stage.gate.putByHand(KEY, stage.clock.now() + 7 * HOUR);
  await stage.press('ada', id, 'return');
  await stage.pass(3 * MINUTE);
  expect(stage.gate.opens(KEY)).toBe(true);
  expect(await stage.status(id)).toBe('revoking');
  expect(stage.notes('lb-access').join('\n')).toContain('Access may still be open.');
  stage.gate.entries.delete(KEY);
  await stage.pass(6 * MINUTE);
  expect(stage.card()).toContain('Proven gone');
  await proved(stage);
  await stage.halt();
});

for (const trouble of ['throttles-first-1', 'answers-late'])
  test(`an entry of somebody else is not taken for ours where a write ${trouble}`, async () => {
    const stage = await Stage.open({ nativeExpiry: 'none', policy: opening(trouble) });
    const key = `${trouble} for ada@example.com`;
    stage.gate.putByHand(key, null);
    const id = await approved(stage);
    expect(stage.card()).not.toContain('Open until');
    await stage.pass(2 * MINUTE, SECOND);
    expect(await stage.status(id)).toBe('activation-failed');
    expect(await lifeOf(stage, id)).not.toContain('activated');
    expect(stage.gate.entries.get(key)?.byHand).toBe(true);
    await proved(stage);
    await stage.halt();
  });
