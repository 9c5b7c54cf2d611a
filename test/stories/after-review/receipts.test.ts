/** Where nothing says whose something is, what was written down before it was given says so until it is read back. */
import { expect, test } from 'vitest';
import type { Provider, Wish } from '../../../src/access/provider.ts';
import { ProviderError } from '../../../src/access/provider.ts';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { turns } from '../../faults/turns.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, KEY, providerOf } from './props.ts';

/** Takes what stands there for somebody else's, unless it was held or is written down. */
function unmarked(stage: Stage, wrote: () => unknown, sees: () => boolean): void {
  const provider = providerOf(stage);
  const known = ({ held, receipt }: Wish) => held || receipt !== null;
  const made: Provider = {
    ...provider,
    async converge(handle, wish, io) {
      const isThere = stage.gate.entries.has(KEY);
      if (!known(wish) && isThere) return { kind: 'already', owner: 'foreign' };
      if (!known(wish) && wish.wanted.kind === 'until')
        return { kind: 'pending', pollAfter: SECOND, receipt: { kind: 'wished' } };
      const answer = await provider.converge(handle, wish, io);
      await wrote();
      return answer;
    },
    async read(handle, io) {
      if (!sees()) throw new ProviderError('unavailable', 'it is not there to be asked');
      return provider.read(handle, io);
    },
  };
  (stage.app.service.shell.providers as Map<string, Provider>).set('memory', made);
}

test('what could not be read back after its write is still ours', async () => {
  const stage = await Stage.open();
  let wrote = false;
  let isSeen = true;
  const once = () => {
    isSeen = wrote;
    wrote = true;
  };
  unmarked(stage, once, () => isSeen);
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.pass(2 * SECOND);
  expect([await stage.status(id), stage.gate.entries.has(KEY)]).toEqual(['activating', true]);
  isSeen = true;
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect([await stage.status(id), stage.gate.entries.has(KEY)]).toEqual(['returned', false]);
  await proved(stage);
  await stage.halt();
});

test('what is returned while it is being written is still ours', async () => {
  const stage = await Stage.open();
  let isReturned = false;
  const giveBack = async () => {
    if (isReturned) return;
    isReturned = true;
    await stage.workspace.press('ada', id, 'return');
    await turns(100);
  };
  unmarked(stage, giveBack, () => true);
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.pass(2 * MINUTE);
  expect([await stage.status(id), stage.gate.entries.has(KEY)]).toEqual(['returned', false]);
  await proved(stage);
  await stage.halt();
});
