/** What hangs until it is given up: whoever waits for it is told in time, and what comes after it has its turn. */
import { expect, test, vi } from 'vitest';
import type { Provider } from '../../../src/access/provider.ts';
import { ProviderError } from '../../../src/access/provider.ts';
import type { ChatIo, Platform } from '../../../src/chat/platform.ts';
import { ChatError } from '../../../src/chat/platform.ts';
import type { Millis } from '../../../src/core/time.ts';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { turns } from '../../faults/turns.ts';
import { CAST, changed, opening } from '../cast.ts';
import { Stage } from '../stage.ts';
import { ASK, chatOf, isIn, providerOf } from './props.ts';

/** How an adapter hangs: it gives up when it is told to, or hears nothing. */
const WAYS = {
  'until it is told to give up': (io: Pick<ChatIo, 'signal'>, fault: Error) =>
    new Promise<never>((_resolve, reject) => {
      if (io.signal.aborted) reject(fault);
      else io.signal.addEventListener('abort', () => reject(fault), { once: true });
    }),
  'whatever it is told': () => new Promise<never>(() => {}),
};
const HOW = Object.keys(WAYS) as (keyof typeof WAYS)[];
const lost = () => new ChatError('timeout', 'no answer');

/** Time passes although somebody waits for it. */
async function passes(stage: Stage, time: Millis, step: Millis = SECOND): Promise<void> {
  for (let left = time; left > 0; left -= step) {
    stage.clock.advance(step);
    await turns(12);
  }
}

/** An attempt that hangs is still waited for. */
async function halted(stage: Stage): Promise<void> {
  let isOver = false;
  void stage.halt().finally(() => {
    isOver = true;
  });
  while (!isOver) await passes(stage, SECOND);
}

type Asking = 'profile' | 'groupMembers' | 'managerOf' | 'accountByEmail';

/** From now on these questions hang; of people, those alone whose account ends like this. */
function silenced(stage: Stage, how: keyof typeof WAYS, asking: readonly Asking[], whose = '') {
  const chat = chatOf(stage);
  for (const name of asking) {
    const real = (chat[name] as (what: unknown, io: ChatIo) => Promise<never>).bind(chat);
    vi.spyOn(chat as Required<Platform>, name).mockImplementation((what: unknown, io: ChatIo) => {
      const { userId = whose } = what as { readonly userId?: string };
      return userId.endsWith(whose) ? WAYS[how](io, lost()) : real(what, io);
    });
  }
}

const MANAGED = changed(
  'escalate: [{ after: 5m, to: security }]',
  'escalate: [{ after: 5m, to: { managerOf: requester } }, { after: 10m, to: security }]',
).replace(
  'operators: { members: [ada@example.com, linus@example.com] }',
  'operators: { members: [ada@example.com, linus@example.com], managers: [boss@example.com] }',
);

test.each(HOW)('the ladder goes on while the directory hangs %s', async (how) => {
  const stage = await Stage.open({ policy: MANAGED });
  await stage.type('margaret', 'mine');
  const id = await stage.ask('ada', ASK);
  silenced(stage, how, ['managerOf', 'accountByEmail']);
  await passes(stage, 31 * MINUTE, 5 * SECOND);
  expect(stage.thread().join('\n')).toContain('who manages the requester cannot be read');
  expect(stage.workspace.direct('margaret')).toHaveLength(1);
  expect(await stage.status(id)).toBe('expired');
  await halted(stage);
});

test.each(HOW)(
  'an alarm is heard in the last channel while the chat hangs in those before it, %s',
  async (how) => {
    const policy = opening('sticks').replace(
      'fallbackChannel: local:#alarms',
      'fallbackChannel: local:#lb-two',
    );
    const stage = await Stage.open({ policy, channels: ['lb-two'] });
    const id = await stage.ask('ada', 'lb-admin 5m rotate the edge certificate');
    await stage.press('grace', id, 'approve');
    const chat = chatOf(stage);
    const post = chat.postNote.bind(chat);
    vi.spyOn(chat, 'postNote').mockImplementation((where, note, people, io) =>
      isIn(where, 'lb-') ? WAYS[how](io, lost()) : post(where, note, people, io),
    );
    await passes(stage, 8 * MINUTE);
    expect(await stage.status(id)).toBe('revoking');
    expect(stage.notes()).toEqual([expect.stringContaining('Access may still be open.')]);
    await halted(stage);
  },
);

test.each(HOW)('a target whose list hangs %s is told of', async (how) => {
  const policy = changed(
    'killSwitch: [security]',
    'killSwitch: [security]\nreconcile: { every: 5m, orphans: remove }',
  );
  const silent = () => new ProviderError('timeout', 'the list took too long');
  const provider = (real: Provider): Provider => ({
    ...real,
    list: (_spec, io) => WAYS[how](io, silent()),
  });
  const around = { platform: (platform: Platform) => platform, provider };
  const stage = await Stage.open({ policy }, { around });
  await passes(stage, 12 * MINUTE);
  expect(stage.notes().join('\n')).toContain('lb-admin) could not be listed');
  await halted(stage);
});

const BY_GROUP = changed('{ members: [ada@example.com, linus@example.com] }', '{ local: "@ops" }');
const twinOf = (who: string) => ({ userId: `${who}2`, email: `${who}@example.com` });

test.each(HOW)(
  'whoever asks is answered while a group and an account of theirs hang, %s',
  async (how) => {
    const people = [...CAST, twinOf('ada')];
    const stage = await Stage.open({ policy: BY_GROUP, people, groups: { ops: ['ada', 'ada2'] } });
    for (const who of ['ada', 'ada2']) await stage.type(who, 'mine');
    silenced(stage, how, ['groupMembers']);
    silenced(stage, how, ['profile'], '2');
    await stage.workspace.type('ada', ASK);
    await passes(stage, 30 * SECOND);
    expect(stage.answer('ada')).toContain('cannot read the group operators');
    await halted(stage);
  },
);

test.each(HOW)('whoever approves is answered while accounts of both hang, %s', async (how) => {
  const people = [...CAST, twinOf('ada'), twinOf('grace')];
  const stage = await Stage.open({ people });
  for (const who of ['ada', 'ada2', 'grace', 'grace2']) await stage.type(who, 'mine');
  const id = await stage.ask('ada', ASK);
  silenced(stage, how, ['profile'], '2');
  await stage.workspace.type('grace', `approve ${id}`);
  await passes(stage, 30 * SECOND);
  expect(stage.answer('grace')).toContain('cannot read the people of local');
  expect(await stage.status(id)).toBe('pending');
  await halted(stage);
});

test.each(HOW)('whoever asks is answered while the target hangs %s', async (how) => {
  const stage = await Stage.open();
  const silent = () => new ProviderError('timeout', 'no answer');
  vi.spyOn(providerOf(stage), 'plan').mockImplementation((_ask, io) => WAYS[how](io, silent()));
  await stage.workspace.type('ada', ASK);
  await passes(stage, 30 * SECOND);
  expect(stage.answer('ada')).toMatch(/no answer|did not answer/);
  await halted(stage);
});

test.each(HOW)(
  'a card is posted, and the others are called, while an account of an approver hangs %s',
  async (how) => {
    const policy = changed(
      'security: { members: [margaret@example.com] }',
      'security: { local: "@sec" }',
    ).replace('approve: { count: 1, of: leads }', 'approve: { count: 1, of: security }');
    const crowd = Array.from({ length: 9 }, (_, nth) => ({ userId: `sec${nth}` }));
    const sec = ['mallory', ...crowd.map(({ userId }) => userId)];
    const stage = await Stage.open({ policy, people: [...CAST, ...crowd], groups: { sec } });
    for (const who of sec) await stage.type(who, 'mine');
    stage.clock.advance(2 * MINUTE);
    silenced(stage, how, ['profile'], 'mallory');
    await stage.workspace.type('ada', ASK);
    await passes(stage, 30 * SECOND);
    expect(stage.card()).toContain('lb-admin');
    await passes(stage, 6 * MINUTE, 5 * SECOND);
    for (const { userId } of crowd)
      expect(
        stage.workspace
          .direct(userId)
          .map(({ text }) => text)
          .join('\n'),
      ).toContain('[Approve]');
    await halted(stage);
  },
);
