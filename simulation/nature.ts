/** Everything that goes wrong by itself, minute by minute; and the calm after it. */
import type { Policy } from '../src/core/policy.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Millis } from '../src/core/time.ts';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import { rejectPolicy } from '../src/workflow/adopt.ts';
import { eraseReason } from '../src/workflow/erase.ts';
import { CHAT_GROUPS, CHATS, type ChatName, emailOf, GATES, HUMANS, ROSTER } from './cast.ts';
import type { Chance } from './chance.ts';
import type { Gate } from './gate.ts';
import type { Machine } from './machine.ts';
import type { Plotted } from './plot.ts';
import { blindness, lock } from './provider.ts';
import type { Setting } from './setting.ts';
import type { Trouble } from './troubles.ts';

const MAY_BE_OUT: readonly string[] = [
  ...[...CHATS, ROSTER, 'queue'],
  ...[...GATES, ...GATES.map(blindness), ...GATES.map(lock)],
];
/** How often somebody goes through within a minute. */
const USED = 0.3;
/** As much more often as by chance, somebody gives by hand what the bot was turned away with. */
const INSTEAD = 10;
/** And takes away by hand what is given by half. */
const TORN = 10;
/** Roles that give at the gate without ends under every policy. */
const ALWAYS: readonly string[] = ['auto', 'staged'];

export class Nature {
  /** Cards that somebody deleted: nobody is told, so the bot finds out when it draws next. */
  readonly deleted = new Set<string>();
  readonly #setting: Setting;
  readonly #plot: readonly Plotted[];
  readonly #outages: Map<string, Millis>;
  /** What the policy file says. */
  #policy: Policy;

  /** @param outages until when what is out, by its name */
  constructor(setting: Setting, plot: readonly Plotted[], outages: Map<string, Millis>) {
    this.#setting = setting;
    this.#plot = plot;
    this.#outages = outages;
    this.#policy = setting.policies[0] as Policy;
  }

  minute(chance: Chance): void {
    const troubles = this.#setting.troubles();
    const happens = (what: Trouble, part = 1) => chance.is(troubles[what] * part);
    for (const what of MAY_BE_OUT)
      if (happens('outage')) this.#outage(what, chance.skewed(SECOND, 15 * MINUTE));
    for (const machine of this.#setting.machines) {
      if (happens('freeze')) machine.freeze(chance.skewed(SECOND, 2 * MINUTE));
      if (happens('restart')) machine.stop();
    }
    const disasters: readonly (readonly [Trouble, number, () => void])[] = [
      ['clock', 1, () => this.#setClock(chance)],
      ['byHand', 1, () => this.#byHand(chance)],
      ['people', 1, () => this.#turnover(chance)],
      ['people', 1, () => this.#handOver(chance)],
      ['policy', 1, () => this.#reload(chance)],
      ['policy', 0.2, () => this.#erase(chance)],
      ['queue', 0.1, () => this.#setting.queue?.restartEmpty()],
      ['byHand', 0.25, () => chance.oneOf(this.#setting.gates)?.restartEmpty()],
      ['byHand', 0.5, () => this.#goAstray(chance)],
      ['chat', 0.1, () => this.#spoil(chance)],
    ];
    for (const [trouble, part, strike] of disasters) if (happens(trouble, part)) strike();
    this.#goThrough(chance);
  }

  #goThrough(chance: Chance): void {
    for (const gate of this.#setting.gates)
      for (const key of gate.keys) if (chance.is(USED)) gate.use(key);
  }

  /** From here on all goes well. */
  calm(): void {
    const { gates, machines, queue, history } = this.#setting;
    history.note('calm');
    this.#outages.clear();
    if (queue !== null) queue.isOut = false;
    for (const gate of gates)
      for (const key of gate.keys) if (gate.entry(key)?.by === 'hand') gate.remove(key);
    for (const machine of machines) this.#adopt(machine, this.#policy);
  }

  #outage(what: string, length: Millis): void {
    const { history, line, queue } = this.#setting;
    history.note(`${what} is out for ${length}`);
    this.#outages.set(what, line.now + length);
    if (what !== 'queue' || queue === null) return;
    queue.isOut = true;
    line.in(length, () => {
      queue.isOut = false;
    });
  }

  #setClock(chance: Chance): void {
    const { wall, history, witness } = this.#setting;
    const by = chance.pick([-600, -60, -5, 5, 60, 600]) * SECOND;
    wall.wasSet = true;
    wall.off += by;
    witness.clockSet(by);
    history.note(`the clock is off by ${wall.off}`);
  }

  /** Somebody puts an entry where the bot's stands or may come to stand, and takes it away later. */
  #byHand(chance: Chance): void {
    const { gates, history } = this.#setting;
    const [gate, ask] = [chance.oneOf(gates), chance.oneOf(this.#plot)];
    if (gate === undefined || ask === undefined) return;
    const key = ask.role === 'solo' ? `edge for ${emailOf(ask.who)}` : `${ask.role} for ${ask.ip}`;
    const how = chance.pick(['put', 'remove', 'edit'] as const);
    history.note(`by hand: ${how} ${key} at ${gate.name}`);
    if (how === 'put') {
      if (this.#puts(gate, key)) this.#takesLater(gate, key, chance);
    } else if (how === 'remove') gate.remove(key);
    // NB. Before it was read back, nobody could tell ours with another end from somebody else's.
    else if (gate.keepsEnds && gate.entry(key)?.by === 'bot' && this.#isHeld(gate, key))
      gate.put(key, { until: gate.now + HOUR, by: 'bot' });
  }

  /** @param key of what the bot knows that it was turned away with: what stands there next is not its own */
  giveInstead(key: string, chance: Chance): void {
    const { gates, history, troubles } = this.#setting;
    const gate = gates.find(({ name }) => name === 'asked');
    if (gate === undefined || !chance.is(troubles().byHand * INSTEAD)) return;
    if (gate.entry(key) !== undefined || gate.stoodLately(key, 10 * MINUTE)) return;
    history.note(`by hand: ${key} at ${gate.name} instead`);
    gate.putLongAgo(key, { until: null, by: 'hand', wasFirst: true });
    this.#takesLater(gate, key, chance);
  }

  /** Where one of two is open, and the other one not yet, somebody takes the one away and shuts the bot out there. */
  tear(request: AccessRequest, chance: Chance): void {
    if (request.status !== 'activating') return;
    const { gates, history, line, troubles } = this.#setting;
    const open = request.grants.find(({ state }) => state.kind === 'confirmed')?.right;
    const shut = request.grants.find(({ state }) => state.kind === 'waiting')?.right;
    if (open === undefined || shut === undefined || !chance.is(troubles().byHand * TORN)) return;
    this.#outage(blindness(shut.provider), chance.int(30 * SECOND, 2 * MINUTE));
    line.in(chance.int(SECOND, 20 * SECOND), () => {
      const gate = gates.find(({ name }) => name === open.provider);
      if (gate?.entry(open.key)?.by !== 'bot' || troubles().byHand === 0) return;
      history.note(`by hand: remove ${open.key} at ${gate.name} before all is given`);
      gate.remove(open.key);
      this.#outage(lock(gate.name), chance.int(MINUTE, 4 * MINUTE));
    });
  }

  #takesLater(gate: Gate, key: string, chance: Chance): void {
    this.#setting.line.in(chance.int(MINUTE, 20 * MINUTE), () => {
      if (gate.entry(key)?.by === 'hand') gate.remove(key);
    });
  }

  /**
   * NB. Where nothing has a name, nobody tells what is given by hand while the bot is at it from what the bot gives: that
   * is no trouble of which anything could be promised.
   */
  #puts(gate: Gate, key: string): boolean {
    if (gate.name === 'asked') {
      if (this.#isLeased(gate, key) || gate.entry(key) !== undefined) return false;
      const isFirst = !gate.stoodLately(key, 10 * MINUTE);
      gate.putLongAgo(key, { until: null, by: 'hand', ...(isFirst ? { wasFirst: true } : {}) });
      return true;
    }
    const isFirst = !this.#isHeld(gate, key) && !gate.stoodLately(key, MINUTE);
    gate.put(key, { until: null, by: 'hand', ...(isFirst ? { wasFirst: true } : {}) });
    return true;
  }

  #isLeased({ name }: Gate, key: string): boolean {
    return [...this.#setting.witness.accesses.values()].some(
      ({ right, leases }) => right.provider === name && right.key === key && leases.length > 0,
    );
  }

  /** What the bot gave once and nothing remembers: its database was lost, or a call came after its time. */
  #goAstray(chance: Chance): void {
    const { gates, history, witness } = this.#setting;
    // NB. Only where every policy gives something: no other target is looked through.
    const ask = chance.oneOf(this.#plot.filter(({ role }) => ALWAYS.includes(role)));
    const gate = gates.find(({ keepsNames }) => keepsNames);
    if (gate === undefined || ask === undefined) return;
    const key = `${ask.role} for ${ask.ip}`;
    const isHeld = [...witness.accesses.values()].some(
      ({ right, leases }) => right.key === key && leases.length > 0,
    );
    if (isHeld || gate.entry(key) !== undefined) return;
    history.note(`astray: ${key} at ${gate.name}`);
    gate.put(key, { until: null, by: 'stray' });
  }

  /** Did the bot read its own back there, and nothing else since? */
  #isHeld({ name }: Gate, key: string): boolean {
    return [...this.#setting.witness.accesses.values()].some(
      ({ right, confirmed }) =>
        right.provider === name && right.key === key && confirmed.kind === 'present',
    );
  }

  #turnover(chance: Chance): void {
    const { history, people } = this.#setting;
    const chat = chance.pick(CHATS as unknown as [ChatName]);
    const user = chance.oneOf([...people.chats[chat].members.keys()]) ?? 'ada';
    const how = chance.pick(['group', 'group', 'address', 'standing'] as const);
    history.note(`${how} of ${user} on ${chat} changes`);
    if (how === 'group') this.#moveGroup(chat, user);
    else if (how === 'address') this.#moveHouse(chance, chat, user);
    else this.#demote(chance, chat, user);
  }

  /** Two, one or nobody is on call from now on. */
  #handOver(chance: Chance): void {
    const { history, people } = this.#setting;
    const names = HUMANS.map(({ name }) => name);
    const next = [chance.oneOf(names), chance.oneOf(names)].slice(0, chance.int(0, 2));
    const onCall = next.filter((name) => name !== undefined);
    history.note(`on call from now on: ${onCall.join(', ')}`);
    people.handOver(onCall);
  }

  #moveGroup(chat: ChatName, user: string): void {
    const { people, line } = this.#setting;
    const group = Object.keys(CHAT_GROUPS[chat])[0] ?? '';
    const isIn = people.chats[chat].groups.get(group)?.has(user) ?? false;
    people.setMember(chat, group, user, !isIn);
    line.in(10 * MINUTE, () => people.setMember(chat, group, user, isIn));
  }

  #moveHouse(chance: Chance, chat: ChatName, user: string): void {
    const { people, line } = this.#setting;
    const other = ['mallory@example.com', 'grace@example.com', 'new@example.com'];
    people.change(chat, user, { email: chance.oneOf(other) ?? '' });
    line.in(8 * MINUTE, () => people.change(chat, user, { email: emailOf(user) }));
  }

  #demote(chance: Chance, chat: ChatName, user: string): void {
    const { people, line } = this.#setting;
    const standing = chance.pick(['guest', 'bot', 'deactivated', 'stranger'] as const);
    people.change(chat, user, { standing });
    line.in(8 * MINUTE, () => people.change(chat, user, { standing: 'member' }));
  }

  /** NB. Each machine sees the new file at its own time. */
  #reload(chance: Chance): void {
    const { history, line, machines, policies } = this.#setting;
    const policy = chance.oneOf(policies) ?? this.#policy;
    this.#policy = policy;
    history.note(`policy ${policy.hash.slice(0, 8)}`);
    for (const machine of machines)
      line.in(chance.skewed(0, 20 * SECOND), () => {
        this.#adopt(machine, policy);
        const { service, isAwake } = machine;
        if (service !== undefined && isAwake && chance.is(0.2))
          void rejectPolicy(service.shell, policy.hash, ['a fault']).catch(() => {});
      });
  }

  /** It is tried again until it is committed, unless the file has changed meanwhile. */
  #adopt(machine: Machine, policy: Policy): void {
    machine.adopt(policy).catch(() => {
      this.#setting.line.in(SECOND, () => {
        if (this.#policy === policy) this.#adopt(machine, policy);
      });
    });
  }

  #erase(chance: Chance): void {
    const { machines, witness } = this.#setting;
    const id = chance.oneOf([...witness.requests.keys()]);
    if (id === undefined) return;
    machines[0]?.atCommandLine((store, clock) => eraseReason(store, id, clock.now()));
  }

  #spoil(chance: Chance): void {
    const { history, people } = this.#setting;
    const { north, south } = people.chats;
    const how = chance.pick(['archive', 'long', 'delete'] as const);
    history.note(`chat: ${how}`);
    if (how === 'archive') south.archived.add('access');
    else if (how === 'long')
      for (const { unsearchable } of [north, south]) unsearchable.add('access');
    else {
      const cards = [...north.messages.values()].filter(({ card }) => card !== null);
      const id = chance.oneOf(cards)?.id;
      if (id === undefined) return;
      north.messages.delete(id);
      this.deleted.add(id);
    }
  }
}
