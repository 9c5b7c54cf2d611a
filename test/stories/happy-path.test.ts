import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
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
  await stage.halt();
});
