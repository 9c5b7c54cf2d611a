/**
 * One run of a script: the world around the program, which restarts it whenever it dies, repeats what
 * was not acknowledged, and puts the clock forward.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AskValues, Delivery, Intent, RejectionReason } from '../src/chat/platform.ts';
import type { Account } from '../src/core/principal.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { FormAction } from '../src/core/view.ts';
import { makeTempFolder } from '../test/support/temp-folder.ts';
import type { Birth, Program, Trace } from './birth.ts';
import { POLICY } from './cast.ts';
import { Died, type Life } from './life.ts';
import type { Mutant } from './mutants.ts';
import { Outside } from './outside.ts';

/** A dead process's lease, and then some. */
const ROUNDS = 40;
const ROUND: Millis = 2 * SECOND;
/** How far time passes at once. */
const STRIDE: Millis = 30 * SECOND;
/** Deaths that nobody ordered. */
const MOST_LIVES = 6;

export interface WorldOptions {
  /** @param recovers whether somebody died before it: then it is to be one that has done nothing yet */
  readonly bear: (recovers: boolean) => Life;
  /** Takes one that has stopped in peace. */
  readonly retire: (life: Life) => void;
  readonly redisUrl: string | undefined;
  readonly mutant: Mutant | null;
  /** Where the nth planned life ends. */
  readonly fatal: ReadonlyMap<number, string>;
  /** Whether the first one is planned to end there: the next life is the second then. */
  readonly firstEnds: boolean;
}

export class World {
  readonly outside = new Outside();
  /** By the number of the planned life. */
  readonly traces = new Map<number, Trace>();
  /** Points at which a life ended. */
  readonly deaths: string[] = [];
  readonly faults: string[] = [];
  /** Deliveries that were acknowledged. */
  readonly acknowledged = new Set<string>();
  readonly #options: WorldOptions;
  readonly #folder = makeTempFolder('hp-crash');
  readonly #prefix = `crash-${randomUUID()}`;
  #life: Life | undefined;
  #planned = 1;
  #born = 0;
  #delivered = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.write(POLICY);
  }

  get database(): string {
    return join(this.#folder.path, 'hallpass.db');
  }

  // ── what people and operators do ──

  async types(userId: string, text: string): Promise<void> {
    await this.#deliver(userId, { kind: 'typed', text });
  }

  async presses(userId: string, role: string, action: 'approve' | 'withdraw' | 'return') {
    const request = await this.requestFor(role);
    await this.#deliver(userId, { kind: 'pressed', action, request }, request);
  }

  /** The button of what they were told last. */
  async confirms(userId: string): Promise<void> {
    const { answers } = this.outside.workspace.desk(userId);
    const told = answers.at(-1)?.view.confirmation;
    if (told === undefined) throw new Error(`${userId} was told nothing to confirm`);
    await this.#deliver(userId, { kind: 'confirmed', preview: told.preview });
  }

  async fills(userId: string, role: string, form: Exclude<FormAction, 'extend'>, reason: string) {
    const request = await this.requestFor(role);
    await this.#deliver(userId, { kind: 'submitted', form, request, reason }, request);
  }

  async asksByForm(userId: string, values: AskValues): Promise<void> {
    const account = this.outside.workspace.account(userId);
    await this.#surely((program) => program.intake('askForm', [account, values.role]));
    await this.#surely((program) => program.intake('checkForm', [account, values]));
    await this.#deliver(userId, { kind: 'submitted', form: 'ask', values });
  }

  async looksAtHome(userId: string): Promise<void> {
    const account: Account = this.outside.workspace.account(userId);
    await this.#surely((program) => program.intake('homeOpened', [account]));
    await this.settles();
  }

  /** Where each is shown a card of their own. */
  async looksAtCard(userId: string, role: string): Promise<void> {
    const account: Account = this.outside.workspace.account(userId);
    const look = [account, await this.requestFor(role), null];
    await this.#surely((program) => program.intake('cardFor', look));
  }

  /** Something stands at the gate that the bot gave in a life which nothing remembers. */
  goesAstray(key: string): void {
    this.outside.held.entries.set(key, { until: null, byHand: false });
  }

  async reloads(policy: string): Promise<void> {
    this.write(policy);
    await this.#surely((program) => program.reload());
    await this.settles();
  }

  async restarts(): Promise<void> {
    await this.ends();
    await this.settles();
  }

  async passes(time: Millis): Promise<void> {
    for (let left = time; left > 0; left -= STRIDE) {
      await this.#advance(Math.min(STRIDE, left));
      await this.settles();
    }
  }

  /** Nothing happens for long. */
  async skips(time: Millis): Promise<void> {
    await this.#advance(time);
    await this.settles();
  }

  async rejects(why: RejectionReason): Promise<void> {
    await this.#surely((program) => program.intake('reject', [why]));
    await this.skips(2 * MINUTE);
  }

  /** Stops in peace. The next life is another. */
  async ends(): Promise<void> {
    const trace = await this.#surely((program) => program.stop());
    const life = this.#life;
    this.#life = undefined;
    if (life !== undefined) {
      this.traces.set(this.#planned, trace);
      this.faults.push(...complaints(await life.rests()));
      this.#options.retire(life);
    }
    this.#planned += 1;
  }

  /** Until nothing is due: the clock goes on meanwhile, because a dead process's leases run out by it. */
  async settles(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      if ((await this.#surely((program) => program.rest())) === 0) return this.#look();
      await this.#advance(ROUND);
    }
    this.faults.push('never comes to rest');
  }

  write(policy: string): void {
    writeFileSync(join(this.#folder.path, 'policy.yaml'), policy);
  }

  async close(): Promise<void> {
    await this.#life?.end();
    this.#folder.remove();
  }

  async requestFor(role: string): Promise<string> {
    const requests = await this.#surely((program) => program.requests());
    const found = requests.find((request) => request.role.name === role);
    if (found === undefined) throw new Error(`nobody has asked for ${role}`);
    return found.id;
  }

  async #look(): Promise<void> {
    const requests = await this.#surely((program) => program.requests());
    for (const key of this.outside.overdue(requests))
      this.faults.push(`${key} stands after its end`);
  }

  async #advance(by: Millis): Promise<void> {
    const { clock } = this.outside;
    clock.advance(by);
    await this.#surely((program) => program.clock(clock.now()));
  }

  /** With the key that this step of the script has, however often it is sent. */
  async #deliver(userId: string, intent: Intent, request?: string): Promise<void> {
    this.#delivered += 1;
    const key = `local:${this.#delivered}`;
    const card = request === undefined ? undefined : this.outside.cardFor(request);
    const delivery: Delivery = {
      key,
      account: this.outside.workspace.account(userId),
      intent,
      replyTo: { userId, delivery: key },
      message: card === undefined ? null : { message: card.id },
      receivedAt: this.outside.clock.now(),
    };
    await this.#surely((program) => program.intake('accept', [delivery]));
    this.acknowledged.add(key);
    await this.settles();
  }

  /** Asks again of the next life when this one ends before it has answered. */
  async #surely<Answer>(ask: (program: Program) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        this.#life ??= await this.#begin();
        return await ask(this.#life.program);
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        await this.#after();
      }
    }
  }

  async #begin(): Promise<Life> {
    this.#born += 1;
    if (this.#born > MOST_LIVES) throw new Error('dies again and again');
    const { bear, redisUrl, mutant } = this.#options;
    const life = bear(this.#born > 1);
    this.#life = life;
    life.serve(this.outside);
    const birth: Birth = {
      database: this.database,
      policy: join(this.#folder.path, 'policy.yaml'),
      redis: redisUrl === undefined ? undefined : { url: redisUrl, prefix: this.#prefix },
      now: this.outside.clock.now(),
      fatal: this.#fatal ?? null,
      mutant,
    };
    await life.program.begin(birth);
    return life;
  }

  /** Where this life is to end; undefined once another has ended there. */
  get #fatal(): string | undefined {
    const fatal = this.#options.fatal.get(this.#planned);
    return fatal === undefined || this.deaths.includes(`${this.#planned}/${fatal}`)
      ? undefined
      : fatal;
  }

  async #after(): Promise<void> {
    const fatal = this.#fatal;
    const how = await this.#bury();
    if (how !== 'SIGKILL' || fatal === undefined) {
      this.faults.push(`died by itself (${how})`);
      return;
    }
    this.deaths.push(`${this.#planned}/${fatal}`);
    if (this.#planned === 1 && this.#options.firstEnds) this.#planned += 1;
  }

  async #bury(): Promise<NodeJS.Signals | number | null> {
    const life = this.#life;
    this.#life = undefined;
    if (life === undefined) return null;
    const how = await life.gone;
    this.faults.push(...complaints(life.said));
    return how;
  }
}

/** What it said of errors; a warning that a call failed is daily life, and so is a notice: it is logged as it is posted. */
function complaints(said: readonly string[]): readonly string[] {
  const errors = said.filter((line) => !line.includes('"about":"'));
  return errors.map((line) => `said: ${line.slice(0, 300)}`);
}
