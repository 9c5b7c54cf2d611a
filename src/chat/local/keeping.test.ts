import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempFolder } from '../../../test/support/temp-folder.ts';
import { ManualClock } from '../../clock.ts';
import { openLocalLog } from '../../store/local-log.ts';
import { LocalWorkspace } from './workspace.ts';

const place = { kind: 'channel', channel: 'lb' } as const;

test('a workspace that is opened again holds what was posted, and who has read how far', () => {
  const file = join(makeTempFolder('keeping').path, 'hallpass.db');
  const open = () => {
    const log = openLocalLog(file);
    const people = [{ userId: 'ada' }, { userId: 'grace' }];
    const clock = new ManualClock(Date.UTC(2026, 10, 21));
    return { log, workspace: new LocalWorkspace({ clock, people, channels: ['lb'], log }) };
  };
  const first = open();
  const { board } = first.workspace;
  board.post({ place, content: { kind: 'said' }, text: 'one', by: 'ada' });
  const two = board.post({ place, content: { kind: 'said' }, text: 'two', by: 'ada' });
  board.edit(two.id, { kind: 'said' }, 'two, put right');
  board.remove(board.post({ place, content: { kind: 'said' }, text: 'gone', by: 'ada' }).id);
  first.workspace.answered('grace', {
    view: { tone: 'ok', lines: [], example: null },
    text: 'psst',
  });
  expect(board.markRead('grace', place)).toBe(true);
  expect(board.markRead('grace', place)).toBe(false);
  first.log.close();

  const { log, workspace } = open();
  expect(workspace.channel('lb').map(({ text }) => text)).toEqual(['one', 'two, put right']);
  expect(workspace.answers('grace')).toEqual(['psst']);
  expect(workspace.board.unread('grace', place)).toBe(0);
  const next = workspace.board.post({ place, content: { kind: 'said' }, text: 'new', by: 'ada' });
  expect(workspace.board.get(next.id)?.text).toBe('new');
  expect(workspace.board.unread('grace', place)).toBe(1);
  expect(workspace.board.unread('ada', place)).toBe(0);
  log.close();
});

test('what is for one person is seen by nobody else', () => {
  const clock = new ManualClock(0);
  const people = [{ userId: 'ada' }, { userId: 'grace' }];
  const { board } = new LocalWorkspace({ clock, people, channels: ['lb'] });
  board.post({ place, content: { kind: 'typed' }, text: '/jit', by: 'ada', only: 'ada' });
  expect(board.seenBy('ada', place)).toHaveLength(1);
  expect([...board.seenBy('grace', place), ...board.in(place), ...board.all()]).toEqual([]);
});
