/**
 * A world: some sixty requests, the people around them, chats, gates, a queue, one store and one or two
 * machines. Everything in it follows from its seed.
 */
import type { PrincipalId } from '../src/core/ids.ts';
import type { Principal } from '../src/core/principal.ts';
import type { Millis } from '../src/core/time.ts';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import { silentLog } from '../src/log.ts';
import { openMemory } from '../src/store/memory.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Commit, CommitResult, EffectRow, Store } from '../src/store/store.ts';
import { effectOf } from '../src/workflow/effect-row.ts';
import type { Settings } from '../src/workflow/shell.ts';
import { Attempts } from './attempts.ts';
import { Bureau } from './bureau.ts';
import { GATES, policies } from './cast.ts';
import { Census, type Tables } from './census.ts';
import { Chance } from './chance.ts';
import { closeOne } from './closed.ts';
import { Converging } from './converging.ts';
import { Crowd } from './crowd.ts';
import { Doorman } from './doorman.ts';
import { Gate, SHOWS_AFTER } from './gate.ts';
import { History } from './history.ts';
import { Life } from './life.ts';
import { Machine } from './machine.ts';
import { Nature } from './nature.ts';
import { People } from './people.ts';
import { type Plotted, plot } from './plot.ts';
import { PROBE, Probe } from './probe.ts';
import { blindness, lock, simulatedProvider } from './provider.ts';
import { Queue } from './queue.ts';
import { CALM, type Setting, SPAN, START } from './setting.ts';
import { Taking } from './taking.ts';
import { Timeline } from './timeline.ts';
import { CALMNESS, type Trouble, troublesFor } from './troubles.ts';
import { TurnedAway } from './turned-away.ts';
import { Verdict } from './verdict.ts';
import { awaited, type Violation, Witness } from './witness.ts';

/** How many requests are tried in one world. */
export const ASKS = 60;
/** The others are on a store in maps, which passes the same contract and takes a tenth of the time. */
const ON_SQLITE = 0.02;
/** What an end leaves to be said and drawn is done by then, the last look at its use among it. */
const AFTERWARDS = SHOWS_AFTER + 2 * MINUTE;
/** By then each target was looked through twice since all went well. */
const RECONCILED: Millis = CALM + 15 * MINUTE;
/** Something never ends in a world that lasts longer. */
const LONGEST: Millis = 5 * HOUR;

export interface WorldOptions {
  readonly seed: string;
  /** Of the requests, which ones; all of them when left out. */
  readonly only?: ReadonlySet<number>;
  readonly spared?: ReadonlySet<Trouble>;
  /** Keep what happens as lines. */
  readonly tell?: boolean;
}

export interface Fate {
  readonly lives: number;
  readonly steps: number;
  readonly violation: Violation | undefined;
  /** Of all that happened: the same for the same seed. */
  readonly digest: string;
  readonly tables: Tables;
  readonly lines: readonly string[];
}

export async function live(options: WorldOptions): Promise<Fate> {
  return new World(options).run();
}

class World {
  readonly #setting: Setting;
  readonly #plot: readonly Plotted[];
  readonly #crowd: Crowd;
  readonly #nature: Nature;
  readonly #outages = new Map<string, Millis>();
  #isCalm = false;
  #reminded = 0;

  constructor({ seed, only, spared, tell = false }: WorldOptions) {
    const chance = new Chance(seed);
    const troubles = troublesFor(chance.stream('troubles'), spared);
    const all = plot(chance.stream('plot'), ASKS, SPAN);
    this.#plot = only === undefined ? all : all.filter(({ index }) => only.has(index));
    this.#setting = this.#build(chance, tell, () => (this.#isCalm ? CALMNESS : troubles));
    this.#crowd = new Crowd(this.#setting);
    this.#nature = new Nature(this.#setting, this.#plot, this.#outages);
  }

  #build(chance: Chance, tell: boolean, troubles: Setting['troubles']): Setting {
    const line = new Timeline();
    const history = new History(line, tell);
    const census = new Census();
    const wall: Setting['wall'] = { start: START, off: 0, wasSet: false };
    const around = { line, history, wall, troubles };
    const bureauAround = { line, history, troubles, chance: chance.stream('bureau') };
    const gates = GATES.map((name) => new Gate(name, line, START));
    const torn = chance.stream('torn');
    const converging = new Converging();
    const turnedAway = this.#turnedAway(converging, chance.stream('instead'));
    const bureaus = new Map(
      gates
        .filter(({ name }) => name === 'asked')
        .map((gate) => [gate.name, new Bureau(gate, bureauAround)] as const),
    );
    const offices = gates.map((gate) => ({
      ...{ gate, turnedAway },
      bureau: bureaus.get(gate.name) ?? null,
      isOut: () => this.#isOut(gate.name),
      isBlind: () => this.#isOut(blindness(gate.name)),
      isLocked: () => this.#isOut(lock(gate.name)),
    }));
    const nobody = new Life('nobody', around, chance.stream('nobody'), () => {});
    const kinds = offices.map(
      (one) => [one.gate.name, simulatedProvider(one, nobody, census)] as const,
    );
    const store = chance.is(ON_SQLITE)
      ? openSqlite({ file: ':memory:', log: silentLog })
      : openMemory();
    const people = new People(line);
    closeOne(people, line, chance.stream('closed'));
    const isSame = (a: PrincipalId, b: PrincipalId) => sameHuman(store, people, a, b);
    const all = policies(new Map(kinds));
    const doorman = new Doorman({
      ...{ store, people, line, policies: all, sameHuman: isSame },
      clickOf: (key) => this.#crowd.clickOf(key),
    });
    const witness = new Witness({
      ...{ store, gates, history, census },
      ...{ doorman, sameHuman: isSame },
      isCommand: (key) => this.#crowd.isCommand(key),
      previewOf: (key) => this.#crowd.previewOf(key),
      isClockSet: () => wall.wasSet,
    });
    const broken = witness.broken.bind(witness);
    const attempts = new Attempts({ broken, now: () => line.now });
    const taking = new Taking({
      broken,
      accessOf: (effect) => converging.accessOf(effect),
      isAtIt: (request) => [...bureaus.values()].some((bureau) => bureau.isAtIt(request)),
    });
    const queue = chance.is(0.5) ? new Queue(line, START, chance.stream('queue'), troubles) : null;
    const settings = settingsFor(chance.stream('settings'));
    const commons = {
      ...{ around, store, people, offices, queue, settings, census },
      chance: chance.stream('machines'),
      isOut: (what: string) => this.#isOut(what),
      committed: (commit: Commit, result: CommitResult, life: string) => {
        witness.committed(commit, result, life);
        attempts.committed(commit, result);
        converging.committed(result);
        turnedAway.committed(commit, result);
        taking.committed(commit, result);
        if (result.kind === 'committed')
          for (const request of commit.requests ?? []) this.#nature.tear(request, torn);
      },
      leased: (rows: readonly EffectRow[]) => {
        this.#leased(rows);
        attempts.leased(rows);
        converging.leased(rows);
      },
      astonished: (what: string) => witness.broken('no error is a surprise', what),
    };
    const names = chance.is(0.4) ? ['one', 'two'] : ['one'];
    const machines = names.map((name) => new Machine(name, commons, first(all)));
    return {
      isOut: (what) => this.#isOut(what),
      ...{ doorman, line, history, census, chance, people, gates, queue, store, settings },
      ...{ policies: all, machines, witness, wall, troubles },
    };
  }

  #turnedAway(converging: Converging, chance: Chance): TurnedAway {
    const keyOf = (effect: number) => {
      const access = converging.accessOf(effect);
      const right = access && this.#setting.witness.accesses.get(access)?.right;
      return right?.provider === 'asked' ? right.key : undefined;
    };
    return new TurnedAway({ keyOf, onKnown: (key) => this.#nature.giveInstead(key, chance) });
  }

  async run(): Promise<Fate> {
    const { history, machines, store, witness, census } = this.#setting;
    const onRejection = (error: unknown) =>
      witness.broken('no error is a surprise', `nobody caught ${String(error)}`);
    process.on('unhandledRejection', onRejection);
    try {
      this.#begin();
      const steps = await this.#pass();
      if (witness.violation === undefined)
        await new Verdict(this.#setting, this.#crowd, this.#nature).pass();
      const { lives, violation } = witness;
      const digest = history.digest();
      return { lives, steps, violation, digest, tables: census.tables, lines: history.lines };
    } finally {
      process.off('unhandledRejection', onRejection);
      for (const machine of machines) machine.life?.rest();
      await store.close();
    }
  }

  #begin(): void {
    const { line, machines, chance } = this.#setting;
    for (const machine of machines) line.in(chance.int(0, 5 * SECOND), () => machine.start());
    for (const ask of this.#plot) {
      line.in(10 * SECOND + ask.at, () => this.#crowd.ask(ask));
      for (const act of ask.acts) line.in(10 * SECOND + act.at, () => this.#crowd.act(ask, act));
    }
    for (let minute = 1; minute * MINUTE < CALM; minute += 1)
      line.in(minute * MINUTE, () => this.#nature.minute(chance.stream(`minute/${minute}`)));
    line.in(CALM, () => {
      this.#isCalm = true;
      this.#nature.calm();
    });
    const probe = new Probe(this.#setting);
    const look = () => {
      line.in(PROBE, look);
      void line.during(() => probe.look());
    };
    line.in(PROBE, look);
  }

  /** @returns how many steps it took */
  async #pass(): Promise<number> {
    const { line, witness } = this.#setting;
    let open = CALM + 3 * MINUTE;
    for (let steps = 0; ; steps += 1) {
      if (line.now > open && this.#goesOn()) open = line.now;
      const isOver = line.now > open + AFTERWARDS;
      if (isOver || line.now > LONGEST || witness.violation !== undefined) return steps;
      if (!(await line.step())) return steps;
      await witness.look();
    }
  }

  #isOver(): boolean {
    const { gates, line } = this.#setting;
    if (line.now < RECONCILED && gates.some(({ hasStrays }) => hasStrays)) return false;
    return [...this.#setting.witness.requests.values()].every((one) => awaited(one).length === 0);
  }

  /** NB. A review may stay open for ever, but what is said of it takes its time, too. */
  #goesOn(): boolean {
    const before = this.#reminded;
    this.#reminded = this.#reminders();
    return this.#reminded > before || !this.#isOver();
  }

  #reminders(): number {
    const { requests } = this.#setting.witness;
    return [...requests.values()].reduce(
      (sum, { review }) => sum + (review?.kind === 'open' ? review.reminders : 0),
      0,
    );
  }

  #isOut(what: string): boolean {
    return (this.#outages.get(what) ?? 0) > this.#setting.line.now;
  }

  #leased(rows: readonly EffectRow[]): void {
    const { census, history } = this.#setting;
    for (const row of rows) {
      const effect = effectOf(row);
      history.note(`leased ${row.key} #${row.attempt}`);
      census.effect(effect.kind, effect.kind === 'timer' ? effect.command.kind : undefined);
    }
  }
}

/**
 * By the truth: in this cast, one human has one name on every chat. But no program can know that of
 * accounts whose chats have never told an address in common.
 */
async function sameHuman(
  store: Store,
  people: People,
  a: PrincipalId,
  b: PrincipalId,
): Promise<boolean> {
  if (a === b) return true;
  const [one, other] = [(await store.person(a))?.value, (await store.person(b))?.value];
  if (one === undefined || other === undefined) return false;
  const [mine, theirs] = [marksOf(one.principal, people), marksOf(other.principal, people)];
  const share = (some: readonly string[], more: readonly string[]) =>
    some.some((each) => more.includes(each));
  return share(mine.names, theirs.names) && share(mine.emails, theirs.emails);
}

function marksOf(principal: Principal, people: People) {
  const { accounts, email, otherEmails = [] } = principal;
  return {
    names: accounts.map(({ userId }) => userId),
    emails: [email, ...otherEmails, ...people.emailsOf(principal)],
  };
}

function settingsFor(chance: Chance): Settings {
  return {
    sweep: chance.pick([10, 30]) * SECOND,
    recheck: chance.pick([0.5, 2, 10]) * MINUTE,
    revokeAlarm: 2 * MINUTE,
    giveUp: 3 * MINUTE,
    retryMax: chance.pick([10, 60]) * SECOND,
    chatTimeout: 10 * SECOND,
  };
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
}
