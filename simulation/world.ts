/**
 * A world: some forty requests, the people around them, chats, gates, a queue, one store and one or two
 * machines. Everything in it follows from its seed.
 */
import type { Conversation, Delivery, Intent } from '../src/chat/platform.ts';
import { cardView } from '../src/core/card.ts';
import type { CopyId, PrincipalId, RequestId } from '../src/core/ids.ts';
import type { Policy } from '../src/core/policy.ts';
import type { AccessRequest, PersonCommand, TimerCommand } from '../src/core/request.ts';
import type { Millis } from '../src/core/time.ts';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import { silentLog } from '../src/log.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Copy, EffectRow, Store } from '../src/store/store.ts';
import { rejectPolicy } from '../src/workflow/adopt.ts';
import { effectOf } from '../src/workflow/effect-row.ts';
import { eraseReason } from '../src/workflow/erase.ts';
import { CHAT_GROUPS, CHATS, type ChatName, emailOf, GATES, HUMANS, policies } from './cast.ts';
import { Census, type Tables } from './census.ts';
import { Chance } from './chance.ts';
import { Gate } from './gate.ts';
import { History } from './history.ts';
import { Life } from './life.ts';
import { type Commons, Machine } from './machine.ts';
import { People } from './people.ts';
import { type Act, type Life as Plotted, plot } from './plot.ts';
import { simulatedProvider } from './provider.ts';
import { Queue } from './queue.ts';
import { Timeline } from './timeline.ts';
import { type Trouble, TROUBLES, type Troubles, troublesFor } from './troubles.ts';
import { awaited, type Violation, Witness } from './witness.ts';

export interface WorldOptions {
  readonly seed: string;
  /** How many requests are tried. */
  readonly asks?: number;
  /** Of those, which ones; all of them when left out. */
  readonly only?: ReadonlySet<number>;
  readonly spared?: ReadonlySet<Trouble>;
  /** Keep what happens as lines. */
  readonly tell?: boolean;
}

export interface Fate {
  readonly lives: number;
  readonly steps: number;
  readonly violation: Violation | undefined;
  readonly digest: string;
  readonly tables: Tables;
  readonly lines: readonly string[];
}

const START = Date.UTC(2026, 10, 21, 3);
const SPAN: Millis = 40 * MINUTE;
/** Then troubles are over, and everything has to come to its end. */
const CALM: Millis = 100 * MINUTE;
const OVER: Millis = 5 * HOUR;
const PROBE: Millis = 30 * SECOND;
const NO_TROUBLES = Object.fromEntries(TROUBLES.map((kind) => [kind, 0])) as Record<Trouble, number>;

export async function live(options: WorldOptions): Promise<Fate> {
  const world = new World(options);
  return world.run();
}

interface Overdue {
  /** For how long while a machine was up. */
  for: Millis;
}

class World {
  readonly #line = new Timeline();
  readonly #history: History;
  readonly #chance: Chance;
  readonly #census = new Census();
  readonly #troubles: Troubles;
  readonly #people = new People(this.#line);
  readonly #gates = GATES.map((name) => new Gate(name, name === 'keeps', this.#line, START));
  readonly #store: Store;
  readonly #witness: Witness;
  readonly #plot: readonly Plotted[];
  readonly #policies: readonly Policy[];
  readonly #commons: Commons;
  readonly #machines: readonly Machine[];
  readonly #outages = new Map<string, Millis>();
  readonly #sentAt = new Map<string, Millis>();
  readonly #acknowledged = new Set<string>();
  /** Cards that somebody deleted: nobody is told, so the bot finds out when it draws next. */
  readonly #deleted = new Set<string>();
  readonly #askKeys = new Map<number, string>();
  readonly #overdue = new Map<string, Overdue>();
  readonly #wall = { start: START, off: 0 };
  /** What falls due next and should be done already, and for how long it was seen so. */
  #late: { readonly due: number | undefined; readonly since: Millis } = { due: undefined, since: 0 };
  #policy: Policy;
  #deliveries = 0;
  #isCalm = false;

  constructor({ seed, asks = 40, only, spared, tell = false }: WorldOptions) {
    this.#chance = new Chance(seed);
    this.#history = new History(this.#line, tell);
    this.#troubles = troublesFor(this.#chance.stream('troubles'), spared);
    const all = plot(this.#chance.stream('plot'), asks, SPAN);
    this.#plot = only === undefined ? all : all.filter(({ index }) => only.has(index));
    this.#store = openSqlite({ file: ':memory:', log: silentLog });
    const troubles = () => (this.#isCalm ? NO_TROUBLES : this.#troubles);
    const around = { line: this.#line, history: this.#history, wall: this.#wall, troubles };
    const offices = this.#gates.map((gate) => ({ gate, isOut: () => this.#isOut(gate.name) }));
    const queue = this.#chance.is(0.5)
      ? new Queue(this.#line, START, this.#chance.stream('queue'), troubles)
      : null;
    const nobody = new Life('nobody', around, this.#chance.stream('nobody'), () => {});
    this.#policies = policies(
      new Map(offices.map((one) => [one.gate.name, simulatedProvider(one, nobody, this.#census)])),
    );
    this.#policy = this.#policies[0] as Policy;
    this.#witness = new Witness({
      store: this.#store,
      gates: this.#gates,
      history: this.#history,
      census: this.#census,
      mayApprove: (request, by, key) => this.#mayApprove(request, by, key),
      sameHuman: (a, b) => this.#sameHuman(a, b),
    });
    this.#commons = {
      around,
      chance: this.#chance.stream('machines'),
      store: this.#store,
      people: this.#people,
      offices,
      queue,
      settings: settings(this.#chance.stream('settings')),
      census: this.#census,
      isOut: (what) => this.#isOut(what),
      committed: (commit, result) => this.#witness.committed(commit, result),
      leased: (rows) => this.#leased(rows),
      astonished: (what) => this.#witness.broken('no error is a surprise', what),
    };
    const names = this.#chance.is(0.4) ? ['one', 'two'] : ['one'];
    this.#machines = names.map((name) => new Machine(name, this.#commons, this.#policy));
  }

  async run(): Promise<Fate> {
    const onRejection = (error: unknown) =>
      this.#witness.broken('no error is a surprise', `nobody caught ${String(error)}`);
    process.on('unhandledRejection', onRejection);
    let steps = 0;
    try {
      this.#set();
      while (this.#witness.violation === undefined && this.#line.now < OVER) {
        if (!(await this.#line.step())) break;
        await this.#witness.look();
        steps += 1;
        if (this.#isCalm && this.#isOver() && this.#line.now > CALM + 10 * MINUTE) break;
      }
      if (this.#witness.violation === undefined) await this.#judge();
    } finally {
      process.off('unhandledRejection', onRejection);
      for (const machine of this.#machines) machine.life?.rest();
      await this.#store.close();
    }
    return {
      lives: this.#witness.lives,
      steps,
      violation: this.#witness.violation,
      digest: this.#history.digest(),
      tables: this.#census.tables,
      lines: this.#history.lines,
    };
  }

  #set(): void {
    for (const machine of this.#machines)
      this.#line.in(this.#chance.int(0, 5 * SECOND), () => machine.start());
    for (const ask of this.#plot) {
      this.#line.in(10 * SECOND + ask.at, () => this.#ask(ask));
      for (const act of ask.acts) this.#line.in(10 * SECOND + act.at, () => this.#act(ask, act));
    }
    for (let minute = 1; minute * MINUTE < CALM; minute += 1)
      this.#line.in(minute * MINUTE, () => this.#nature(this.#chance.stream(`minute/${minute}`)));
    this.#line.in(CALM, () => this.#calm());
    const probe = () => {
      this.#line.in(PROBE, probe);
      void this.#line.during(() => this.#probe());
    };
    this.#line.in(PROBE, probe);
  }

  // ── people ────────────────────────────────────────────────────────────────────────────────────

  #ask(ask: Plotted): void {
    const { role, minutes, ip, reason, by } = ask;
    const inputs: Record<string, string> = role === 'solo' ? {} : { ip };
    const typed = [role, `${minutes}m`, ...Object.entries(inputs).map((one) => one.join('=')), reason];
    const intent: Intent =
      by === 'typing'
        ? { kind: 'typed', text: typed.join(' ') }
        : {
            kind: 'submitted',
            form: 'ask',
            values: { role, duration: `${minutes}m`, reason, inputs },
          };
    this.#census.command('ask');
    this.#askKeys.set(ask.index, this.#deliver(ask.who, ask.account, intent));
  }

  #act(ask: Plotted, act: Act): void {
    const key = this.#askKeys.get(ask.index);
    const id = key === undefined ? undefined : this.#witness.askedBy.get(key);
    const { who, account, what } = act;
    if (what === 'home' || what === 'form') this.#look(act, ask);
    else if (what in COMMANDS) {
      const intent = COMMANDS[what as Verb](id ?? ('0123456789' as RequestId), act.by);
      this.#census.command(what as Verb);
      this.#deliver(who, account, intent, id);
    } else this.#deliver(who, account, { kind: 'typed', text: wordsOf(what, id) });
  }

  #look({ who, account, what }: Act, ask: Plotted): void {
    const human = HUMANS.find(({ name }) => name === who);
    const chat = (account === 'first' ? human?.on[0] : human?.on.at(-1)) ?? 'north';
    const machine = this.#anyMachine(chat);
    const [intake, life] = [machine?.intake(chat), machine?.life];
    if (intake === undefined || life === undefined) return;
    const person = this.#people.chats[chat].account(who);
    const io = { signal: life.clock.timeLimit(3 * SECOND) };
    const fine = (error: unknown) => {
      if (!(error instanceof Error)) throw error;
    };
    if (what === 'home') intake.homeOpened(person).catch(fine);
    else {
      intake.reject('bad-signature');
      intake.askForm(person, ask.role, io).catch(fine);
      const values = { role: ask.role, duration: '5m', reason: ask.reason, inputs: { ip: ask.ip } };
      intake.checkForm(person, values, io).catch(fine);
    }
  }

  #deliver(who: string, account: Act['account'], intent: Intent, id?: RequestId): string {
    const human = HUMANS.find(({ name }) => name === who);
    const chat = (account === 'first' ? human?.on[0] : human?.on.at(-1)) ?? 'north';
    this.#deliveries += 1;
    const key = `d${this.#deliveries}`;
    const card = id === undefined ? undefined : this.#people.chats[chat].cards(id)[0];
    this.#sentAt.set(key, this.#line.now);
    this.#history.note(`${who} on ${chat}: ${key} ${JSON.stringify(intent)}`);
    const send = (tries: number) => this.#send(chat, key, intent, who, card?.id, tries);
    send(0);
    if (this.#chance.is(this.#commons.around.troubles().delivery))
      this.#line.in(this.#chance.skewed(1, 10 * MINUTE), () => send(3));
    return key;
  }

  #send(
    chat: ChatName,
    key: string,
    intent: Intent,
    who: string,
    card: string | undefined,
    tries: number,
  ): void {
    const again = () => {
      if (tries < 3) this.#line.in(20 * SECOND, () => this.#send(chat, key, intent, who, card, tries + 1));
    };
    const machine = this.#anyMachine(chat);
    const [intake, life] = [machine?.intake(chat), machine?.life];
    if (intake === undefined || life === undefined) return again();
    const delivery: Delivery = {
      key,
      account: this.#people.chats[chat].account(who),
      intent,
      replyTo: { delivery: key },
      message: card === undefined ? null : { id: card },
      receivedAt: life.clock.now(),
    };
    intake.accept(delivery).then(
      (receipt) => {
        if (!life.step(`after accept ${key}`)) return again();
        this.#history.note(`${key} is ${receipt.kind}`);
        if (receipt.kind !== 'refused') this.#acknowledged.add(key);
      },
      () => again(),
    );
  }

  #anyMachine(chat: ChatName): Machine | undefined {
    return this.#chance.oneOf(
      this.#machines.filter(
        (machine) => machine.intake(chat) !== undefined && machine.life?.dead === false,
      ),
    );
  }

  // ── nature ────────────────────────────────────────────────────────────────────────────────────

  #nature(chance: Chance): void {
    const troubles = this.#commons.around.troubles();
    for (const what of [...CHATS, ...GATES, 'queue'])
      if (chance.is(troubles.outage)) this.#outage(what, chance.skewed(SECOND, 15 * MINUTE));
    for (const machine of this.#machines) if (chance.is(troubles.restart)) machine.stop();
    if (chance.is(troubles.clock)) {
      this.#wall.off += chance.pick([-600, -60, -5, 5, 60, 600]) * SECOND;
      this.#history.note(`the clock is off by ${this.#wall.off}`);
    }
    if (chance.is(troubles.byHand)) this.#byHand(chance);
    if (chance.is(troubles.people)) this.#turnover(chance);
    if (chance.is(troubles.policy)) this.#reload(chance);
    if (chance.is(troubles.policy)) this.#erase(chance);
    if (chance.is(troubles.queue / 10)) this.#commons.queue?.restartEmpty();
    if (chance.is(troubles.byHand / 4)) chance.pick(['a', 'b']) === 'a' ? this.#gates[0]?.restartEmpty() : this.#gates[1]?.restartEmpty();
    if (chance.is(troubles.chat / 10)) this.#spoil(chance);
  }

  #outage(what: string, length: Millis): void {
    this.#history.note(`${what} is out for ${length}`);
    this.#outages.set(what, this.#line.now + length);
    const { queue } = this.#commons;
    if (what !== 'queue' || queue === null) return;
    queue.isOut = true;
    this.#line.in(length, () => {
      queue.isOut = false;
    });
  }

  #isOut(what: string): boolean {
    return (this.#outages.get(what) ?? 0) > this.#line.now;
  }

  /** Somebody puts an entry where the bot's stands or may come to stand, and takes it away later. */
  #byHand(chance: Chance): void {
    const gate = chance.oneOf(this.#gates);
    const ask = chance.oneOf(this.#plot);
    if (gate === undefined || ask === undefined) return;
    const resource = ask.role === 'solo' ? 'edge' : ask.role;
    const key = `${resource} for ${ask.role === 'solo' ? emailOf(ask.who) : ask.ip}`;
    const how = chance.pick(['put', 'remove', 'edit'] as const);
    this.#history.note(`by hand: ${how} ${key} at ${gate.name}`);
    if (how === 'put') {
      gate.put(key, { until: null, by: 'hand' });
      this.#line.in(chance.int(MINUTE, 20 * MINUTE), () => gate.remove(key));
    } else if (how === 'remove') gate.remove(key);
    else if (gate.keepsEnds && gate.entry(key)?.by === 'bot')
      gate.put(key, { until: gate.now + HOUR, by: 'bot' });
  }

  #turnover(chance: Chance): void {
    const chat = chance.pick(CHATS as unknown as [ChatName]);
    const user = chance.oneOf([...this.#people.chats[chat].members.keys()]) ?? 'ada';
    const how = chance.pick(['group', 'group', 'address', 'standing'] as const);
    this.#history.note(`${how} of ${user} on ${chat} changes`);
    if (how === 'group') {
      const group = Object.keys(CHAT_GROUPS[chat])[0] ?? '';
      const isIn = this.#people.chats[chat].groups.get(group)?.has(user) ?? false;
      this.#people.setMember(chat, group, user, !isIn);
      this.#line.in(10 * MINUTE, () => this.#people.setMember(chat, group, user, isIn));
    } else if (how === 'address') {
      const other = chance.pick(['mallory@example.com', 'grace@example.com', 'new@example.com']);
      this.#people.change(chat, user, { email: other });
      this.#line.in(8 * MINUTE, () => this.#people.change(chat, user, { email: emailOf(user) }));
    } else {
      const standing = chance.pick(['guest', 'bot', 'deactivated', 'stranger'] as const);
      this.#people.change(chat, user, { standing });
      this.#line.in(8 * MINUTE, () => this.#people.change(chat, user, { standing: 'member' }));
    }
  }

  /** NB. Each machine sees the new file at its own time. */
  #reload(chance: Chance): void {
    const policy = chance.oneOf(this.#policies) ?? this.#policy;
    this.#policy = policy;
    this.#history.note(`policy ${policy.hash.slice(0, 8)}`);
    for (const machine of this.#machines)
      this.#line.in(chance.skewed(0, 20 * SECOND), () => {
        const again = () => this.#line.in(SECOND, () => void machine.adopt(policy).catch(again));
        machine.adopt(policy).catch(again);
        const { service } = machine;
        if (service !== undefined && chance.is(0.2))
          void rejectPolicy(service.shell, policy.hash, ['a fault']).catch(() => {});
      });
  }

  #erase(chance: Chance): void {
    const id = chance.oneOf([...this.#witness.requests.keys()]);
    const { service } = this.#machines[0] ?? {};
    if (id === undefined || service === undefined) return;
    void eraseReason(service.shell.store, id, service.shell.ledger.now()).catch(() => {});
  }

  #spoil(chance: Chance): void {
    const { chats } = this.#people;
    const how = chance.pick(['archive', 'long', 'delete'] as const);
    this.#history.note(`chat: ${how}`);
    if (how === 'archive') chats.south.archived.add('access');
    else if (how === 'long') chats.north.unsearchable.add('access');
    else {
      const cards = [...chats.north.messages.values()].filter(({ card }) => card !== null);
      const card = chance.oneOf(cards);
      if (card !== undefined) {
        chats.north.messages.delete(card.id);
        this.#deleted.add(card.id);
      }
    }
  }

  /** From here on all goes well, and everything has to come to an end. */
  #calm(): void {
    this.#isCalm = true;
    this.#history.note('calm');
    this.#outages.clear();
    if (this.#commons.queue !== null) this.#commons.queue.isOut = false;
    for (const gate of this.#gates)
      for (const key of gate.keys) if (gate.entry(key)?.by === 'hand') gate.remove(key);
    for (const machine of this.#machines) void machine.adopt(this.#policy).catch(() => {});
  }

  // ── checks ────────────────────────────────────────────────────────────────────────────────────

  #leased(rows: readonly EffectRow[]): void {
    for (const row of rows) {
      const effect = effectOf(row);
      this.#history.note(`leased ${row.key} #${row.attempt}`);
      this.#census.effect(effect.kind, effect.kind === 'timer' ? effect.command.kind : undefined);
    }
  }

  /** Every half minute: nothing is forgotten, and no access is open that nobody was told of. */
  async #probe(): Promise<void> {
    const up = this.#machines.map((machine) => machine.upSince).filter((since) => since !== undefined);
    const isUp = up.length > 0;
    const allowance = this.#commons.settings.revokeAlarm + 3 * MINUTE;
    for (const gate of this.#gates)
      for (const key of gate.keys) await this.#probeKey(gate, key, isUp, allowance);
    const steady = up.some((since) => this.#line.now - since > 2 * MINUTE);
    const now = this.#machines.find(({ service }) => service !== undefined)?.service?.shell.ledger.now();
    const next = await this.#store.nextDueAt();
    const isLate = now !== undefined && next !== undefined && now - next > 2 * MINUTE;
    if (!steady || !isLate || next !== this.#late.due) this.#late = { due: next, since: this.#line.now };
    else if (this.#line.now - this.#late.since > 3 * MINUTE)
      this.#witness.broken('what is due is done', `since ${now - next} ms`);
  }

  async #probeKey(gate: Gate, key: string, isUp: boolean, allowance: Millis): Promise<void> {
    const name = `${gate.name}/${key}`;
    const overdue = this.#overdue.get(name) ?? { for: 0 };
    this.#overdue.set(name, overdue);
    const access = [...this.#witness.accesses.values()].find(
      ({ right }) => right.key === key && right.provider === gate.name,
    );
    const leases = access?.leases ?? [];
    const requests = leases.map(({ request }) => this.#witness.requests.get(request));
    const ledger = this.#machines.find(({ service }) => service)?.service?.shell.ledger;
    const isGiven = leases.some(
      ({ state, endsAt }) => state === 'live' && endsAt > (ledger?.now() ?? 0),
    );
    if (!gate.opens(key) || isGiven) {
      overdue.for = 0;
      return;
    }
    if (isUp) overdue.for += PROBE;
    const alarmed = requests.some((request) => request?.status === 'revoking' && request.alarms > 0);
    const attested = (access?.aims.length ?? 0) > 0 && leases.length === 0;
    if (overdue.for > allowance && !alarmed && !attested)
      this.#witness.broken('no access outlives its grant unnoticed', `${name} is open`);
  }

  #isOver(): boolean {
    const ends = new Set(['denied', 'withdrawn', 'expired', 'ended', 'returned', 'revoked', 'activation-failed']);
    return [...this.#witness.requests.values()].every(({ status }) => ends.has(status));
  }

  /** At the end: all is over, gone, told, answered and drawn. */
  async #judge(): Promise<void> {
    const broken = (claim: string, detail: string) => this.#witness.broken(claim, detail);
    for (const request of this.#witness.requests.values())
      if (awaited(request).length > 0) broken('each request reaches an end', `${request.id} is ${request.status}`);
    for (const gate of this.#gates)
      for (const key of gate.keys)
        if (gate.entry(key)?.by === 'bot') broken('nothing of ours is left', `${key} at ${gate.name}`);
    for (const key of this.#acknowledged) await this.#judgeDelivery(key);
    for (const id of await this.#store.laggingCopies()) await this.#judgeLag(id);
    for (const request of this.#witness.requests.values()) await this.#judgeCopies(request);
  }

  async #judgeDelivery(key: string): Promise<void> {
    const found = await this.#store.inbox(key);
    if (found?.answer === undefined || found.answer === null)
      this.#witness.broken('nothing acknowledged is lost', `${key} was never answered`);
    if (!CHATS.some((name) => this.#people.chats[name].answers.has(key)))
      this.#witness.broken('nothing acknowledged is lost', `nobody heard the answer to ${key}`);
  }

  /** Where nothing can be written any more, nothing converges: the channel of the alarms was told. */
  async #judgeLag(id: CopyId): Promise<void> {
    const copy = await this.#store.copy(id);
    if (copy === undefined || this.#isLost(copy)) return;
    this.#witness.broken('every card converges', `${JSON.stringify(copy)} lags`);
  }

  #isLost({ platform, where, ref }: Copy): boolean {
    const chat = this.#people.chats[platform as ChatName];
    const place = chat.messages.get(ref?.id ?? '')?.place ?? chat.place(where as unknown as Conversation);
    return chat.archived.has(place) || this.#deleted.has(ref?.id ?? '');
  }

  async #judgeCopies(request: AccessRequest): Promise<void> {
    const stored = await this.#store.request(request.id);
    const texts = new Map<string, string>();
    for (const copy of await this.#store.copiesOf(request.id)) {
      if (copy.undeliverable || copy.ref === null || this.#isLost(copy)) continue;
      const chat = this.#people.chats[copy.platform as ChatName];
      const card = chat.messages.get(copy.ref.id ?? '')?.card;
      const isShared = copy.principal === null;
      const wanted = cardView({
        request,
        version: stored?.version ?? 0,
        texts,
        viewer: null,
        mentions: null,
      });
      if (card?.status !== request.status || card.version !== wanted.version)
        this.#witness.broken('every card converges', `${request.id}: ${card?.status} at ${copy.platform}`);
      if (!isShared || card === null || card === undefined) continue;
      if (JSON.stringify(card.buttons) !== JSON.stringify(wanted.buttons))
        this.#witness.broken('every card converges', `${request.id} has other buttons`);
      await this.#judgeThread(request, chat, copy.ref.id ?? '');
    }
  }

  async #judgeThread(request: AccessRequest, chat: People['chats'][ChatName], card: string): Promise<void> {
    const told = chat.thread(card).flatMap(({ lines }) => lines.map(({ seq }) => seq));
    const entries = await this.#store.entries({
      afterSeq: 0,
      limit: 10_000,
      subject: 'request',
      id: request.id,
    });
    const happened = entries.map(({ seq }) => seq);
    const once = [...new Set(told)];
    if (JSON.stringify(once) !== JSON.stringify(happened))
      this.#witness.broken('the thread tells all, in order', `${request.id}: ${once} of ${happened}`);
  }

  async #mayApprove(request: AccessRequest, by: PrincipalId, key: string): Promise<boolean> {
    const { approval } = request.role;
    const person = await this.#store.person(by);
    if (approval.kind !== 'quorum' || person === undefined) return false;
    const since = this.#sentAt.get(key) ?? 0;
    const { principal } = person.value;
    return this.#people.wasIn(approval.of, this.#policy, principal, since, this.#line.now);
  }

  async #sameHuman(a: PrincipalId, b: PrincipalId): Promise<boolean> {
    if (a === b) return true;
    const [one, other] = [await this.#store.person(a), await this.#store.person(b)];
    const names = (found: typeof one) => (found?.value.principal.accounts ?? []).map(({ userId }) => userId);
    return names(one).some((name) => names(other).includes(name));
  }
}

type Verb = Exclude<PersonCommand['kind'], 'ask'>;

/** Each command on a request, as it is typed or pressed. */
const COMMANDS: Readonly<Record<Verb, (id: RequestId, by: Act['by']) => Intent>> = {
  approve: (id, by) => button('approve', id, by),
  withdraw: (id, by) => button('withdraw', id, by),
  return: (id, by) => button('return', id, by),
  deny: (id, by) => form('deny', id, by),
  revoke: (id, by) => form('revoke', id, by),
  attest: (id) => ({ kind: 'typed', text: `attest ${id} I looked myself` }),
};

function button(action: 'approve' | 'withdraw' | 'return', id: RequestId, by: Act['by']): Intent {
  return by === 'button'
    ? { kind: 'pressed', action, request: id }
    : { kind: 'typed', text: `${action} ${id}` };
}

function form(name: 'deny' | 'revoke', id: RequestId, by: Act['by']): Intent {
  return by === 'button'
    ? { kind: 'submitted', form: name, request: id, reason: 'no' }
    : { kind: 'typed', text: `${name} ${id} no` };
}

function wordsOf(what: Act['what'], id: RequestId | undefined): string {
  switch (what) {
    case 'status':
      return `status ${id ?? ''}`;
    case 'restore':
      return 'restore grace';
    case 'nonsense':
      return '/jit solo 1h; drop table `requests`';
    default:
      return what;
  }
}

function settings(chance: Chance): Commons['settings'] {
  return {
    sweep: chance.pick([5, 15, 30]) * SECOND,
    recheck: chance.pick([1, 5]) * MINUTE,
    revokeAlarm: 2 * MINUTE,
    giveUp: 3 * MINUTE,
    retryMax: chance.pick([10, 60]) * SECOND,
    chatTimeout: 10 * SECOND,
  };
}

export type { TimerCommand };
