/** The real program before one place: people ask, time passes in steps, and what hangs is let hang. */
import type { Io, Provider, Seal } from '../src/access/provider.ts';
import { verifyAudit } from '../src/cli/audit-verify.ts';
import type { RequestId } from '../src/core/ids.ts';
import { principalIdFrom } from '../src/core/ids.ts';
import { invariant } from '../src/core/invariant.ts';
import type { Json, TargetSpec } from '../src/core/policy.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { isLive } from '../src/core/request.ts';
import type { PlannedRight } from '../src/core/right.ts';
import { HOUR, MINUTE, type Millis, SECOND, wholeSecond } from '../src/core/time.ts';
import { inProcessRunner } from '../src/jobs/in-process.ts';
import type { Runner } from '../src/jobs/runner.ts';
import { silentLog } from '../src/log.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { MortalStore } from '../test/faults/mortal-store.ts';
import { Stage } from '../test/stories/stage.ts';
import { claim } from './claim.ts';
import type { Place, PlaceKind, Thing } from './place.ts';
import { CAST, policyFor } from './policy.ts';

/** So many turns of the event loop while a call is kept waiting, and nothing else moves any more. */
const STILL = 1_500;
const EVERYTHING = 1_000_000;
const MOST_ATTEMPTS = 10;
const STRANGER = principalIdFrom(new Uint8Array(10));

export class Scene {
  readonly stage: Stage;
  readonly place: Place;
  readonly kind: PlaceKind;
  #mortal: MortalStore | undefined;
  #runner: Runner | undefined;

  private constructor(stage: Stage, place: Place, kind: PlaceKind) {
    this.stage = stage;
    this.place = place;
    this.kind = kind;
  }

  static async open(kind: PlaceKind): Promise<Scene> {
    const stage = Stage.dark({ ...kind.stage, people: CAST });
    const scene = new Scene(stage, await kind.open(stage), kind);
    stage.write(policyFor(scene.place, kind.type));
    await scene.boot();
    return scene;
  }

  get seal(): Seal {
    return this.stage.app.service.shell.seal;
  }

  async boot(): Promise<void> {
    const { clock, databasePath } = this.stage;
    this.#mortal = new MortalStore(openSqlite({ file: databasePath, log: silentLog }));
    this.#runner = inProcessRunner({ clock, log: silentLog });
    await this.stage.start({
      store: this.#mortal.store,
      runner: this.#runner,
      around: { platform: (platform) => platform, provider: this.place.around },
      burst: EVERYTHING,
    });
    await this.rest();
  }

  /** From now on nothing that this process finds out is written down. */
  doom(): void {
    this.#mortal?.refuse(() => true);
  }

  /** Dies, and is nobody for as long as an attempt may take. */
  async kill(): Promise<void> {
    this.#mortal?.die();
    await this.#runner?.stop();
    await this.#mortal?.bury();
    this.stage.clock.advance(30 * SECOND);
  }

  async close(): Promise<void> {
    let halted = false;
    const halt = this.stage.halt().catch(() => {});
    void halt.finally(() => {
      halted = true;
    });
    for (let turns = 0; !halted; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      // What is kept waiting is given up when its time is over.
      if (turns % STILL === 0) this.stage.clock.advance(5 * SECOND);
    }
    await this.place.stop();
  }

  get provider(): Provider {
    const provider = this.stage.app.service.shell.providers.get(this.kind.type);
    invariant(provider !== undefined, 'the provider of this place is registered');
    return provider;
  }

  get io(): Io {
    return { signal: AbortSignal.timeout(5_000), now: this.stage.clock.now() };
  }

  /**
   * Given past everything that remembers, as by an installation whose database was lost. @returns its key
   */
  async givePast(spec: TargetSpec, nth: number, seal: Seal): Promise<string> {
    const [name = '', value = ''] = this.place.asked(nth).split('=');
    const requester = { id: STRANGER, name: 'Ada', email: 'ada@example.com', accounts: [] };
    const plan = await this.provider.plan(
      { spec, inputs: { [name]: value }, requester, seal },
      this.io,
    );
    if (plan.kind === 'refused') throw new Error(plan.why);
    const until = wholeSecond(this.stage.clock.now()) + 12 * HOUR;
    const wanted = { kind: 'until', until } as const;
    let receipt: Json | null = null;
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
      const note = async () => {};
      const wish = { wanted, aims: [until], held: false, receipt, note };
      const answer = await this.provider.converge(plan.handle, wish, this.io);
      if (answer.kind !== 'pending') return plan.key;
      receipt = answer.receipt ?? null;
    }
    throw new Error('It is not given in so many attempts.');
  }

  /** @returns undefined when it was refused */
  async tryToAsk(who: string, asked: string, duration = '1h'): Promise<RequestId | undefined> {
    const before = await this.latest();
    await this.stage.workspace.type(who, `door ${duration} ${asked} to look at it`);
    await this.rest();
    const latest = await this.latest();
    return latest === before ? undefined : latest;
  }

  async ask(who: string, nth: number, duration = '1h'): Promise<RequestId> {
    const id = await this.tryToAsk(who, this.place.asked(nth), duration);
    claim(id !== undefined, `what ${who} asks is taken: ${this.stage.answer(who)}`);
    return id as RequestId;
  }

  async giveBack(who: string, id: RequestId): Promise<void> {
    await this.stage.workspace.press(who, id, 'return');
    await this.rest();
  }

  async pass(time: Millis, step: Millis = 5 * SECOND): Promise<void> {
    for (let left = time; left > 0; left -= step) {
      this.stage.clock.advance(Math.min(step, left));
      await this.rest();
    }
  }

  /** @returns how long it took, `atMost` where it never came */
  async passUntil(
    isSo: () => boolean | Promise<boolean>,
    atMost: Millis,
    step: Millis,
  ): Promise<Millis> {
    let passed = 0;
    for (; passed < atMost && !(await isSo()); passed += step) await this.pass(step, step);
    return passed;
  }

  /** Until nothing moves, or only what is kept waiting is left. */
  async rest(): Promise<void> {
    let over = false;
    const settled = this.stage.settle().finally(() => {
      over = true;
    });
    settled.catch(() => {});
    for (let still = 0; !over && still < STILL; ) {
      await new Promise((resolve) => setImmediate(resolve));
      still = this.#isHeld() ? still + 1 : 0;
    }
    if (over) await settled.catch(() => {});
  }

  #isHeld(): boolean {
    const { troubles, beside } = this.place;
    return troubles.held > 0 || (beside?.place.troubles.held ?? 0) > 0;
  }

  async request(id: RequestId): Promise<AccessRequest> {
    const found = await this.stage.store.request(id);
    invariant(found !== undefined, 'what was asked is stored');
    return found.value;
  }

  async right(id: RequestId): Promise<PlannedRight> {
    const [right] = (await this.request(id)).rights;
    invariant(right !== undefined, 'a request has a right');
    return right;
  }

  async is(id: RequestId, ...statuses: readonly AccessRequest['status'][]): Promise<void> {
    const { status } = await this.request(id);
    claim(statuses.includes(status), `it is ${statuses.join(' or ')}, and not ${status}`);
  }

  ours(): readonly Thing[] {
    return this.place.things().filter(({ by }) => by === 'bot');
  }

  theirs(): readonly Thing[] {
    return this.place.things().filter(({ by }) => by === 'hand');
  }

  /** Everything that anybody could read. */
  said(): string {
    const { workspace, log } = this.stage;
    const channels = ['lb-access', 'alarms'].flatMap((name) => workspace.channel(name));
    const threads = channels.flatMap((message) => workspace.thread(message));
    const answers = CAST.flatMap(({ userId }) => workspace.answers(userId));
    const lines = [...log.warnings, ...log.errors];
    return [...channels.map(({ text }) => text), ...threads, ...answers, ...lines].join('\n');
  }

  /** What is true in the end, whatever happened. */
  async end(): Promise<void> {
    this.place.troubles.clear();
    const theirs = JSON.stringify(this.theirs());
    for (let hours = 0; hours < 6 && !(await this.areOver()); hours += 1)
      await this.pass(HOUR, MINUTE);
    claim(await this.areOver(), 'every request comes to an end');
    claim(this.ours().length === 0, `nothing of ours is left: ${JSON.stringify(this.ours())}`);
    claim(JSON.stringify(this.theirs()) === theirs, 'what somebody else gave is as it was');
    const { sound, lines } = await verifyAudit(this.stage.store);
    claim(sound, `the audit log is sound: ${lines.join(' ')}`);
    const said = this.said();
    for (const secret of this.place.secrets)
      claim(!said.includes(secret), 'no secret is ever seen');
  }

  async areOver(): Promise<boolean> {
    const rows = await this.stage.store.requestsAfter('', EVERYTHING);
    return !rows.some(({ value }) => isLive(value));
  }

  async latest(): Promise<RequestId | undefined> {
    const [latest] = await this.stage.store.requests({ limit: 1 });
    return latest?.value.id;
  }
}
