/** Access that nobody uses goes back by itself, and of all access the thread is told what became of it. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { changed } from './cast.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 2h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';
const UNUSED = changed(
  'warnBefore: 10m\n  lb-pair',
  'warnBefore: 10m\n    returnIfUnusedFor: 15m\n  lb-pair',
);

async function opened(stage: Stage) {
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', `approve ${id}`);
  expect(await stage.status(id)).toBe('active');
  return id;
}
const thread = (stage: Stage) => stage.thread().join('\n');

test('access that is never used goes back after a while, and says so', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  await stage.pass(14 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.opens(KEY)).toBe(false);
  expect(thread(stage)).toContain('Not used since');
  expect(thread(stage)).toContain('lab edge-admin for ada@example.com was not used. As of');
  expect(stage.workspace.board.cards(id)[0]?.text).toContain('Returned: not used since');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('Returned: not used since');
  await proved(stage);
  await stage.halt();
});

test('whoever uses it keeps it, until so long after the last time', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  for (let minute = 0; minute < 40; minute += 10) {
    await stage.pass(10 * MINUTE);
    stage.gate.use(KEY);
  }
  expect(await stage.status(id)).toBe('active');
  await stage.restart();
  await stage.pass(14 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(thread(stage)).toContain('was used 4 times, last at');
  await proved(stage);
  await stage.halt();
});

test('what cannot be asked is neither use nor the lack of it', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  stage.gate.unreachable = true;
  await stage.pass(30 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  stage.gate.unreachable = false;
  stage.gate.use(KEY);
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await stage.halt();
});

test('of access that stays until its end the thread is told how it was used', async () => {
  const stage = await Stage.open();
  const id = await opened(stage);
  stage.gate.use(KEY);
  await stage.pass(3 * HOUR, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(await lifeOf(stage, id)).toContain('use-seen');
  expect(thread(stage)).toContain('lab edge-admin for ada@example.com was used once, last at');
  await proved(stage);
  await stage.halt();
});

test('an extension that is used keeps what it extends, and has its own time', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  await stage.pass(10 * MINUTE);
  await stage.type('ada', `extend ${id} 30m not done yet`);
  const [longer] = await stage.store.requests({ limit: 1 });
  const next = longer?.value.id;
  if (next === undefined || next === id) throw new Error('nothing was asked');
  await stage.type('grace', `approve ${next}`);
  expect(await stage.status(id)).toBe('ended');
  await stage.pass(14 * MINUTE);
  expect(await stage.status(next)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(next)).toBe('returned');
  expect(stage.gate.opens(KEY)).toBe(false);
  await proved(stage);
  await stage.halt();
});
