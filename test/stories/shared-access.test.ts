/** Overlap, extension and early return compose: one access, and who holds a lease on it. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const KEY = 'edge-shared for 192.0.2.7';
const FOR = 'ip=192.0.2.7 look at the logs';

test('of two people behind one address, the first to end takes nothing from the second', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', `lb-shared 1h ${FOR}`);
  const second = await stage.ask('linus', `lb-shared 2h ${FOR}`);
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect([await stage.status(first), await stage.status(second)]).toEqual(['ended', 'active']);
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(await stage.status(second)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('the longer of two may be returned early; the gate then ends with the other', async () => {
  const stage = await Stage.open();
  const short = await stage.ask('ada', `lb-shared 1h ${FOR}`);
  const long = await stage.ask('linus', `lb-shared 2h ${FOR}`);
  await stage.press('linus', long, 'return');
  await stage.pass(MINUTE);
  expect([await stage.status(short), await stage.status(long)]).toEqual(['active', 'returned']);
  const { endsAt } = (await stage.request(short)) as { endsAt: number };
  expect(stage.gate.entries.get(KEY)?.until).toBe(endsAt);
  await stage.pass(HOUR, MINUTE);
  expect(await stage.status(short)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('the last one out revokes, whoever that is', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', `lb-shared 2h ${FOR}`);
  const second = await stage.ask('linus', `lb-shared 1h ${FOR}`);
  await stage.press('linus', second, 'return');
  await stage.press('ada', first, 'return');
  expect(stage.gate.entries.size).toBe(0);
  await stage.pass(MINUTE);
  expect([await stage.status(first), await stage.status(second)]).toEqual(['returned', 'returned']);
  await proved(stage);
  await stage.halt();
});

test('both who return at the same moment are done, and the access is gone', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', `lb-shared 1h ${FOR}`);
  const second = await stage.ask('linus', `lb-shared 1h ${FOR}`);
  await Promise.all([
    stage.workspace.press('ada', first, 'return'),
    stage.workspace.press('linus', second, 'return'),
  ]);
  await stage.pass(MINUTE);
  expect([await stage.status(first), await stage.status(second)]).toEqual(['returned', 'returned']);
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('a second request of the same person while the first is open extends the access', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', `lb-shared 1h ${FOR}`);
  await stage.pass(50 * MINUTE, MINUTE);
  const second = await stage.ask('ada', `lb-shared 1h ${FOR}`);
  await stage.pass(20 * MINUTE, MINUTE);
  expect([await stage.status(first), await stage.status(second)]).toEqual(['ended', 'active']);
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.pass(41 * MINUTE, MINUTE);
  expect(await stage.status(second)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('the same thing is not asked for twice while the first ask waits', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  expect(await stage.type('ada', 'lb-admin 1h rotate it again')).toContain(id);
  await Promise.all([
    stage.workspace.type('linus', 'lb-pair 1h ip=192.0.2.9 debug'),
    stage.workspace.type('linus', 'lb-pair 1h ip=192.0.2.9 debug'),
  ]);
  await stage.settle();
  expect(await stage.store.requests({ limit: 10 })).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
