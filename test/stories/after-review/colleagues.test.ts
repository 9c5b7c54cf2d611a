/** One of two accounts has a colleague's address by now, and cannot be read. */
import { expect, test, vi } from 'vitest';
import { ChatError } from '../../../src/chat/platform.ts';
import { CAST, changed } from '../cast.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, chatOf } from './props.ts';

const TEAM =
  '  payments: { kind: team, members: [grace@example.com, ken@example.com] }\nproviders:';
const APART = changed('providers:', TEAM).replace(
  'who: [operators]',
  'who: [operators]\n    separation: [own-team]',
);

test('a colleague’s click is refused while an account of the requester’s cannot be read', async () => {
  const people = [...CAST, { userId: 'ada2', email: 'ada@example.com' }];
  const stage = await Stage.open({ policy: APART, people });
  await stage.type('ada2', 'mine');
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'ada2', email: 'ken@example.com' });
  const chat = chatOf(stage);
  const profile = chat.profile.bind(chat);
  const spy = vi.spyOn(chat, 'profile').mockImplementation(async (account, io) => {
    if (account.userId === 'ada2') throw new ChatError('timeout', 'no answer');
    return profile(account, io);
  });
  expect(await stage.press('grace', id, 'approve')).toContain('cannot read the people');
  spy.mockRestore();
  expect(await stage.press('grace', id, 'approve')).toContain('both in payments');
  expect(await stage.press('linus', id, 'approve')).toContain('Approved');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});
