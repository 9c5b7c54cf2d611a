/** A requester who wants their own approval, or more than they were given. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { BY_ACCOUNT, CAST, changed, opening, POLICY } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, forge, KEY, opensFor, over, refusals, untouched } from './attempt.ts';

const OWN = 'cannot decide on your own';
const TWIN = { userId: 'ada2', email: 'ada@example.com' };
const BOTH_LEAD = { ...BY_ACCOUNT, groups: { leads: ['ada', 'ada2', 'grace', 'linus'] } };

test('a requester who may approve for others does not approve for themselves, whichever way they say it', async () => {
  const stage = await Stage.open(BOTH_LEAD);
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('ada', id, 'approve')).toContain(OWN);
  expect(await stage.type('ada', `approve ${id}`)).toContain(OWN);
  expect(await stage.type('ada', `approve #${id.toUpperCase()}`)).toContain(OWN);
  expect(await refusals(stage)).toEqual(['self-approval']);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('a second account of theirs, met in that very click, does not either', async () => {
  const stage = await Stage.open({ ...BOTH_LEAD, people: [...CAST, TWIN] });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('ada2', id, 'approve')).toContain(OWN);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('nor do both accounts at once, while they are being linked', async () => {
  const stage = await Stage.open({ ...BOTH_LEAD, people: [...CAST, TWIN] });
  const id = await stage.ask('ada', ASK);
  await Promise.all(
    ['ada2', 'ada', 'ada2'].map((who) => stage.workspace.press(who, id, 'approve')),
  );
  await stage.settle();
  for (const answer of [...stage.workspace.answers('ada2'), stage.answer('ada')])
    expect(answer).toMatch(/cannot decide on your own/);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('an account that was somebody else’s in the eyes of Hallpass until it took the requester’s e-mail does not either', async () => {
  const stage = await Stage.open({ ...BOTH_LEAD, people: [...CAST, { userId: 'ada2' }] });
  await stage.type('ada2', 'mine');
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson(TWIN);
  expect(await stage.press('ada2', id, 'approve')).toContain('suspended');
  expect(await stage.type('margaret', 'restore @ada2')).toContain('as ada@example.com');
  expect(await stage.press('ada2', id, 'approve')).toContain(OWN);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('an account that had the requester’s e-mail once does not, whatever its e-mail is now', async () => {
  const stage = await Stage.open({ ...BOTH_LEAD, people: [...CAST, TWIN] });
  await stage.type('ada2', 'mine');
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'ada2', email: 'somebody@example.com' });
  expect(await stage.press('ada2', id, 'approve')).toContain('suspended');
  await stage.type('margaret', 'restore @ada2');
  expect(await stage.press('ada2', id, 'approve')).toMatch(/suspended|cannot decide on your own/);
  await untouched(stage, id);
  await opensFor(stage, 'grace', await stage.ask('linus', ASK));
  await over(stage);
});

test('nor does whose suspended account has the requester’s e-mail by now, by whichever account they try', async () => {
  const stage = await Stage.open({
    ...BOTH_LEAD,
    people: [...CAST, { userId: 'grace2', email: 'grace@example.com' }],
  });
  await stage.type('grace', 'mine');
  await stage.type('grace2', 'mine');
  stage.workspace.setPerson({ userId: 'grace2', email: 'somebody@example.com' });
  expect(await stage.type('grace2', 'mine')).toContain('suspended');
  stage.workspace.setPerson({ userId: 'grace2', email: 'ada@example.com' });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('grace', id, 'approve')).toContain(OWN);
  expect(await stage.press('grace2', id, 'approve')).toContain('suspended');
  await untouched(stage, id);
  await opensFor(stage, 'linus', id);
  await over(stage);
});

test('a requester who is made an approver while they wait does not approve for themselves', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('ada', id, 'approve')).toContain(OWN);
  await stage.reload(changed('leads: { members: [', 'leads: { members: [ada@example.com, '));
  expect(await stage.press('ada', id, 'approve')).toContain(OWN);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('nobody attests that their own access is gone', async () => {
  const policy = opening('blind').replace(
    'security: { members: [',
    'security: { members: [ada@example.com, ',
  );
  const stage = await Stage.open({ policy });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.press('ada', id, 'return');
  expect(await stage.type('ada', `attest ${id} it is gone`)).toContain(
    'cannot attest the end of their own',
  );
  expect(await stage.status(id)).toBe('revoking');
  await stage.type('margaret', `attest ${id} seen on the box`);
  expect(await stage.status(id)).toBe('returned');
  await over(stage);
});

test('access is attested by nobody while it is open', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  expect(await stage.type('margaret', `attest ${id} surely gone`)).toContain('it is active');
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await over(stage);
});

test('nobody restores their own account, by themselves or by a second account', async () => {
  const people = [...CAST, { userId: 'margaret2', email: 'margaret@example.com' }];
  const policy = POLICY.replace(
    'security: { members: [',
    'security: { members: [linus@example.com, ',
  );
  const stage = await Stage.open({ people, policy });
  await stage.type('margaret', 'mine');
  await stage.type('margaret2', 'mine');
  stage.workspace.setPerson({ userId: 'margaret2', email: 'grace@example.com' });
  expect(await stage.type('margaret2', 'restore @margaret2')).toContain('suspended');
  expect(await stage.type('margaret', 'restore @margaret2')).toContain('Somebody else must');
  expect(await stage.type('margaret2', 'mine')).toContain('suspended');
  expect(await stage.type('linus', 'restore @margaret2')).toContain('Restored');
  await over(stage);
});

test('asking again for longer lengthens nothing until somebody approves that too', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', first);
  const until = stage.gate.entries.get(KEY)?.until;
  const second = await stage.ask('ada', ASK.replace('1h', '4h'));
  await stage.press('ada', second, 'approve');
  await stage.pass(10 * MINUTE);
  expect(stage.gate.entries.get(KEY)?.until).toBe(until);
  await stage.press('linus', second, 'approve');
  expect(stage.gate.entries.get(KEY)?.until).toBe(stage.clock.now() + 4 * HOUR);
  await over(stage);
});

test('approvals of one request are none of the next one', async () => {
  const stage = await Stage.open();
  const pair = 'lb-pair 1h ip=192.0.2.7 debug';
  const first = await stage.ask('ada', pair);
  await stage.press('grace', first, 'approve');
  await stage.press('ada', first, 'withdraw');
  const second = await stage.ask('ada', pair);
  expect(await stage.press('linus', second, 'approve')).toContain('more are needed');
  expect(stage.gate.entries.size).toBe(0);
  await stage.press('grace', second, 'approve');
  expect(await stage.status(second)).toBe('active');
  await over(stage);
});

test.each(['5h', '4h1s', '240m1s', '1d', '366d'])(
  'a duration of %s is refused where four hours are the most',
  async (duration) => {
    const stage = await Stage.open();
    expect(await stage.type('ada', `lb-admin ${duration} because`)).toContain(
      'too long: at most 4h',
    );
    expect(await stage.store.requestCount()).toBe(0);
    await stage.ask('ada', ASK.replace('1h', '4h'));
    await over(stage);
  },
);

test('nobody asks as somebody else, whatever they add', async () => {
  const stage = await Stage.open();
  for (const more of ['by=grace', 'requester=grace@example.com', 'email=grace@example.com'])
    await stage.type('ada', `lb-admin 1h ${more} rotate it`);
  const inputs = { email: 'grace@example.com' };
  const values = { role: 'lb-admin', duration: '1h', reason: 'rotate it', inputs };
  await forge(stage, 'ada', { kind: 'submitted', form: 'ask', values });
  for (const { value } of await stage.store.requests({ limit: 9 }))
    expect(value.rights.map(({ summary }) => summary)).toEqual([`lab ${KEY}`]);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});
