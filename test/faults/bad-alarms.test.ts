/** A runner may lose alarms or ring them twice: the rows are the truth, and the sweep finds them. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import type { Alarm, Engine, Runner } from '../../src/jobs/runner.ts';
import { lifeOf, proved } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { turns } from './turns.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';

/** Never rings. */
class DeafRunner implements Runner {
  async start(): Promise<void> {}

  ring(): void {}

  async stop(): Promise<void> {}

  async healthy(): Promise<boolean> {
    return false;
  }
}

/** Rings every alarm twice, at once and whether it is due or not. */
class StutteringRunner implements Runner {
  #engine: Engine | undefined;
  readonly #running = new Set<Promise<void>>();

  async start(engine: Engine): Promise<void> {
    this.#engine = engine;
  }

  ring(alarms: readonly Alarm[]): void {
    for (const { effect, attempt } of [...alarms, ...alarms]) this.#run(effect, attempt);
  }

  async stop(): Promise<void> {
    this.#engine = undefined;
    await Promise.all(this.#running);
  }

  async healthy(): Promise<boolean> {
    return true;
  }

  #run(effect: number, attempt: number): void {
    const done = this.#engine?.run(effect, attempt) ?? Promise.resolve();
    const running = done.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

/** Only the sweep acts: nothing is drained by the story itself. */
async function wait(stage: Stage, time: number): Promise<void> {
  for (let left = time; left > 0; left -= 5 * SECOND) {
    stage.clock.advance(5 * SECOND);
    await turns(12);
  }
}

async function askAndWait(stage: Stage): Promise<RequestId> {
  await stage.workspace.type('ada', ASK);
  await wait(stage, MINUTE);
  const [asked] = await stage.store.requests({ limit: 1 });
  if (asked === undefined) throw new Error('nothing was asked');
  return asked.value.id;
}

test('a story comes to its end by the sweep alone', async () => {
  const stage = await Stage.open({}, { runner: new DeafRunner() });
  const id = await askAndWait(stage);
  await stage.workspace.press('grace', id, 'approve');
  await wait(stage, MINUTE);
  expect(await stage.status(id)).toBe('active');
  await wait(stage, HOUR);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('an ask that nobody answers goes on and expires by the sweep alone', async () => {
  const stage = await Stage.open({}, { runner: new DeafRunner() });
  const id = await askAndWait(stage);
  await wait(stage, 32 * MINUTE);
  expect(await stage.status(id)).toBe('expired');
  expect(stage.workspace.direct('margaret')).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('alarms that ring twice at once do nothing twice', async () => {
  const stage = await Stage.open({}, { runner: new StutteringRunner() });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  await stage.pass(HOUR + MINUTE);
  expect(await lifeOf(stage, id)).toEqual([
    ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated', 'warned'],
    ...['revoking-started', 'grant-gone', 'finished', 'use-seen'],
  ]);
  expect(stage.workspace.board.cards(id)).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
