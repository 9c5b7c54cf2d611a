/** A machine that runs Hallpass: the real service on simulated ports; it dies, and is started again. */
import type { Provider } from '../src/access/provider.ts';
import type { Intake } from '../src/chat/platform.ts';
import type { Clock } from '../src/clock.ts';
import type { Policy } from '../src/core/policy.ts';
import { policyDiff } from '../src/core/policy-diff.ts';
import type { Millis } from '../src/core/time.ts';
import { inProcessRunner } from '../src/jobs/in-process.ts';
import type { Log } from '../src/log.ts';
import type { Commit, CommitResult, EffectRow, Store } from '../src/store/store.ts';
import { StoreError } from '../src/store/store.ts';
import { adoptPolicy } from '../src/workflow/adopt.ts';
import type { Service } from '../src/workflow/service.ts';
import { createService } from '../src/workflow/service.ts';
import type { Settings } from '../src/workflow/shell.ts';
import { CHATS, type ChatName, ROSTER } from './cast.ts';
import type { Census } from './census.ts';
import type { Chance } from './chance.ts';
import { Life, never, type Surroundings } from './life.ts';
import type { People } from './people.ts';
import { simulatedPlatform } from './platform.ts';
import { type Office, simulatedProvider } from './provider.ts';
import { type Queue, simulatedRunner } from './queue.ts';
import { simulatedRoster } from './roster.ts';
import { isTrouble } from './troubles.ts';

const WRITES: ReadonlySet<keyof Store> = new Set(['commit', 'lease', 'prune']);

/** What all machines of a world share. */
export interface Commons {
  readonly around: Surroundings;
  readonly chance: Chance;
  readonly store: Store;
  readonly people: People;
  readonly offices: readonly Office[];
  /** null: each has a timer of its own over the rows. */
  readonly queue: Queue | null;
  readonly settings: Settings;
  readonly census: Census;
  readonly isOut: (what: string) => boolean;
  readonly committed: (commit: Commit, result: CommitResult, life: string) => void;
  readonly leased: (rows: readonly EffectRow[]) => void;
  /** Something that no trouble of this world explains. */
  readonly astonished: (what: string) => void;
}

export class Machine {
  readonly name: string;
  readonly #commons: Commons;
  #policy: Policy;
  #life: Life | undefined;
  #service: Service | undefined;
  #lives = 0;
  #typed = 0;
  /** Where each chat delivers to. */
  readonly #intakes = new Map<ChatName, Intake>();
  /** When it began to run without a break; undefined while it does not. */
  #upSince: number | undefined;

  constructor(name: string, commons: Commons, policy: Policy) {
    this.name = name;
    this.#commons = commons;
    this.#policy = policy;
  }

  get upSince(): number | undefined {
    return this.isAwake ? this.#upSince : undefined;
  }

  get isAwake(): boolean {
    return this.#life?.dead === false && !this.#life.frozen;
  }

  freeze(length: Millis): void {
    const life = this.#life;
    if (life === undefined || life.dead) return;
    life.freeze(length);
    life.whenAwake(() => {
      if (this.#upSince !== undefined) this.#upSince = life.around.line.now;
    });
  }

  get life(): Life | undefined {
    return this.#life;
  }

  get service(): Service | undefined {
    return this.#service;
  }

  intake(chat: ChatName): Intake | undefined {
    return this.#intakes.get(chat);
  }

  start(): void {
    const { around, chance } = this.#commons;
    this.#lives += 1;
    const name = `${this.name}.${this.#lives}`;
    const life = new Life(name, around, chance.stream(name), () => this.#buried(life));
    this.#life = life;
    around.history.note(`${name} starts`);
    this.#begin(life).catch((error: unknown) => {
      if (life.dead) return;
      this.#explain(error, 'a start failed');
      life.die('at its start');
    });
  }

  /** As after SIGTERM. */
  stop(): void {
    const [life, service] = [this.#life, this.#service];
    if (life === undefined || service === undefined || !this.isAwake) return;
    this.#service = undefined;
    this.#upSince = undefined;
    const { around, astonished } = this.#commons;
    around.history.note(`${life.name} stops`);
    const hung = around.line.in(120_000, () => {
      if (!life.dead) astonished(`${life.name} has not stopped within two minutes`);
    });
    service.stop().then(
      () => {
        hung();
        if (life.dead) return;
        life.rest();
        this.#restartSoon();
      },
      (error: unknown) => {
        if (!life.dead) this.#explain(error, 'a stop failed');
      },
    );
  }

  /** What somebody types there runs beside the bot, in a process of its own, which may die as well. */
  atCommandLine(work: (store: Store, clock: Clock) => Promise<unknown>): void {
    const { around, chance } = this.#commons;
    this.#typed += 1;
    const name = `${this.name}.typed.${this.#typed}`;
    const life = new Life(name, around, chance.stream(name), () => {});
    work(this.#store(life), life.clock).then(
      () => life.rest(),
      (error: unknown) => this.#explain(error, `${name} failed`),
    );
  }

  /** Another policy in the file of this machine. */
  async adopt(policy: Policy): Promise<void> {
    const changes = policyDiff(this.#policy, policy);
    this.#policy = policy;
    const service = this.#service;
    if (service === undefined) return;
    await new Promise<void>((awake) => this.#life?.whenAwake(awake));
    await adoptPolicy(service.shell, policy.hash, changes);
  }

  async #begin(life: Life): Promise<void> {
    const { census, chance, offices, queue, settings } = this.#commons;
    const log = this.#log(life);
    const service = await createService({
      store: this.#store(life),
      clock: life.clock,
      log,
      runner:
        queue === null ? inProcessRunner({ clock: life.clock, log }) : simulatedRunner(queue, life),
      platforms: CHATS.map((name) => simulatedPlatform(this.#lineTo(name), life, census)),
      providers: new Map(
        offices.map((office): [string, Provider] => [
          office.gate.name,
          simulatedProvider(office, life, census),
        ]),
      ),
      rosters: new Map([[ROSTER, this.#roster(life)]]),
      policy: () => this.#policy,
      settings,
      random: (
        (stream) => (length: number) =>
          stream.bytes(length)
      )(chance.stream(`${life.name}/random`)),
    });
    await service.start();
    this.#service = service;
    this.#upSince = life.around.line.now;
  }

  #roster(life: Life) {
    const { census, isOut, people } = this.#commons;
    return simulatedRoster(people, () => isOut(ROSTER), life, census);
  }

  #lineTo(name: ChatName) {
    return {
      chat: this.#commons.people.chats[name],
      isOut: () => this.#commons.isOut(name),
      connect: (intake: Intake | null) => {
        if (intake === null) this.#intakes.delete(name);
        else this.#intakes.set(name, intake);
      },
    };
  }

  #buried(life: Life): void {
    this.#service = undefined;
    this.#upSince = undefined;
    this.#intakes.clear();
    this.#commons.queue?.employ(life, null);
    this.#restartSoon();
  }

  #restartSoon(): void {
    const { around, chance } = this.#commons;
    around.line.in(chance.skewed(500, 180_000), () => this.start());
  }

  /** The one store, as this process sees it. */
  #store(life: Life): Store {
    const { store } = this.#commons;
    return new Proxy(store, {
      get: (_, name: keyof Store) => {
        if (name === 'close') return async () => {};
        return (...args: readonly unknown[]) => {
          if (life.dead) return never();
          return life.local(`store.${name}`, () => this.#ask(life, name, args));
        };
      },
    });
  }

  async #ask(life: Life, name: keyof Store, args: readonly unknown[]): Promise<unknown> {
    const { store, committed, leased, around } = this.#commons;
    if (WRITES.has(name) && life.chance.is(around.troubles().store))
      throw new StoreError('unavailable', 'simulated: the database is locked');
    const method = store[name] as (...given: readonly unknown[]) => Promise<unknown>;
    const result = await method(...args);
    if (name === 'commit') committed(args[0] as Commit, result as CommitResult, life.name);
    if (name === 'lease') leased(result as readonly EffectRow[]);
    return result;
  }

  #log(life: Life): Log {
    const look = (fields: object, message: string) => {
      if (!life.dead && 'err' in fields) this.#explain(fields.err, message);
    };
    const log: Log = {
      debug() {},
      info() {},
      warn: look,
      error: look,
      child: () => log,
    };
    return log;
  }

  #explain(error: unknown, message: string): void {
    if (!isTrouble(error)) this.#commons.astonished(`${message}: ${described(error)}`);
  }
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
