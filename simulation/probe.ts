/** Every half minute: nothing is forgotten, and no access is open that nobody was told of. */
import type { Access } from '../src/core/access.ts';
import { wantedOf } from '../src/core/access.ts';
import type { AccessId, RequestId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { CHATS } from './cast.ts';
import { type Gate, SHOWS_AFTER } from './gate.ts';
import { blindness, lock } from './provider.ts';
import type { Setting } from './setting.ts';

export const PROBE: Millis = 30 * SECOND;
/** Leases run out, sweeps come round, and a commit may have to be tried again. */
const ALLOWANCE: Millis = 3 * MINUTE;
/**
 * A process that dies sooner may have waited all its life for the leases of the one before it: where the clock
 * was set back, time goes on only while one runs.
 */
const USEFUL: Millis = MINUTE;
/** A gate that fails often is tried often. */
const MENDING: Millis = 6 * MINUTE;

export class Probe {
  readonly #setting: Setting;
  /** For how long an entry has let somebody in whom nothing gives that, while a machine ran and ran. */
  readonly #overdue = new Map<string, Millis>();
  /** How often that had been given when it was looked at. */
  readonly #givings = new Map<string, number>();
  /** For how long an alarm was heard by nobody. */
  readonly #quiet = new Map<RequestId, Millis>();
  /** For how long nobody has used what goes back then. */
  readonly #unused = new Map<RequestId, Millis>();
  /** For how long what is given was not there. */
  readonly #gone = new Map<AccessId, Millis>();
  /** What falls due next and should be done already, and since when it was seen so. */
  #late: { readonly due: Instant | undefined; readonly since: Millis } = {
    due: undefined,
    since: 0,
  };

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async look(): Promise<void> {
    const open = this.#setting.gates.flatMap((gate) => gate.keys.map((key) => ({ gate, key })));
    const names = new Set(open.map(({ gate, key }) => nameOf(gate, key)));
    for (const name of this.#overdue.keys()) if (!names.has(name)) this.#overdue.delete(name);
    for (const { gate, key } of open) this.#lookAt(gate, key);
    for (const access of this.#setting.witness.accesses.values()) this.#lookForGone(access);
    for (const request of this.#setting.witness.requests.values()) {
      this.#lookForAlarm(request);
      this.#lookForUnused(request);
    }
    await this.#lookForLate();
  }

  /** An alarm that nobody heard is none. What is killed within a minute of each start says nothing at all. */
  #lookForAlarm(request: AccessRequest): void {
    if (request.status !== 'revoking' || request.alarms === 0) return;
    const { isOut, people, witness } = this.#setting;
    const { id } = request;
    const isQuiet = !CHATS.some((name) => people.chats[name].notes.isAlarmed(id));
    if (!isQuiet || !this.#isUpFor(0) || CHATS.some(isOut)) {
      this.#quiet.delete(id);
      return;
    }
    const quiet = (this.#quiet.get(id) ?? 0) + (this.#isUpFor(USEFUL) ? PROBE : 0);
    this.#quiet.set(id, quiet);
    if (quiet > ALLOWANCE) witness.broken('what has to be said is said', `no alarm for ${id}`);
  }

  /** What nobody uses goes back before long, where that can be told. */
  #lookForUnused(request: AccessRequest): void {
    const { gates, isOut, witness } = this.#setting;
    const { returnIfUnusedFor } = request.role;
    if (request.status !== 'active' || returnIfUnusedFor === undefined) {
      this.#unused.delete(request.id);
      return;
    }
    const isUsed = request.grants.some(({ right }) => {
      const gate = gates.find(({ name }) => name === right.provider);
      return gate?.keepsNames !== true || gate.lastUse(right.key) < returnIfUnusedFor;
    });
    const isExcused = request.grants.some(
      ({ right: { provider } }) => isOut(provider) || isOut(blindness(provider)),
    );
    if (isUsed || isExcused || !this.#isUpFor(0)) {
      this.#unused.delete(request.id);
      return;
    }
    const unused = (this.#unused.get(request.id) ?? 0) + (this.#isUpFor(USEFUL) ? PROBE : 0);
    this.#unused.set(request.id, unused);
    if (unused > returnIfUnusedFor + SHOWS_AFTER + MENDING)
      witness.broken('what nobody uses goes back', `${request.id} stays`);
  }

  /** What was confirmed and is given stands there, or somebody is told. */
  #lookForGone(access: Access): void {
    const { isOut, settings, witness } = this.#setting;
    const { id, right, confirmed } = access;
    const wanted = wantedOf(access);
    const gate = this.#setting.gates.find(({ name }) => name === right.provider);
    const entry = gate?.entry(right.key);
    const isRight =
      entry?.by === 'bot' &&
      (gate?.keepsEnds !== true || (wanted.kind === 'until' && entry.until === wanted.until));
    const isExcused =
      confirmed.kind !== 'present' ||
      wanted.kind === 'nothing' ||
      wanted.until <= (this.#now() ?? Infinity) ||
      entry?.by === 'hand' ||
      [right.provider, blindness(right.provider), lock(right.provider)].some(isOut) ||
      !this.#isUpFor(0);
    if (isRight || isExcused) {
      this.#gone.delete(id);
      return;
    }
    const gone = (this.#gone.get(id) ?? 0) + PROBE;
    this.#gone.set(id, gone);
    if (gone > settings.recheck + MENDING)
      witness.broken('what is given stays given', `${right.key} is not at ${right.provider}`);
  }

  async #lookForLate(): Promise<void> {
    const { line, store, witness } = this.#setting;
    const isSteady = this.#isUpFor(2 * MINUTE);
    const due = await store.nextDueAt();
    const now = this.#now();
    const isLate = now !== undefined && due !== undefined && now - due > 2 * MINUTE;
    if (!isSteady || !isLate || due !== this.#late.due) this.#late = { due, since: line.now };
    else if (line.now - this.#late.since > ALLOWANCE)
      witness.broken('what is due is done', `not since ${now - due} ms`);
  }

  #lookAt(gate: Gate, key: string): void {
    const { settings, witness } = this.#setting;
    const name = nameOf(gate, key);
    const access = [...witness.accesses.values()].find(
      ({ right }) => right.key === key && right.provider === gate.name,
    );
    if (this.#wasGiven(name, access) || this.#isGiven(access) || !gate.opens(key)) {
      this.#overdue.delete(name);
      return;
    }
    const overdue = (this.#overdue.get(name) ?? 0) + (this.#isUpFor(USEFUL) ? PROBE : 0);
    this.#overdue.set(name, overdue);
    if (overdue > settings.revokeAlarm + ALLOWANCE && !this.#isToldOf(access))
      witness.broken('no access outlives its grant unnoticed', `${name} is open`);
  }

  /** Has any process run for so long? */
  #isUpFor(time: Millis): boolean {
    const { line, machines } = this.#setting;
    return machines.some(({ upSince }) => upSince !== undefined && line.now - upSince >= time);
  }

  #isGiven(access: Access | undefined): boolean {
    const now = this.#now() ?? 0;
    return (access?.leases ?? []).some(({ state, endsAt }) => state === 'live' && endsAt > now);
  }

  /** Since the last look: what is given and taken between two of them is overdue only from then on. */
  #wasGiven(name: string, access: Access | undefined): boolean {
    const before = this.#givings.get(name) ?? 0;
    const givings = access === undefined ? 0 : (this.#setting.witness.givings.get(access.id) ?? 0);
    this.#givings.set(name, givings);
    return givings > before;
  }

  /** Under an alarm, or by a person's word. */
  #isToldOf(access: Access | undefined): boolean {
    const { attested, requests } = this.#setting.witness;
    if (access === undefined) return false;
    if (attested.has(access.id)) return true;
    return access.leases.some((lease) => {
      const request = requests.get(lease.request);
      return request?.status === 'revoking' && request.alarms > 0;
    });
  }

  #now(): Instant | undefined {
    const running = this.#setting.machines.find(({ service }) => service !== undefined);
    return running?.service?.shell.ledger.now();
  }
}

const nameOf = ({ name }: Gate, key: string): string => `${name}/${key}`;
