/** Whoever would have access without approval once too often, or say themselves that it was right. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { MINUTE } from '../../src/core/time.ts';
import { CAST, POLICY } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { forge, KEY, over, refusals } from './attempt.ts';

const WHY = 'the edge answers nobody';
const TWIN = { userId: 'ada2', email: 'ada@example.com' };

/** Ada may break each glass, and is one of those who review. */
const GLASS = `breakGlass:
      who: [operators]
      max: 1h
      often: { most: 2, within: 7d }
      review: { by: [reviewers], within: 4h }`;
const REVIEWERS = 'reviewers: { members: [margaret@example.com, ada@example.com] }';
const WITH_GLASS = POLICY.replace('groups:', `groups:\n  ${REVIEWERS}`).replaceAll(
  'who: [operators]\n',
  `who: [operators]\n    ${GLASS}\n`,
);

const open = (people = CAST) => Stage.open({ policy: WITH_GLASS, people });
const broken = (stage: Stage, who = 'ada') => stage.ask(who, `break-glass lb-admin 30m ${WHY}`);

async function returned(stage: Stage): Promise<RequestId> {
  const id = await broken(stage);
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  return id;
}

async function isOpen(stage: Stage, id: RequestId): Promise<void> {
  expect((await stage.request(id)).review).toMatchObject({ kind: 'open' });
}

async function reviewed(stage: Stage, id: RequestId): Promise<void> {
  expect(await stage.fill('margaret', id, 'justified', 'I saw it')).toContain('Reviewed');
}

test('whoever did it does not review it, whichever way they say it', async () => {
  const stage = await open();
  const id = await returned(stage);
  const own = 'cannot review your own';
  expect(await stage.type('ada', `review ${id} justified ${WHY}`)).toContain(own);
  expect(await stage.fill('ada', id, 'justified', WHY)).toContain(own);
  expect(await stage.fill('ada', id, 'unjustified', WHY)).toContain(own);
  expect(await refusals(stage)).toContain('self-review');
  await isOpen(stage, id);
  await reviewed(stage, id);
  await over(stage);
});

test('a second account of theirs does not either, nor breaks another glass', async () => {
  const stage = await open([...CAST, TWIN]);
  const id = await returned(stage);
  expect(await stage.type('ada2', `review ${id} justified ${WHY}`)).toContain('cannot review');
  expect(await stage.type('ada2', `break-glass lb-admin 30m ${WHY}`)).toContain(`${id}, is open`);
  await isOpen(stage, id);
  await reviewed(stage, id);
  await over(stage);
});

test('an account that had their e-mail once does not, whatever its e-mail is now', async () => {
  const policy = WITH_GLASS.replace(
    'operators: { members: [',
    'operators: { members: [somebody@example.com, ',
  ).replace(REVIEWERS, REVIEWERS.replace('[', '[somebody@example.com, '));
  const stage = await Stage.open({ policy, people: [...CAST, TWIN] });
  await stage.type('ada2', 'mine');
  const id = await returned(stage);
  stage.workspace.setPerson({ userId: 'ada2', email: 'somebody@example.com' });
  await stage.type('ada2', 'mine');
  await stage.type('margaret', 'restore @ada2');
  for (const text of [`review ${id} justified ${WHY}`, `break-glass lb-admin 30m ${WHY}`])
    expect(await stage.type('ada2', text)).toMatch(/suspended|cannot review|is open/);
  await isOpen(stage, id);
  await reviewed(stage, id);
  await over(stage);
});

test('of several glasses at the same moment one is broken, of whatever roles', async () => {
  const stage = await open();
  const asks = ['lb-admin 30m', 'lb-pair 30m ip=192.0.2.7', 'lb-shared 30m ip=192.0.2.7'];
  await Promise.all(asks.map((ask) => stage.workspace.type('ada', `break-glass ${ask} ${WHY}`)));
  await stage.settle();
  expect(await stage.store.requests({ unreviewed: true, limit: 9 })).toHaveLength(1);
  expect(await refusals(stage)).toContain('review-open');
  await over(stage);
});

test('of two reviews at the same moment the first one stands', async () => {
  const policy = WITH_GLASS.replace(REVIEWERS, REVIEWERS.replace('[', '[grace@example.com, '));
  const stage = await Stage.open({ policy });
  const id = await returned(stage);
  await Promise.all([
    stage.workspace.type('margaret', `review ${id} justified I saw it`),
    stage.workspace.type('grace', `review ${id} unjustified I saw nothing`),
  ]);
  await stage.settle();
  const answers = [stage.answer('margaret'), stage.answer('grace')];
  expect(answers.filter((answer) => answer.includes('Reviewed'))).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes('reviewed already'))).toHaveLength(1);
  await over(stage);
});

test('a review is by who may at the click, not by who was told', async () => {
  const stage = await open();
  const id = await returned(stage);
  await stage.reload(WITH_GLASS.replace('[margaret@example.com, ada', '[grace@example.com, ada'));
  expect(await stage.fill('margaret', id, 'justified', 'I saw it')).toContain('Only members of');
  await isOpen(stage, id);
  expect(await stage.fill('grace', id, 'justified', 'I saw it')).toContain('Reviewed');
  await over(stage);
});

test('a glass is whole once policy says so, and what was broken is still reviewed', async () => {
  const stage = await open();
  const id = await returned(stage);
  await stage.reload(POLICY.replace('groups:', `groups:\n  ${REVIEWERS}`));
  expect(await stage.type('linus', `break-glass lb-admin 30m ${WHY}`)).toContain('lets nobody');
  await reviewed(stage, id);
  await over(stage);
});

test('forged presses of its buttons, and of those that it has not, do nothing', async () => {
  const stage = await open();
  const id = await broken(stage);
  for (const action of ['justified', 'unjustified', 'approve', 'withdraw'] as const)
    await forge(stage, 'mallory', { kind: 'pressed', action, request: id });
  for (const form of ['justified', 'deny', 'revoke'] as const)
    await forge(stage, 'mallory', { kind: 'submitted', form, request: id, reason: WHY });
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.opens(KEY)).toBe(true);
  await isOpen(stage, id);
  await over(stage);
});
