/** The disk is full: what could not be written is not acknowledged, and what waits is done later. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { silentLog } from '../../src/log.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { proved } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { MortalStore } from './mortal-store.ts';
import { turns } from './turns.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';

async function open(): Promise<{ stage: Stage; disk: MortalStore }> {
  const stage = Stage.dark();
  const disk = new MortalStore(openSqlite({ file: stage.databasePath, log: silentLog }));
  await stage.boot({ store: disk.store });
  return { stage, disk };
}

/** There is room again: whatever was leased in vain is nobody's after a minute. */
async function roomAgain(stage: Stage, disk: MortalStore): Promise<void> {
  disk.refuse(() => false);
  stage.log.errors.length = 0;
  stage.clock.advance(MINUTE);
  await stage.pass(MINUTE);
}

test('a delivery that cannot be written is not acknowledged', async () => {
  const { stage, disk } = await open();
  disk.refuse(() => true);
  await expect(stage.workspace.type('ada', ASK)).rejects.toMatchObject({ code: 'full' });
  expect(stage.answer('ada')).toBe('');
  disk.refuse(() => false);
  await stage.workspace.redeliver();
  await stage.settle();
  expect(stage.answer('ada')).toContain('Asked for lb-admin');
  await proved(stage);
  await stage.halt();
});

test('a decision that finds no room is made when there is some, once', async () => {
  const { stage, disk } = await open();
  const id = await stage.ask('ada', ASK);
  disk.refuse(({ received }) => received === undefined);
  await stage.workspace.press('grace', id, 'approve');
  stage.clock.advance(MINUTE);
  await turns(50);
  expect(await stage.status(id)).toBe('pending');
  expect(stage.gate.entries.size).toBe(0);
  await roomAgain(stage, disk);
  expect(await stage.status(id)).toBe('active');
  expect((await stage.request(id)).approvals).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('an end that falls into a full disk is made up for', async () => {
  const { stage, disk } = await open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.pass(59 * MINUTE, MINUTE);
  disk.refuse(() => true);
  stage.clock.advance(HOUR);
  await turns(50);
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.opens(KEY)).toBe(false);
  await roomAgain(stage, disk);
  expect(await stage.status(id)).toBe('ended');
  await proved(stage);
  await stage.halt();
});
