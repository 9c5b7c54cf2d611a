import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

test('access that is approved opens, and ends by itself when its time is over', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  expect(await stage.status(id)).toBe('pending');
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.opens('edge-admin for ada@example.com')).toBe(true);
  await stage.pass(HOUR + MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.opens('edge-admin for ada@example.com')).toBe(false);
  expect(await lifeOf(stage, id)).toEqual([
    ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated', 'warned'],
    ...['revoking-started', 'grant-gone', 'finished', 'use-seen'],
  ]);
  expect(stage.log.warnings).toEqual([]);
  await proved(stage);
  await stage.halt();
});

test('what a rule marks automatic needs nobody, and says so', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-shared 30m ip=192.0.2.7 look at the logs');
  expect(stage.answer('ada')).toContain('Granted without approval by its rule');
  expect(await stage.status(id)).toBe('active');
  expect(stage.thread().join('\n')).toContain('Automatic: the rule asks for nobody.');
  await stage.pass(31 * MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await proved(stage);
  await stage.halt();
});
