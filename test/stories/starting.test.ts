/** Access that starts later: nothing is given before it, and everything is looked at again then. */
import { expect, test, vi } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { Dispatcher } from '../../src/workflow/dispatch.ts';
import { CAST, changed, POLICY } from './cast.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

/** It is three in the morning at UTC, and four in Berlin. */
const ASK = 'lb-admin 1h from 06:00 rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';
const UNREADABLE = changed(
  '{ members: [ada@example.com, linus@example.com] }',
  '{ local: "@unreachable" }',
);

async function scheduled(policy?: string) {
  const stage = await Stage.open(policy === undefined ? {} : { policy });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('scheduled');
  return { stage, id };
}

async function over(stage: Stage): Promise<void> {
  await proved(stage);
  await stage.halt();
}

test('asked for six, it opens at six and ends at seven; card, thread and notes say so', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(stage.answer('ada')).toContain('from 2026-11-21 06:00 UTC');
  expect(stage.card()).toContain('Starts: 2026-11-21 06:00 UTC');
  expect(await stage.press('grace', id, 'approve')).toContain('starts at 2026-11-21 06:00 UTC');
  expect(stage.card()).toContain('Nothing is open before its start at 2026-11-21 06:00 UTC');
  expect(stage.thread().join('\n')).toContain('Nothing is open before its start');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('is approved, and starts at');
  expect(await stage.type('ada', 'mine')).toContain('starts 2026-11-21 06:00 UTC');
  await stage.pass(3 * HOUR - MINUTE, 20 * MINUTE);
  expect(stage.gate.entries.size).toBe(0);
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.pass(HOUR - MINUTE, 10 * MINUTE);
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('a time of day is the one where the person is, and else the one where policy is', async () => {
  const people = CAST.map((one) => (one.userId === 'ada' ? { ...one, zone: 'Asia/Tokyo' } : one));
  const stage = await Stage.open({ people, policy: `zone: Europe/Berlin\n${POLICY}` });
  await stage.ask('ada', 'lb-admin 1h from 13:30 rotate the edge certificate');
  expect(stage.answer('ada')).toContain('2026-11-21 13:30 Asia/Tokyo');
  expect(stage.answer('ada')).toContain('04:30:00');
  await stage.ask('linus', 'lb-shared 1h from 6:00 ip=192.0.2.7 look at the logs');
  expect(stage.answer('linus')).toContain('2026-11-21 06:00 Europe/Berlin');
  await over(stage);
});

test('withdrawn or revoked before its start, it gives nothing', async () => {
  for (const take of ['withdraw', 'revoke'] as const) {
    const { stage, id } = await scheduled();
    if (take === 'withdraw') await stage.press('ada', id, 'withdraw');
    else {
      const answer = await stage.fill('margaret', id, 'revoke', 'not tonight');
      expect(answer).toContain('Nothing was given');
      expect(stage.card()).toContain('Cancelled before its start by Margaret: not tonight');
    }
    expect(await stage.status(id)).toBe(take === 'withdraw' ? 'withdrawn' : 'cancelled');
    await stage.pass(4 * HOUR, 10 * MINUTE);
    expect(stage.gate.entries.size).toBe(0);
    await over(stage);
  }
});

test('of a withdrawal and the start at the same moment, one wins and no access is left', async () => {
  for (const first of ['withdraw', 'start'] as const) {
    const { stage, id } = await scheduled();
    await stage.pass(3 * HOUR - MINUTE, 30 * MINUTE);
    const withdraw = () => stage.workspace.press('ada', id, 'withdraw');
    const start = async () => stage.clock.advance(MINUTE);
    const deeds = first === 'withdraw' ? [withdraw, start] : [start, withdraw];
    await Promise.all(deeds.map((deed) => deed()));
    await stage.settle();
    const status = await stage.status(id);
    expect(['withdrawn', 'active']).toContain(status);
    expect(stage.gate.opens(KEY)).toBe(status === 'active');
    expect(stage.answer('ada')).toContain(status === 'active' ? 'Too late' : 'Withdrawn');
    await stage.pass(HOUR + 2 * MINUTE, 10 * MINUTE);
    expect(stage.gate.entries.size).toBe(0);
    await over(stage);
  }
});

test('a restart and a clock that is set lose no start and double none', async () => {
  const { stage, id } = await scheduled();
  await stage.restart();
  stage.clock.step(-30 * MINUTE);
  await stage.pass(3 * HOUR - MINUTE, 10 * MINUTE);
  expect(stage.gate.entries.size).toBe(0);
  stage.clock.step(31 * MINUTE);
  await stage.pass(MINUTE);
  await stage.restart();
  expect(await stage.status(id)).toBe('active');
  expect(stage.thread().filter((line) => line.includes('Activation started'))).toHaveLength(1);
  await stage.pass(HOUR + 2 * MINUTE, 10 * MINUTE);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('down at its start, it begins when it is back, but not when all of its time is over', async () => {
  for (const [away, status] of [
    [40 * MINUTE, 'active'],
    [HOUR, 'cancelled'],
  ] as const) {
    const { stage, id } = await scheduled();
    await stage.halt();
    stage.clock.advance(3 * HOUR + away);
    await stage.boot();
    await stage.pass(MINUTE);
    expect(await stage.status(id)).toBe(status);
    expect(stage.gate.opens(KEY)).toBe(status === 'active');
    if (status === 'cancelled') expect(stage.card()).toContain('before all of its time was over');
    await over(stage);
  }
});

test('while the clock is wrong nothing begins, and what is missed by then is cancelled', async () => {
  const { stage, id } = await scheduled();
  stage.clock.step(-10 * MINUTE);
  await stage.pass(3 * HOUR + 30 * MINUTE, 10 * MINUTE);
  expect(await stage.status(id)).toBe('scheduled');
  expect(stage.gate.entries.size).toBe(0);
  await stage.pass(HOUR, 10 * MINUTE);
  expect(await stage.status(id)).toBe('cancelled');
  await over(stage);
});

test('what has changed meanwhile is looked at at its start', async () => {
  const { stage, id } = await scheduled();
  await stage.reload(changed('who: [operators]', 'who: [leads]'));
  await stage.pass(3 * HOUR + MINUTE, 10 * MINUTE);
  expect(await stage.status(id)).toBe('cancelled');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('does not let the requester have');
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('its start within a freeze comes to nothing, and a thaw gives nothing back', async () => {
  const { stage, id } = await scheduled();
  await stage.type('margaret', 'freeze confirm a stolen laptop');
  expect(await stage.status(id)).toBe('scheduled');
  await stage.pass(3 * HOUR + MINUTE, 10 * MINUTE);
  expect(await stage.status(id)).toBe('cancelled');
  await stage.type('margaret', 'thaw confirm it is found');
  await stage.pass(HOUR, 10 * MINUTE);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('a freeze that falls between two tries of a start cancels it', async () => {
  const { stage, id } = await scheduled();
  await stage.reload(UNREADABLE);
  await stage.pass(3 * HOUR, 30 * MINUTE);
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('scheduled');
  const { dueAt } = (await stage.store.effect(`timer/${id}/next`)) ?? { dueAt: 0 };
  expect(dueAt - stage.now()).toBeGreaterThan(MINUTE);
  await stage.type('margaret', 'freeze confirm a stolen laptop');
  await stage.type('margaret', 'thaw confirm it is found');
  await stage.reload(POLICY);
  await stage.pass(10 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('cancelled');
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('nobody thaws before the freeze has reached what should have begun', async () => {
  const { stage, id } = await scheduled();
  await stage.reload(UNREADABLE);
  await stage.pass(3 * HOUR, 30 * MINUTE);
  await stage.pass(10 * MINUTE);
  const halt = vi.spyOn(Dispatcher.prototype, 'halt').mockRejectedValue(new Error('not now'));
  await stage.type('margaret', 'freeze confirm a stolen laptop');
  expect(await stage.type('margaret', 'thaw confirm it is found')).toContain('1 still to be');
  halt.mockRestore();
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('cancelled');
  expect(await stage.type('margaret', 'thaw confirm it is found')).toContain('Thawed');
  await over(stage);
});

test('a freeze that is over by its start is none of its business', async () => {
  const { stage, id } = await scheduled();
  await stage.type('margaret', 'freeze confirm a stolen laptop');
  await stage.type('margaret', 'thaw confirm it is found');
  await stage.pass(3 * HOUR + MINUTE, 10 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('people who cannot be asked about at its start are asked about again', async () => {
  const { stage, id } = await scheduled();
  await stage.reload(UNREADABLE);
  await stage.pass(3 * HOUR + 5 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('scheduled');
  expect(stage.gate.entries.size).toBe(0);
  await stage.reload(POLICY);
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('an approver lets it start later, and the requester reads what changed', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  expect(await stage.type('grace', `approve ${id} 20m from 05:00`)).toContain('starts at');
  expect(stage.card()).toContain('Starts: 2026-11-21 05:00 UTC');
  expect(stage.card()).toContain('asked for at once');
  expect(stage.thread().join('\n')).toContain('to start at 2026-11-21 05:00 UTC');
  const note = stage.workspace.direct('ada').at(-1)?.text;
  expect(note).toContain('less time and a later start than you asked for');
  await stage.pass(2 * HOUR + MINUTE, 20 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(20 * MINUTE);
  expect(await stage.status(id)).not.toBe('active');
  await stage.pass(MINUTE);
  await over(stage);
});

test('what is no start, past or too far ahead is answered with what would be one', async () => {
  const stage = await Stage.open({ policy: changed('expireAfter: 30m', 'startWithin: 2d') });
  const typed = (start: string) => stage.type('ada', `lb-admin 1h from ${start} rotate it`);
  expect(await typed('9am')).toContain('/jit lb-admin 1h from 22:00 rotate it');
  expect(await typed('2026-11-20 09:00')).toContain('is past: 2026-11-20 09:00 UTC');
  expect(await typed('2026-12-20 09:00')).toContain('none more than 2d from now');
  const id = await stage.ask('ada', 'lb-admin 1h from scratch we build the edge anew');
  expect((await stage.request(id)).start).toBeUndefined();
  await over(stage);
});

test('the form takes a start, and says what is wrong with one', async () => {
  const stage = await Stage.open();
  await stage.workspace.openAskForm('ada', 'lb-admin');
  const values = { role: 'lb-admin', duration: '1h', reason: 'rotate it', inputs: {} };
  await stage.workspace.submitAsk('ada', { ...values, start: 'tonight' });
  expect(stage.workspace.formText('ada')).toContain('no start');
  await stage.workspace.submitAsk('ada', { ...values, start: '2026-11-20 06:00' });
  expect(stage.workspace.formText('ada')).toContain('is past');
  await stage.workspace.submitAsk('ada', { ...values, start: '2026-11-21T06:00' });
  await stage.settle();
  expect(stage.answer('ada')).toContain('from 2026-11-21 06:00 UTC');
  await over(stage);
});
