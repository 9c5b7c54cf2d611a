/** The stricter of the policy asked under and the policy in force decides. */
import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { changed, POLICY } from './cast.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 2h rotate the edge certificate';

const WITHOUT_ROLE = POLICY.replace('  lb-admin:\n', '  lb-other:\n');

const FORBIDDING: readonly (readonly [string, string, string])[] = [
  ['has lost the role', WITHOUT_ROLE, 'has no role lb-admin any more'],
  [
    'names other approvers',
    changed('{ count: 1, of: leads }', '{ count: 1, of: security }'),
    'secu',
  ],
  [
    'gives something else',
    changed('resource: edge-admin', 'resource: edge-all'),
    'changed in policy',
  ],
  ['allows less time', changed('duration: { max: 4h', 'duration: { max: 1h'), 'too long'],
  [
    'lets the requester ask no more',
    changed(
      'operators: { members: [ada@example.com, ',
      'operators: { members: [mallory@example.com, ',
    ),
    'does not let the requester',
  ],
];

for (const [what, policy, sentence] of FORBIDDING)
  test(`an approval is refused when the policy in force ${what}`, async () => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    await stage.reload(policy);
    expect(await stage.press('grace', id, 'approve')).toContain(sentence);
    expect(await stage.status(id)).toBe('pending');
    expect(stage.gate.entries.size).toBe(0);
    await stage.reload(POLICY);
    await stage.press('grace', id, 'approve');
    expect(await stage.status(id)).toBe('active');
    await proved(stage);
    await stage.halt();
  });

test('a quorum that was raised since the ask is the one that counts', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.reload(changed('{ count: 1, of: leads }', '{ count: 2, of: leads }'));
  expect(await stage.press('grace', id, 'approve')).toContain('more are needed');
  expect(await stage.status(id)).toBe('pending');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('a quorum that was lowered since the ask does not count', async () => {
  const stage = await Stage.open({ policy: changed('{ count: 1,', '{ count: 2,') });
  const id = await stage.ask('ada', ASK);
  await stage.reload(POLICY);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('access that is open ends on time although its role is gone', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.reload(WITHOUT_ROLE);
  await stage.pass(121 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('a change of policy is an entry with what it changes', async () => {
  const stage = await Stage.open();
  await stage.reload(
    changed('approve: { count: 1, of: leads }', 'approve: { count: 2, of: leads }').replace(
      'leads: { members: [grace@example.com,',
      'leads: { members: [grace@example.com, ada@example.com,',
    ),
  );
  const [first, second] = (await allEntries(stage)).filter(({ body }) =>
    body.includes('policy-adopted'),
  );
  expect(JSON.parse(first?.body ?? '{}').event.changes).toBeNull();
  expect(JSON.parse(second?.body ?? '{}').event.changes).toEqual([
    '~ groups.leads: 2 listed → 3 listed',
    expect.stringMatching(/^~ roles\.lb-admin\.approval: .*"count":1.* → .*"count":2/),
  ]);
  await proved(stage);
  await stage.halt();
});

test('a faulty file keeps the old policy in force, and says so in the alarm channel', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.reload(changed('of: leads }', 'of: nobody }'));
  expect(stage.notes().join('\n')).toMatch(/NOT in force.*nobody/);
  const types = (await allEntries(stage)).map(({ body }) => body);
  expect(types.filter((body) => body.includes('policy-rejected'))).toHaveLength(1);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});
