/** What follows from who is on call besides who decides: see everywhere/on-call.ts for that. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { type RosterStand, rosterStand, says } from '../support/roster-stand.ts';
import { changed, POLICY } from './cast.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const ON_CALL = changed('[grace@example.com, linus@example.com] }', '[], opsgenie: Platform }');

let stand: RosterStand;
beforeEach(async () => {
  stand = await rosterStand(onCall('grace@example.com'));
});
afterEach(() => stand.stop());

const onCall = (...onCallRecipients: readonly string[]) => says({ data: { onCallRecipients } });

const open = (policy: string) =>
  Stage.open({
    policy,
    onCall: { opsgenie: { apiKey: new Secret('key-of-a-test'), url: stand.url } },
  });

test('nobody on call is an answer: who asks is told that nobody could approve', async () => {
  stand.behave = onCall();
  const stage = await open(ON_CALL);
  const answer = await stage.type('ada', ASK);
  expect(answer).not.toContain('cannot read');
  expect(answer).toContain('Nobody could approve this: it needs 1 of leads other than you');
  expect(await stage.store.requests({ limit: 1 })).toEqual([]);
  await stage.halt();
});

test('who is on call cannot approve what they ask for themselves', async () => {
  stand.behave = onCall('ada@example.com', 'grace@example.com');
  const stage = await open(ON_CALL);
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('ada', id, 'approve')).toContain('cannot decide on your own request');
  expect(await stage.status(id)).toBe('pending');
  await stage.halt();
});

test('a policy that names a roster without its token is not put in force', async () => {
  const stage = await Stage.open();
  const before = stage.app.policy.current.hash;
  await stage.reload(ON_CALL);
  expect(stage.app.policy.current.hash).toBe(before);
  await stage.reload(`${POLICY}\n`);
  expect(stage.app.policy.current.hash).not.toBe(before);
  await stage.halt();
});
