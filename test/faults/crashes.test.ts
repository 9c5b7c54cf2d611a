/** The process is killed right after one commit, and started again on the same file and the same gate. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { inProcessRunner } from '../../src/jobs/in-process.ts';
import type { Runner } from '../../src/jobs/runner.ts';
import { silentLog } from '../../src/log.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Commit } from '../../src/store/store.ts';
import { proved } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { holds, MortalStore } from './mortal-store.ts';
import { turns } from './turns.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';

/** A stage whose first life ends with a commit, and its second begins half a minute later. */
class FirstLife {
  readonly stage = Stage.dark();
  readonly #mortal = new MortalStore(openSqlite({ file: this.stage.databasePath, log: silentLog }));
  readonly #runner: Runner = inProcessRunner({ clock: this.stage.clock, log: silentLog });

  static async until(last: (commit: Commit) => boolean): Promise<FirstLife> {
    const life = new FirstLife();
    await life.stage.boot({ store: life.#mortal.store, runner: life.#runner });
    life.#mortal.dieAfter(last);
    return life;
  }

  /** Does what somebody does, and lets the process die of it. */
  async lastly(step: () => Promise<unknown>): Promise<void> {
    await step().catch(() => {});
    await turns(100);
    expect(this.#mortal.dead).toBe(true);
  }

  /** Half a minute later: what the first life had begun is nobody's any more. */
  async again(): Promise<Stage> {
    await this.#runner.stop();
    await this.#mortal.bury();
    this.stage.clock.advance(30 * SECOND);
    await this.stage.boot();
    return this.stage;
  }
}

test('killed after the delivery was written: it is worked on after the restart', async () => {
  const life = await FirstLife.until(({ received }) => received !== undefined);
  await life.lastly(() => life.stage.workspace.type('ada', ASK));
  const stage = await life.again();
  expect(stage.answer('ada')).toContain('Asked for lb-admin');
  expect(stage.card()).toContain('asks for lb-admin');
  await proved(stage);
  await stage.halt();
});

for (const type of ['approved', 'confirmed-present', 'activated', 'revoking-started'])
  test(`killed right after ${type}: the access opens once, and ends`, async () => {
    const life = await FirstLife.until(holds(type));
    const { stage } = life;
    const id = await stage.ask('ada', ASK);
    await life.lastly(async () => {
      await stage.workspace.press('grace', id, 'approve');
      await turns(100);
      await stage.workspace.press('ada', id, 'return');
    });
    await life.again();
    if ((await stage.status(id)) === 'active') await stage.pass(HOUR + MINUTE, MINUTE);
    await stage.pass(MINUTE);
    expect(['ended', 'returned']).toContain(await stage.status(id));
    expect(stage.gate.opens(KEY)).toBe(false);
    expect(stage.gate.entries.size).toBe(0);
    await proved(stage);
    await stage.halt();
  });

test('killed between the two reads of an end: it is proven after the restart', async () => {
  const life = await FirstLife.until(
    ({ settles }) =>
      settles?.next.kind === 'again' &&
      Object.hasOwn(Object(settles.next.progress), 'firstAbsentAt'),
  );
  const { stage } = life;
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await life.lastly(() => stage.workspace.press('ada', id, 'return'));
  await life.again();
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await proved(stage);
  await stage.halt();
});

test('killed once a card was posted, before that was written: it is found, not posted twice', async () => {
  const life = await FirstLife.until(({ answered }) => answered !== undefined);
  const { stage } = life;
  await life.lastly(() => stage.workspace.type('ada', ASK));
  await life.again();
  await stage.pass(MINUTE);
  const [asked] = await stage.store.requests({ limit: 1 });
  expect(stage.workspace.board.cards(asked?.value.id ?? '')).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
