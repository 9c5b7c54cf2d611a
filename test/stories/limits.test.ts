/** One person can ask only so much: of Hallpass, of the platform that everybody shares, and of the gate. */
import { expect, test } from 'vitest';
import { happeningOf } from '../../src/core/audit.ts';
import { requestIdFrom } from '../../src/core/ids.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const SHARED = (nth: number) => `lb-shared 1h ip=192.0.2.${nth} look`;

test('what one person sends beyond a burst is refused at the door, counted and not written down', async () => {
  const stage = await Stage.open();
  const receipts = await Promise.all(
    Array.from({ length: 60 }, () => stage.workspace.type('ada', 'mine')),
  );
  await stage.settle();
  const refused = receipts.filter((receipt) => receipt?.kind === 'refused');
  expect(refused).toHaveLength(40);
  expect(stage.workspace.answers('ada').join('\n')).toContain('Try again in 1s.');
  await stage.pass(2 * MINUTE);
  const counted = (await allEntries(stage)).filter(({ body }) => body.includes('too-many'));
  expect(counted).toHaveLength(2);
  await proved(stage);
  await stage.halt();
});

test('somebody else is served meanwhile, and the same person a second later', async () => {
  const stage = await Stage.open({}, { burst: 1 });
  expect(await stage.type('ada', 'mine')).toContain('asked for nothing yet');
  expect(await stage.type('ada', 'mine')).toContain('Try again');
  expect(await stage.type('grace', 'mine')).toContain('asked for nothing yet');
  await stage.pass(SECOND);
  expect(await stage.type('ada', 'mine')).toContain('asked for nothing yet');
  await proved(stage);
  await stage.halt();
});

test('what was taken in before is found again, however much was sent since', async () => {
  const stage = await Stage.open({}, { burst: 1 });
  await stage.type('ada', 'mine');
  expect(await stage.workspace.redeliver()).toMatchObject({ kind: 'repeated' });
  await proved(stage);
  await stage.halt();
});

test('a form is no way around it', async () => {
  const stage = await Stage.open({}, { burst: 1 });
  await stage.workspace.openAskForm('ada');
  await stage.workspace.openAskForm('ada');
  expect(stage.answer('ada')).toContain('Try again');
  const values = { role: 'lb-admin', duration: '', reason: 'look', inputs: {} };
  expect(await stage.workspace.submitAsk('ada', values)).toEqual({ kind: 'faulty' });
  await stage.halt();
});

test('one person has at most twenty requests for one role that are not over', async () => {
  const stage = await Stage.open({}, { burst: 1_000 });
  await Promise.all(
    Array.from({ length: 30 }, (_, nth) => stage.workspace.type('ada', SHARED(nth))),
  );
  await stage.settle();
  expect(await stage.store.requestCount()).toBe(20);
  const [first] = (await stage.store.requests({ limit: 1 })).map(({ value }) => value.id);
  if (first === undefined) throw new Error('nothing was asked');
  expect(await stage.type('ada', SHARED(99))).toContain('You have 20 requests for lb-shared');
  await stage.press('ada', first, 'return');
  await stage.pass(MINUTE);
  await stage.ask('ada', SHARED(99));
  await proved(stage);
  await stage.halt();
});

test('refusals are counted under what each is about, and of one person not without bound', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  const second = await stage.ask('linus', 'lb-admin 1h rotate the edge certificate');
  for (const id of [first, second, second, second]) await stage.press('mallory', id, 'approve');
  await stage.pass(2 * MINUTE);
  const told = (await refusalsIn(stage)).map(({ about, times }) => [about, times]);
  expect(told).toEqual([
    [first, 1],
    [second, 1],
    [second, 2],
  ]);
  const ids = Array.from({ length: 15 }, (_, nth) => requestIdFrom(new Uint8Array(10).fill(nth)));
  for (const id of ids) await stage.type('mallory', `approve ${id}`);
  await stage.pass(2 * MINUTE);
  const unknown = (await refusalsIn(stage)).filter(({ code }) => code === 'unknown-request');
  expect(unknown.map(({ about, times }) => [about, times])).toEqual([
    ...ids.slice(0, 10).map((id) => [id, 1]),
    ...[['others', 1]],
    ...[['others', 4]],
  ]);
  await proved(stage);
  await stage.halt();
});

async function refusalsIn(stage: Stage) {
  const events = (await allEntries(stage)).map((entry) => happeningOf(entry).event);
  return events.flatMap((event) => (event.type === 'refused' ? [event] : []));
}
