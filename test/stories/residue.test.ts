import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { POLICY } from './cast.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const SESSIONS = 'Sessions that are open at the end go on.';
const withSessions = POLICY.replace('resource: edge-admin', 'resource: sessions');

test('what may remain after the end is said before anybody approves, and with a time once it is proven gone', async () => {
  const stage = await Stage.open({ policy: withSessions });
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  expect(stage.card()).toContain(`${SESSIONS} That may be for 1h after the end.`);
  await stage.press('grace', id, 'approve');
  await stage.pass(HOUR + MINUTE);
  expect(await stage.status(id)).toBe('ended');
  const until = `${SESSIONS} That may be until 2026-11-21T05:00:15Z.`;
  expect(stage.thread().find((line) => line.includes('gone at'))).toContain(until);
  expect(stage.card()).toContain(until);
  await proved(stage);
  await stage.halt();
});
