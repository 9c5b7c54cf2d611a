/** Who is away is not told what waits, and whoever stands in for them gains no right by that. */
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { CAST, changed } from './cast.ts';
import { allEntries, lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const MANAGED = changed(
  'escalate: [{ after: 5m, to: security }]',
  'escalate: [{ after: 5m, to: { managerOf: requester } }]',
);
const REMINDED = changed('escalate: [{ after: 5m, to: security }]', 'remind: 6m');

async function met(stage: Stage): Promise<void> {
  for (const { userId } of CAST) await stage.type(userId, 'mine');
}

const notes = (stage: Stage) => stage.notes('lb-access').join('\n');

test('a delegate is told instead, says so, and decides where policy named them already', async () => {
  const stage = await Stage.open();
  await met(stage);
  const said = await stage.type('margaret', 'delegate @grace until monday');
  expect(said).toContain('You are away until 2026-11-23 00:00 UTC');
  expect(said).toContain('Grace is told instead of you, where policy names them');
  expect(stage.workspace.direct('grace').at(-1)?.text).toContain(
    'Margaret is away until 2026-11-23',
  );
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(
    stage.workspace
      .direct('margaret')
      .map(({ text }) => text)
      .join('\n'),
  ).not.toContain(id);
  const direct = stage.workspace.direct('grace');
  expect(direct.some(({ text }) => text.includes('instead of Margaret, who is away'))).toBe(true);
  const card = direct.find(({ text }) => text.includes('[Approve]'));
  await stage.press('grace', id, 'approve', card);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(61 * MINUTE);
  await proved(stage);
  await stage.halt();
});

test('whoever asks is not told instead of an approver, by no account of theirs', async () => {
  const stage = await Stage.open({ people: [...CAST, { userId: 'ada2' }] });
  await met(stage);
  await stage.type('ada2', 'mine');
  stage.workspace.setPerson({ userId: 'ada2', email: 'ada@example.com' });
  await stage.type('ada2', 'mine');
  await stage.type('margaret', 'restore @ada2');
  await stage.type('margaret', 'delegate @ada2 until monday');
  const before = stage.workspace.direct('ada2').length;
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(stage.workspace.direct('ada2')).toHaveLength(before);
  expect(notes(stage)).toContain(`Nobody of security is told of request ${id}`);
  await proved(stage);
  await stage.halt();
});

test('whoever policy names nowhere is not shown what is asked for, and the channel says who is away', async () => {
  const stage = await Stage.open();
  await met(stage);
  await stage.type('margaret', 'delegate @mallory until monday');
  const before = stage.workspace.direct('mallory').length;
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(stage.workspace.direct('mallory')).toHaveLength(before);
  expect(notes(stage)).toContain(`Nobody of security is told of request ${id}`);
  expect(notes(stage)).toContain('Margaret');
  expect(await stage.type('mallory', `approve ${id}`)).toContain('Only members of leads decide');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('an absence takes no right away, and ends by itself, after a restart too', async () => {
  const stage = await Stage.open();
  await met(stage);
  await stage.type('grace', 'away until 04:00');
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', `approve ${id}`);
  expect(await stage.status(id)).toBe('active');
  await stage.restart();
  expect(await stage.type('grace', 'mine')).toContain('You are away until 2026-11-21 04:00 UTC');
  await stage.pass(HOUR, 5 * MINUTE);
  expect(await stage.type('grace', 'mine')).not.toContain('away');
  await proved(stage);
  await stage.halt();
});

test('whoever comes back is told again', async () => {
  const stage = await Stage.open();
  await met(stage);
  await stage.type('margaret', 'away until 2026-12-24');
  expect(await stage.type('margaret', 'back')).toContain('Welcome back');
  expect(await stage.type('margaret', 'back')).toContain('You are not away');
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(stage.workspace.direct('margaret').at(-1)?.text).toContain(id);
  const events = (await allEntries(stage)).map(({ body }) => body).join('\n');
  expect(events).toContain('went-away');
  expect(events).toContain('came-back');
  await proved(stage);
  await stage.halt();
});

test('a manager who is away is told by name in the channel, unless somebody stands in', async () => {
  const people = [{ userId: 'ada', manager: 'mallory' }, ...CAST.slice(1)];
  const stage = await Stage.open({ policy: MANAGED, people });
  await met(stage);
  await stage.type('mallory', 'away until monday');
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(notes(stage)).toContain(`Nobody is told of request ${id}`);
  await stage.type('ada', `withdraw ${id}`);
  await stage.type('mallory', 'delegate @grace until monday');
  const next = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  const direct = stage.workspace.direct('grace').map(({ text }) => text);
  expect(direct.filter((text) => text.includes(next))).not.toEqual([]);
  expect(await lifeOf(stage, next)).toEqual(['asked', 'escalated']);
  await proved(stage);
  await stage.halt();
});

test('delegates of delegates are followed, a ring of them reaches nobody, and everybody hears of a broken glass', async () => {
  const stage = await Stage.open({ policy: REMINDED });
  await met(stage);
  await stage.type('grace', 'delegate @linus until monday');
  expect(await stage.type('linus', 'delegate @grace until monday')).toContain(
    'Grace is away too, until 2026-11-23 00:00 UTC',
  );
  const id = await stage.ask('ada', ASK);
  await stage.pass(7 * MINUTE);
  expect(notes(stage)).toContain(`Nobody of leads is told of request ${id}`);
  await stage.type('linus', 'back');
  await stage.pass(12 * MINUTE);
  const direct = stage.workspace.direct('linus').map(({ text }) => text);
  expect(direct.filter((text) => text.includes('[Approve]'))).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('a delegate is somebody else whom Hallpass can find, and an absence has an end before long', async () => {
  const stage = await Stage.open();
  await met(stage);
  const type = (text: string) => stage.type('grace', text);
  expect(await type('delegate @grace until monday')).toContain('cannot stand in for yourself');
  expect(await type('delegate @nobody until monday')).toContain('does not know that person');
  expect(await type('delegate @<script> until monday')).toContain('does not know that person');
  expect(await type('away until 2026-11-20')).toContain('over already');
  expect(await type('away until 2030-01-01')).toContain('longer than 90d');
  expect(await type('away')).toContain('needs until when');
  expect(await type('delegate ada')).toContain('/jit delegate @ada until monday');
  expect(await type('mine')).not.toContain('away');
  const entries = (await allEntries(stage)).map(({ body }) => body).join('\n');
  expect(entries).not.toContain('went-away');
  await proved(stage);
  await stage.halt();
});

test('a delegate whom nothing reaches is named to whoever counts on them', async () => {
  const stage = await Stage.open();
  await met(stage);
  stage.workspace.setPerson({ userId: 'linus', standing: 'deactivated' });
  await stage.pass(2 * MINUTE);
  await stage.type('margaret', 'delegate @linus until monday');
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(notes(stage)).toContain(`Nobody of security is told of request ${id}`);
  await stage.pass(DAY, HOUR);
  await proved(stage);
  await stage.halt();
});

test('whoever is there is told, however many are away', async () => {
  const crowd = Array.from({ length: 25 }, (_, nth) => ({ userId: `away${nth}` }));
  const policy = changed(
    'security: { members: [margaret@example.com] }',
    'security: { local: "@security" }',
  );
  const security = [...crowd.map(({ userId }) => userId), 'margaret'];
  const stage = await Stage.open({ policy, people: [...CAST, ...crowd], groups: { security } });
  for (const { userId } of crowd) await stage.type(userId, 'away until 2026-12-01');
  await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE, MINUTE);
  expect(stage.workspace.direct('margaret')).toHaveLength(1);
  expect(notes(stage)).not.toContain('away, with nobody');
  await proved(stage);
  await stage.halt();
});
