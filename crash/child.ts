/**
 * The program that is killed: the real `app.ts` with a failpoint around each call of its ports. Its
 * database is a file, its clock is set from outside, and its chat and its gate are in the process that
 * started it, so that both outlive it.
 */
import { MemoryGate } from '../src/access/memory/gate.ts';
import type { Provider } from '../src/access/provider.ts';
import type { App } from '../src/app.ts';
import { createApp } from '../src/app.ts';
import type { Delivery, Intake, Platform } from '../src/chat/platform.ts';
import { ManualClock } from '../src/clock.ts';
import { inProcessRunner } from '../src/jobs/in-process.ts';
import type { Engine, Runner } from '../src/jobs/runner.ts';
import { createLog } from '../src/log.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Store } from '../src/store/store.ts';
import { type Birth, type Elsewhere, type Program, RESTS, type Trace } from './birth.ts';
import { elsewhere } from './elsewhere.ts';
import { Failpoints } from './failpoints.ts';
import { mutantReceipt, mutantStore } from './mutants.ts';
import { settingsOf } from './settings.ts';
import { Wire } from './wire.ts';

/** The half of two ports that is called by the adapters. */
const ENGINE = Object.keys({ run: 0, drain: 0, nextDueAt: 0 } satisfies Record<keyof Engine, 0>);
const INTAKE = Object.keys({
  ...{ accept: 0, reject: 0, formFor: 0, askForm: 0, checkForm: 0, cardFor: 0, homeOpened: 0 },
} satisfies Record<keyof Intake, 0>);

/** Redis is asked by the real time: this long without a call is rest. */
const REDIS_REST = 60;

class Child implements Program {
  readonly #outside: Elsewhere;
  readonly #log = createLog('error');
  #failpoints = new Failpoints(null);
  #clock = new ManualClock(0);
  #birth: Birth | undefined;
  #store: Store | undefined;
  #app: App | undefined;
  #door: Intake | undefined;

  constructor(outside: Elsewhere) {
    this.#outside = outside;
  }

  async begin(birth: Birth): Promise<void> {
    this.#birth = birth;
    this.#clock = new ManualClock(birth.now);
    this.#failpoints = new Failpoints(birth.fatal);
    this.#store = openSqlite({ file: birth.database, log: this.#log });
    const store = this.#failpoints.around('store', this.#store);
    this.#app = await createApp(settingsOf(birth), this.#log, {
      clock: this.#clock,
      gate: new MemoryGate(this.#clock, { nativeExpiry: 'none' }),
      store: mutantStore(store, birth.mutant),
      runner: await this.#runner(birth),
      around: {
        platform: (platform) => this.#platform(platform),
        provider: (provider) => this.#provider(provider),
      },
    });
    await this.#app.service.start();
  }

  async intake(method: string, args: readonly unknown[]): Promise<unknown> {
    const door = here(this.#door);
    const [delivery] = args;
    // A platform that can open a form asks first whether there is one.
    if (method === 'accept') askForForm(door, delivery as Delivery);
    const handle = Reflect.get(door, method) as (...args: unknown[]) => Promise<unknown>;
    const io = { signal: new AbortController().signal };
    return mutantReceipt(async () => handle(...args, io), here(this.#birth).mutant);
  }

  async clock(now: number): Promise<void> {
    this.#clock.advance(Math.max(0, now - this.#clock.now()));
  }

  async rest(): Promise<number> {
    const patience = here(this.#birth).redis === undefined ? 0 : REDIS_REST;
    for (;;) {
      await this.#failpoints.rest();
      const due = await here(this.#store).dueCount(this.#clock.now());
      if (due === 0 || !(await this.#failpoints.stirs(patience))) return due;
    }
  }

  async reload(): Promise<void> {
    await here(this.#app).reload();
  }

  async requests() {
    const rows = await here(this.#store).requests({ limit: 1000 });
    return rows.map(({ value }) => value);
  }

  async stop(): Promise<Trace> {
    await here(this.#app).stop();
    process.stderr.write(`${RESTS}\n`);
    const { passed, idle, methods } = this.#failpoints;
    return { points: [...passed], idle: [...idle], methods: [...methods] };
  }

  async #runner({ redis }: Birth): Promise<Runner> {
    const parts = { clock: this.#clock, log: this.#log };
    const runner =
      redis === undefined
        ? inProcessRunner(parts)
        : (await import('../src/jobs/bullmq.ts')).bullmqRunner({ ...redis, ...parts });
    const start = (engine: Engine) =>
      runner.start(this.#failpoints.around('engine', engine, ENGINE));
    return this.#failpoints.around('runner', elsewhere(runner, { start }, null));
  }

  #platform(platform: Platform): Platform {
    const start = async (intake: Intake) => {
      this.#door = this.#failpoints.around('intake', intake, INTAKE);
    };
    const stop = async () => {
      this.#door = undefined;
    };
    const far = elsewhere(platform, { start, stop }, (method, args) =>
      this.#outside.chat(method, args),
    );
    return this.#failpoints.around('chat', far);
  }

  #provider(provider: Provider): Provider {
    if (provider.type !== 'memory') return provider;
    const { check, isLocal, tellsUse } = provider;
    const own = { check, isLocal, ...(tellsUse && { tellsUse }) };
    const far = elsewhere(provider, own, (method, args) => this.#outside.gate(method, args));
    return this.#failpoints.around('provider', far);
  }
}

function askForForm(door: Intake, { intent }: Delivery): void {
  if (intent.kind === 'typed') door.formFor(intent.text);
}

function here<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('this program has not begun');
  return part;
}

const wire = new Wire({
  send: (message) => void process.send?.(message),
  onMessage: (listener) => void process.on('message', listener),
});
wire.serve(new Child(wire.far<Elsewhere>()));
process.once('disconnect', () => process.exit());
