/** A clock that jumps forward ends leases early; what their attempts had begun is waited for all the same. */
import { expect, test, vi } from 'vitest';
import type { Answer, Provider } from '../../../src/access/provider.ts';
import { ProviderError } from '../../../src/access/provider.ts';
import type { Clock } from '../../../src/clock.ts';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { StoreError } from '../../../src/store/store.ts';
import { turns } from '../../faults/turns.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, KEY, providerOf } from './props.ts';

/** Its first write of a grant arrives when it is let go, or after its caller has given it up. */
function withSlowGrant(provider: Provider) {
  let isSlow = true;
  let arrive = () => {};
  const slow: Provider = {
    ...provider,
    async converge(handle, wish, io) {
      if (!isSlow || wish.wanted.kind === 'nothing') return provider.converge(handle, wish, io);
      isSlow = false;
      await new Promise<void>((resolve) => {
        arrive = resolve;
      });
      return provider.converge(handle, wish, { ...io, signal: new AbortController().signal });
    },
  };
  return { slow, arrive: () => arrive() };
}

async function passAwake(stage: Stage, time: number): Promise<void> {
  for (let left = time; left > 0; left -= SECOND / 4) {
    stage.clock.advance(SECOND / 4);
    await turns(20);
  }
}

test('a clock that jumps while a grant is on its way does not let it land after the proof', async () => {
  const stage = await Stage.open();
  const providers = stage.app.service.shell.providers as Map<string, Provider>;
  const { slow, arrive } = withSlowGrant(providerOf(stage));
  providers.set('memory', slow);
  const id = await stage.ask('ada', ASK);
  await stage.workspace.press('grace', id, 'approve');
  await turns(100);
  expect(await stage.status(id)).toBe('activating');
  stage.clock.step(MINUTE);
  await stage.workspace.press('ada', id, 'return');
  await passAwake(stage, 4 * SECOND);
  arrive();
  await passAwake(stage, 40 * SECOND);
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.entries.has(KEY)).toBe(false);
  await proved(stage);
  await stage.halt();
});

test('a process that got no turn between its read and its write does not write any more', async () => {
  const stage = Stage.dark();
  let held = 0;
  const { clock } = stage;
  const late: Clock = {
    now: () => clock.now() + held,
    monotonic: () => clock.monotonic() + held,
    after: (delay, ring) => clock.after(delay, ring),
    timeLimit: (delay) => clock.timeLimit(delay),
  };
  await stage.boot({ clock: late });
  const provider = providerOf(stage);
  const { read } = provider;
  vi.spyOn(provider, 'read').mockImplementationOnce(async (handle, io) => {
    held = MINUTE;
    return read(handle, io);
  });
  const written = vi.spyOn(stage.gate.entries, 'set');
  const id = await stage.ask('ada', ASK);
  await stage.workspace.press('grace', id, 'approve');
  await turns(100);
  expect(written).not.toHaveBeenCalled();
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('a process that got no turn before it drew does not draw over what is newer', async () => {
  const stage = Stage.dark();
  let held = 0;
  const { clock } = stage;
  const late: Clock = {
    now: () => clock.now() + held,
    monotonic: () => clock.monotonic() + held,
    after: (delay, ring) => clock.after(delay, ring),
    timeLimit: (delay) => clock.timeLimit(delay),
  };
  await stage.boot({ clock: late });
  const id = await stage.ask('ada', ASK);
  const { store } = stage;
  const copy = store.copy.bind(store);
  vi.spyOn(store, 'copy').mockImplementationOnce(async (of) => {
    held = MINUTE;
    return copy(of);
  });
  const local = stage.app.service.shell.platforms.get('local');
  if (local === undefined) throw new Error('there is no local chat');
  const drawn = vi.spyOn(local, 'updateCard');
  await stage.workspace.press('ada', id, 'withdraw');
  await turns(100);
  expect(await stage.status(id)).toBe('withdrawn');
  expect(drawn).not.toHaveBeenCalled();
  await stage.pass(MINUTE);
  expect(stage.workspace.board.cards(id)[0]?.text).toContain('Withdrawn');
  await proved(stage);
  await stage.halt();
});

/** What it shows is as old as its settle time; its first grant is cut off, and arrives when it is let go. */
function behindTheTimes(provider: Provider, stage: Stage) {
  const { clock, gate } = stage;
  let changedAt = Number.NEGATIVE_INFINITY;
  let arrive: (() => Promise<Answer>) | undefined;
  const late: Provider = {
    ...provider,
    async converge(handle, wish, io) {
      const isCutOff = arrive === undefined && wish.wanted.kind === 'until';
      if (!isCutOff) return provider.converge(handle, wish, io);
      const untimed = { ...io, signal: new AbortController().signal };
      arrive = () => provider.converge(handle, wish, untimed);
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve));
      throw new ProviderError('timeout', 'there was no answer');
    },
    async read(handle, io) {
      const reading = await provider.read(handle, io);
      const isNews = clock.now() - changedAt < provider.capabilities.settle;
      return isNews ? { kind: 'absent', evidence: 'so it was' } : reading;
    },
  };
  const land = async () => {
    await arrive?.();
    expect(gate.entries.has(KEY)).toBe(true);
    changedAt = clock.now();
  };
  return { late, land };
}

test('a grant that was cut off may land until it shows, and no absence before that is a proof', async () => {
  const stage = await Stage.open();
  const providers = stage.app.service.shell.providers as Map<string, Provider>;
  const provider = providerOf(stage);
  const { settle, callTimeout } = provider.capabilities;
  const { late, land } = behindTheTimes(provider, stage);
  providers.set('memory', late);
  const id = await stage.ask('ada', ASK);
  await stage.workspace.press('grace', id, 'approve');
  await turns(100);
  expect(await stage.status(id)).toBe('activating');
  await stage.workspace.press('ada', id, 'return');
  await passAwake(stage, callTimeout + (settle * 3) / 4);
  await land();
  await passAwake(stage, 40 * SECOND);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.entries.has(KEY)).toBe(false);
  await proved(stage);
  await stage.halt();
});

test('a grant that was cut off is waited for although that could not be written down', async () => {
  const stage = await Stage.open();
  const providers = stage.app.service.shell.providers as Map<string, Provider>;
  const provider = providerOf(stage);
  const { settle, callTimeout } = provider.capabilities;
  const { late, land } = behindTheTimes(provider, stage);
  providers.set('memory', late);
  const id = await stage.ask('ada', ASK);
  const commit = stage.store.commit.bind(stage.store);
  let isFull = true;
  vi.spyOn(stage.store, 'commit').mockImplementation(async (what) => {
    const isVerdict =
      isFull && what.settles?.next.kind === 'again' && 'aftermath' in what.settles.next;
    isFull = isFull && !isVerdict;
    if (isVerdict) throw new StoreError('unavailable', 'somebody else writes');
    return commit(what);
  });
  await stage.workspace.press('grace', id, 'approve');
  await turns(100);
  expect(await stage.status(id)).toBe('activating');
  await stage.workspace.press('ada', id, 'return');
  await passAwake(stage, callTimeout + (settle * 3) / 4);
  await land();
  await passAwake(stage, 40 * SECOND);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.entries.has(KEY)).toBe(false);
  await proved(stage);
  await stage.halt();
});

test('what its provider is still giving is not gone, however often it is not there', async () => {
  const stage = await Stage.open();
  const providers = stage.app.service.shell.providers as Map<string, Provider>;
  const provider = providerOf(stage);
  let isAtIt = true;
  let land = async () => {};
  providers.set('memory', {
    ...provider,
    async converge(handle, wish, { now }) {
      const io = { now, signal: new AbortController().signal };
      const work = () => provider.converge(handle, wish, io);
      if (!isAtIt || (wish.wanted.kind === 'nothing' && wish.receipt === null)) return work();
      if (wish.wanted.kind === 'until') land = async () => void (await work());
      return { kind: 'pending', pollAfter: SECOND, receipt: { job: 7 } };
    },
  });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('revoking');
  await land();
  expect(stage.gate.entries.has(KEY)).toBe(true);
  isAtIt = false;
  await stage.pass(5 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.entries.has(KEY)).toBe(false);
  await proved(stage);
  await stage.halt();
});
