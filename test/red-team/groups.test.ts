/** Somebody who was an approver a moment ago. */
import { expect, test, vi } from 'vitest';
import { shared } from '../../src/chat/questions.ts';
import { ManualClock } from '../../src/clock.ts';
import { SECOND } from '../../src/core/time.ts';
import { chatOf } from '../stories/after-review/props.ts';
import { BY_ACCOUNT } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, opensFor, over, PAIR, refusals, untouched } from './attempt.ts';

const ONLY_LEADS = 'Only members of leads decide on this.';

test('whoever was removed from the group a second ago approves nothing', async () => {
  const stage = await Stage.open(BY_ACCOUNT);
  const id = await stage.ask('ada', ASK);
  stage.workspace.setGroup('leads', ['linus']);
  await stage.pass(SECOND, SECOND);
  expect(await stage.press('grace', id, 'approve')).toBe(ONLY_LEADS);
  expect(await refusals(stage)).toEqual(['not-an-approver']);
  await untouched(stage, id);
  await opensFor(stage, 'linus', id);
  await over(stage);
});

test('whoever is removed between their click and the work on it approves nothing', async () => {
  const stage = await Stage.open(BY_ACCOUNT);
  const id = await stage.ask('ada', ASK);
  const clicked = stage.workspace.press('grace', id, 'approve');
  stage.workspace.setGroup('leads', ['linus']);
  await clicked;
  await stage.settle();
  expect(stage.answer('grace')).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'linus', id);
  await over(stage);
});

/** The platform answers nobody, and then everybody what they asked, as it was when they asked it. */
function holdGroups(stage: Stage): () => void {
  const chat = chatOf(stage);
  const read = chat.groupMembers.bind(chat);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.spyOn(chat, 'groupMembers').mockImplementation(async (group, io) => {
    const members = await read(group, io);
    await released;
    return members;
  });
  return release;
}

test('whoever was removed while somebody’s older question still hangs approves nothing by its answer', async () => {
  const stage = await Stage.open(BY_ACCOUNT);
  const [old, id] = [await stage.ask('ada', PAIR), await stage.ask('ada', ASK)];
  const release = holdGroups(stage);
  await stage.workspace.press('linus', old, 'approve');
  await vi.waitFor(() => expect(chatOf(stage).groupMembers).toHaveBeenCalled());
  stage.workspace.setGroup('leads', ['linus']);
  stage.clock.advance(5 * SECOND);
  await stage.workspace.press('grace', id, 'approve');
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  await stage.settle();
  expect(stage.answer('grace')).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'linus', id);
  await over(stage);
});

test('whoever left while an older question for their profile still hangs approves nothing by its answer', async () => {
  const stage = await Stage.open();
  const [old, id] = [await stage.ask('ada', PAIR), await stage.ask('ada', ASK)];
  const chat = chatOf(stage);
  const read = chat.profile.bind(chat);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = vi.spyOn(chat, 'profile').mockImplementation(async (account, io) => {
    const profile = await read(account, io);
    if (account.userId === 'grace') await released;
    return profile;
  });
  await stage.workspace.press('grace', old, 'approve');
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  stage.workspace.setPerson({ userId: 'grace', standing: 'deactivated' });
  stage.clock.advance(5 * SECOND);
  await stage.workspace.press('grace', id, 'approve');
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  await stage.settle();
  await untouched(stage, id);
  await opensFor(stage, 'linus', id);
  await over(stage);
});

test.each([
  ['cannot be read', '@unreachable'],
  ['does not exist', '@nobody-home'],
])('a group that %s lets nobody approve', async (_what, group) => {
  const stage = await Stage.open(BY_ACCOUNT);
  const id = await stage.ask('ada', ASK);
  await stage.reload(BY_ACCOUNT.policy.replace('@leads', group));
  expect(await stage.press('grace', id, 'approve')).toContain('cannot read');
  await untouched(stage, id);
  await stage.reload(BY_ACCOUNT.policy);
  await opensFor(stage, 'grace', id);
  await stage.halt();
});

test('a group of the same name in another spelling is another group', async () => {
  const stage = await Stage.open({
    ...BY_ACCOUNT,
    groups: { leads: ['grace'], Leads: ['mallory'], '@leads': ['mallory'] },
  });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('mallory', id, 'approve')).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('Slack’s older answer about a group is shared by those who asked in the same moment alone', async () => {
  const clock = new ManualClock(0);
  const share = shared(clock);
  const io = { signal: AbortSignal.timeout(5_000) };
  let members = 'grace and linus';
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const read = async () => {
    const seen = members;
    await answered;
    return seen;
  };
  const asked = [share('leads', io, read, SECOND / 2), share('leads', io, read, SECOND / 2)];
  members = 'linus';
  clock.advance(SECOND);
  asked.push(share('leads', io, read, SECOND / 2));
  answer();
  expect(await Promise.all(asked)).toEqual(['grace and linus', 'grace and linus', 'linus']);
});
