/** Whoever is on call at the moment of the click decides, and nobody while that cannot be told. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { type RosterStand, rosterStand, says } from '../support/roster-stand.ts';
import { changed, POLICY } from './cast.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const ON_CALL = changed('[grace@example.com, linus@example.com] }', '[], opsgenie: Platform }');
const BY_MEMBERS_TOO = changed(
  '[grace@example.com, linus@example.com] }',
  '[grace@example.com], opsgenie: Platform }',
);

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

test('a shift that is handed over takes the right to approve with it', async () => {
  const stage = await open(ON_CALL);
  const id = await stage.ask('ada', ASK);
  stand.behave = onCall('Linus@Example.com');
  stage.clock.advance(1_000);
  expect(await stage.press('grace', id, 'approve')).toContain('leads');
  expect(await stage.status(id)).toBe('pending');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('while the roster does not answer nobody decides, and each is told what cannot be read', async () => {
  const stage = await open(BY_MEMBERS_TOO);
  const id = await stage.ask('ada', ASK);
  stand.behave = says('', 503);
  stage.clock.advance(1_000);
  const refused = await stage.press('grace', id, 'approve');
  expect(refused).toContain('cannot read the group leads (opsgenie schedule Platform)');
  expect(await stage.status(id)).toBe('pending');
  expect(await stage.type('linus', ASK)).toContain('(opsgenie schedule Platform)');
  stand.behave = onCall();
  stage.clock.advance(1_000);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('nobody on call is an answer: who asks is told that nobody could approve', async () => {
  stand.behave = onCall();
  const stage = await open(ON_CALL);
  const answer = await stage.type('ada', ASK);
  expect(answer).not.toContain('cannot read');
  expect(answer).toContain('leads');
  expect(await stage.store.requests({ limit: 1 })).toEqual([]);
  await stage.halt();
});

test('who is on call cannot approve what they ask for themselves', async () => {
  stand.behave = onCall('ada@example.com', 'grace@example.com');
  const stage = await open(ON_CALL);
  const id = await stage.ask('ada', ASK);
  await stage.press('ada', id, 'approve');
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
