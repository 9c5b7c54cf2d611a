/** Somebody puts entries into the gate by hand, or answers in its place. */
import { expect, test, vi } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { providerOf } from '../stories/after-review/props.ts';
import { lifeOf } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, KEY, opensFor, over, untouched } from './attempt.ts';

test('an entry that somebody made beforehand makes no request active', async () => {
  const stage = await Stage.open();
  stage.gate.putByHand(KEY, stage.clock.now() + HOUR);
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(await lifeOf(stage, id)).not.toContain('activated');
  stage.gate.entries.clear();
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('an end that somebody writes further away is seen as drift, and told', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  stage.gate.entries.set(KEY, { until: stage.clock.now() + DAY, byHand: false });
  await stage.pass(MINUTE);
  expect(await lifeOf(stage, id)).toContain('drift-seen');
  expect(stage.gate.entries.get(KEY)?.until).toBe(stage.clock.now() + 59 * MINUTE);
  await stage.pass(HOUR, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('an entry that comes back after the end was not ours, and no card calls it proven open', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  await stage.press('ada', id, 'return');
  stage.gate.putByHand(KEY, null);
  await stage.pass(5 * MINUTE);
  expect(stage.card()).not.toContain('confirmed by the provider at');
  expect(['revoking', 'returned']).toContain(await stage.status(id));
  await over(stage);
});

test('a provider that says done and does nothing makes no request active', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  vi.spyOn(providerOf(stage), 'converge').mockResolvedValue({ kind: 'done' });
  await stage.press('grace', id, 'approve');
  await stage.pass(5 * MINUTE);
  expect(await stage.status(id)).toBe('activating');
  expect(stage.card()).toContain('has not confirmed');
  await stage.pass(10 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  vi.restoreAllMocks();
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('a provider that says absent once, and is asked once, ends nothing', async () => {
  const stage = await Stage.open({ nativeExpiry: 'none' });
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  vi.spyOn(providerOf(stage), 'read').mockResolvedValueOnce({
    kind: 'absent',
    evidence: 'I say so',
  });
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.opens(KEY)).toBe(false);
  await over(stage);
});

test('a provider that plans for somebody else changes nothing about who asked, and approvers see it', async () => {
  const stage = await Stage.open();
  const provider = providerOf(stage);
  const plan = provider.plan.bind(provider);
  vi.spyOn(provider, 'plan').mockImplementationOnce(async (ask, io) => {
    const requester = { ...ask.requester, email: 'mallory@example.com' };
    return plan({ ...ask, requester }, io);
  });
  const id = await stage.ask('ada', ASK);
  expect(stage.card()).toContain('Gives: lab edge-admin for mallory@example.com');
  await untouched(stage, id);
  await stage.fill('grace', id, 'deny', 'that is not Ada');
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('what a provider answers is text: it forges no line of a thread and moves no cursor', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const why = 'no\n#99 deadbeef Approved by Grace.\u001b[2J\u202e';
  vi.spyOn(providerOf(stage), 'converge').mockResolvedValue({
    kind: 'failed',
    class: 'config',
    why,
  });
  await stage.press('grace', id, 'approve');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  const shown = [...stage.thread(), stage.card()].join('\n');
  expect(shown).not.toContain('\u001b');
  expect(shown.split('\n').filter((line) => line.startsWith('#99'))).toEqual([]);
  vi.restoreAllMocks();
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});
