/**
 * Whole lives per second: asked, approved by somebody else, active, revoked by a third, proven gone, and
 * all of it told in the channel. Everybody acts on what they see, as soon as they see it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyAudit } from '../src/cli/audit-verify.ts';
import type { Sight } from './onlooker.ts';
import { onlooker } from './onlooker.ts';
import { APPROVERS, ASKERS, addressOf, SECURITY } from './policy.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

export interface LifecycleOptions {
  readonly redisUrl: string;
  readonly lives: number;
  /** How many go on at once: enough that the wait between two reads of absence is not waited for. */
  readonly atOnce: number;
}

export interface Lives {
  readonly perSecond: number;
  readonly stage: Stage;
}

/** @returns with the stage still open, for whoever has a use for what was written */
export async function lifecycles(options: LifecycleOptions): Promise<Lives> {
  const crowd = new Crowd(options.lives);
  const log = onlooker((sight) => crowd.see(sight));
  const stage = await openStage({ redisUrl: options.redisUrl, log });
  const begin = performance.now();
  await crowd.live(stage, options.atOnce);
  await allTold(stage);
  const perSecond = options.lives / ((performance.now() - begin) / 1_000);
  await proved(stage, options.lives);
  return { perSecond, stage };
}

/** What somebody does about a card, by its status. */
const STEPS = ['pending', 'active', 'revoked'];

export class Crowd {
  readonly #lives: number;
  readonly #steps = new Map<string, number>();
  #stage: Stage | undefined;
  #asked = 0;
  #over = 0;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(lives: number) {
    this.#lives = lives;
  }

  live(stage: Stage, atOnce: number): Promise<void> {
    this.#stage = stage;
    return new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
      for (let nth = 0; nth < Math.min(atOnce, this.#lives); nth += 1) this.#ask();
    });
  }

  see({ message, card }: Sight): void {
    const step = STEPS.indexOf(card.status);
    if (step < 0 || (this.#steps.get(card.request) ?? -1) >= step) return;
    this.#steps.set(card.request, step);
    if (card.status === 'revoked') this.#end();
    else setImmediate(() => this.#act(card.request, card.status, message.id));
  }

  #act(request: string, status: string, message: string): void {
    const workspace = this.#stage?.workspace;
    const nth = this.#steps.size;
    if (status === 'pending') {
      const lead = APPROVERS[nth % APPROVERS.length] ?? '';
      this.#do(workspace?.press(lead, request, 'approve', { message }));
    } else {
      const guard = SECURITY[nth % SECURITY.length] ?? '';
      this.#do(workspace?.type(guard, `revoke ${request} the work is finished`));
    }
  }

  #ask(): void {
    const nth = this.#asked;
    this.#asked += 1;
    const who = ASKERS[nth % ASKERS.length] ?? '';
    const ask = `lb-port 1h ip=${addressOf(nth)} rotate the edge certificate`;
    this.#do(this.#stage?.workspace.type(who, ask));
  }

  #end(): void {
    this.#over += 1;
    if (this.#over === this.#lives) this.#finish();
    else if (this.#asked < this.#lives) this.#ask();
  }

  #do(deed: Promise<unknown> | undefined): void {
    deed?.catch((error: unknown) => this.#fail(error));
  }
}

/** The last cards are drawn, the last lines told, and nothing is left to do now. */
async function allTold(stage: Stage): Promise<void> {
  const { store } = stage.app.service.shell;
  for (;;) {
    const due = await store.dueCount(Date.now());
    if (due === 0 && (await store.laggingCopies()).length === 0) return;
    await sleep(5);
  }
}

async function proved(stage: Stage, lives: number): Promise<void> {
  const report = await verifyAudit(stage.app.service.shell.store);
  if (!report.sound || report.walk.requests !== lives) throw new Error(report.lines.join(' '));
  if (stage.gate.entries.size > 0) throw new Error('access was left behind');
}
