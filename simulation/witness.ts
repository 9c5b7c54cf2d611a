/**
 * Holds what the program does against what it promises, after each step. It knows the truth of the
 * world, replays the audit log on its own, and trusts no row of the program's.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Access, AccessEvent } from '../src/core/access.ts';
import { wantedOf } from '../src/core/access.ts';
import type { Entry, Happening, InstallationEvent } from '../src/core/audit.ts';
import { GENESIS, happeningOf } from '../src/core/audit.ts';
import { evolveAccess, evolveRequest } from '../src/core/evolve.ts';
import type { AccessId, PrincipalId, RequestId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { isLive, isWaiting } from '../src/core/request.ts';
import type { RequestEvent } from '../src/core/request-event.ts';
import type { PlannedRight } from '../src/core/right.ts';
import { planHashOf } from '../src/core/right.ts';
import type { Standstill } from '../src/core/standstill.ts';
import { evolveStandstill } from '../src/core/standstill.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import type { Commit, CommitResult, Copy, Store } from '../src/store/store.ts';
import { Answering } from './answering.ts';
import { Approving } from './approving.ts';
import { AtGates, DECIDING } from './at-gates.ts';
import { Callings } from './callings.ts';
import type { Census } from './census.ts';
import type { Doorman } from './doorman.ts';
import type { Gate } from './gate.ts';
import { unsaid } from './hearing.ts';
import type { History } from './history.ts';
import { notAManager, wronglyTold } from './laddering.ts';
import { wronglyEarly, wronglyExtended, wronglyLong } from './lengths.ts';
import { Postings } from './outlying.ts';
import { Switching } from './switching.ts';

/** The first promise that was not kept, and how that shows. */
export interface Violation {
  readonly claim: string;
  readonly detail: string;
}

export interface Scene {
  readonly store: Store;
  readonly gates: readonly Gate[];
  readonly history: History;
  readonly census: Census;
  readonly doorman: Doorman;
  /** Whether whoever sent this wants something done to a request, by a button. */
  readonly isCommand: (delivery: string) => boolean;
  /** What was told, where this presses the button below it. */
  readonly previewOf: (delivery: string) => string | undefined;
  /** Are these accounts of one and the same human? */
  readonly sameHuman: (a: PrincipalId, b: PrincipalId) => Promise<boolean>;
  /** Whether the clock of the machines was ever set: then nobody knows how long anything is ago. */
  readonly isClockSet: () => boolean;
}

export class Witness {
  readonly requests = new Map<RequestId, AccessRequest>();
  readonly accesses = new Map<AccessId, Access>();
  /** How often each was given to somebody. */
  readonly givings = new Map<AccessId, number>();
  /** Gone by somebody's word, and not yet proven to be. */
  readonly attested = new Set<AccessId>();
  /** Which request a delivery has led to. */
  readonly askedBy = new Map<string, RequestId>();
  readonly postings = new Postings();
  readonly #answering: Answering;
  readonly #approving: Approving;
  readonly #atGates: AtGates;
  readonly #callings: Callings;
  readonly #switching: Switching;
  violation: Violation | undefined;
  readonly #scene: Scene;
  readonly #touched = new Set<RequestId>();
  readonly #touchedAccesses = new Set<AccessId>();
  readonly #checks: (() => Promise<void>)[] = [];
  /** The time of the latest commit of each process. */
  readonly #latest = new Map<string, Instant>();
  /** How far the clock was set ahead, and when. */
  readonly #ahead: { readonly by: Millis; readonly when: Millis }[] = [];
  #standstill: Standstill | null = null;
  #head = { seq: 0, hash: GENESIS };

  constructor(scene: Scene) {
    this.#scene = scene;
    const broken = this.broken.bind(this);
    const later = (check: () => Promise<void>) => void this.#checks.push(check);
    const { requests, accesses } = this;
    this.#answering = new Answering(broken, scene.isCommand);
    this.#approving = new Approving({ ...scene, broken, later, requests });
    this.#atGates = new AtGates({ ...scene, broken, accesses });
    this.#callings = new Callings(scene.doorman, scene.store);
    this.#switching = new Switching({
      previewOf: scene.previewOf,
      sentBy: (delivery) => scene.doorman.sentBy(delivery),
    });
  }

  get lives(): number {
    return this.requests.size;
  }

  broken(claim: string, detail: string): void {
    if (this.violation !== undefined) return;
    this.violation = { claim, detail };
    this.#scene.history.note(`VIOLATION ${claim}: ${detail}`);
  }

  /** @param life of which process this is the commit */
  committed(commit: Commit, result: CommitResult, life: string): void {
    if (result.kind !== 'committed') return;
    this.#goesOn(commit.at, life);
    this.#chained(result.entries);
    const happened = result.entries.map((entry) => happeningOf(entry));
    for (const happening of happened) this.#happened(happening, commit);
    for (const key of unsaid(commit, happened))
      this.broken('what has to be said is said', `nobody says ${key}`);
    this.#answering.committed(commit, happened);
    this.#switching.committed(commit);
    this.postings.committed(commit, this.#scene.history.now);
    for (const request of commit.requests ?? []) this.#asReplayed(request.id, request);
    for (const access of commit.accesses ?? []) this.#rightlyWanted(access);
    for (const { id } of commit.requests ?? []) this.#rightlyExtended(id);
    for (const copy of commit.copies ?? []) this.#rightlyCalled(copy, commit.at);
    if (commit.answered !== undefined) this.#leadsTo(commit.answered.key, happened);
  }

  #rightlyCalled(copy: Copy, at: Instant): void {
    const { now } = this.#scene.history;
    const why = this.#callings.why(copy, this.requests.get(copy.request), at, now);
    if (why === undefined) return;
    this.#checks.push(async () => {
      const wrong = await why();
      if (wrong !== undefined)
        this.broken('who is told that something waits is there, and named', wrong);
    });
  }

  #leadsTo(key: string, happened: readonly Happening[]): void {
    const first = happened.find(({ subject }) => subject === 'request');
    if (first?.subject === 'request') this.askedBy.set(key, first.id);
  }

  clockSet(by: Millis): void {
    this.#ahead.push({ by: Math.max(0, by), when: this.#scene.history.now });
  }

  /** NB. What was being decided when the clock was set ahead is committed with the time of before. */
  #goesOn(at: Instant, life: string): void {
    const latest = this.#latest.get(life) ?? at;
    const since = this.#scene.history.now - DECIDING;
    const lately = this.#ahead.filter(({ when }) => when >= since);
    const ahead = lately.reduce((sum, { by }) => sum + by, 0);
    if (at < latest - DECIDING - ahead)
      this.broken('time does not run backwards', `${at} after ${latest} in ${life}`);
    this.#latest.set(life, Math.max(latest, at));
  }

  /** After each step, when nothing is half done. */
  async look(): Promise<void> {
    const touched = [...this.#touched];
    const accesses = [...this.#touchedAccesses];
    this.#touched.clear();
    this.#touchedAccesses.clear();
    for (const check of this.#checks.splice(0)) await check();
    await this.#standsStill();
    for (const id of touched) await this.#stored(id);
    for (const id of accesses) {
      const row = await this.#scene.store.access(id);
      if (!isDeepStrictEqual(row?.value, this.accesses.get(id)))
        this.broken('replay equals state', `access ${id}`);
    }
  }

  #chained(entries: readonly Entry[]): void {
    for (const { seq, prev, body, hash } of entries) {
      const follows = seq === this.#head.seq + 1 && prev === this.#head.hash;
      const isHash = createHash('sha256').update(`${prev}\n${body}`).digest('hex') === hash;
      if (!follows || !isHash) this.broken('the chain is whole', `entry ${seq}`);
      this.#head = { seq, hash };
    }
  }

  #happened(happening: Happening & { readonly at: Instant }, commit: Commit): void {
    const { history, census } = this.#scene;
    census.happening(happening);
    const { subject, id, event } = happening;
    history.note(`  ${subject} ${id} ${JSON.stringify(event)}`);
    if (subject === 'request') {
      if (BY_PEOPLE.has(event.type) && commit.answered === undefined)
        this.broken('what somebody did is committed with its answer', `${id} ${event.type}`);
      this.#touched.add(id);
      const before = this.requests.get(id);
      this.#rightly(before, event, commit, happening.at);
      this.requests.set(id, evolveRequest(before, event, happening.at));
    }
    this.#people(happening);
    if (subject === 'installation') this.#turned(event, commit);
    if (subject === 'access') this.#atTarget(id, event, happening.at);
  }

  #atTarget(id: AccessId, event: AccessEvent, at: Instant): void {
    this.#touchedAccesses.add(id);
    if (event.type === 'lease-added') this.givings.set(id, (this.givings.get(id) ?? 0) + 1);
    if (event.type === 'adopted') this.#atGates.isOurs(event.right);
    if (event.type === 'confirmed-present') this.#atGates.wasThere(id);
    if (event.type === 'lease-attested') this.attested.add(id);
    if (event.type === 'confirmed-absent') this.attested.delete(id);
    this.accesses.set(id, evolveAccess(this.accesses.get(id), event, at));
  }

  #people({ subject, id, event, at }: Happening & { readonly at: Instant }): void {
    const { doorman } = this.#scene;
    if (subject === 'person') {
      doorman.happened(event);
      this.#callings.happened(id, event, at);
    }
    if (subject === 'installation' && event.type === 'policy-adopted') doorman.adopted(event.hash);
  }

  #rightly(
    before: AccessRequest | undefined,
    event: RequestEvent,
    commit: Commit,
    at: Instant,
  ): void {
    if (this.#standstill !== null && OPENING.has(event.type))
      this.broken('nothing opens while all is frozen', `${before?.id ?? 'an ask'} ${event.type}`);
    this.#mayDo(before, event, commit);
    this.#saysTrue(before, event);
    this.#inTime(before, event, at);
    this.#calls(event);
    if (before !== undefined) this.#rightlyBegun(before, event, commit, at);
    if (event.type === 'revoking-started' && before !== undefined)
      this.#atGates.rightlyUnused(before, event);
    if (event.type === 'grant-gone' && event.proof.kind === 'proven')
      this.#atGates.isGone(event.accessId);
    if (event.type === 'activated') this.#isWhole(before);
    if (
      event.type === 'activated' &&
      before !== undefined &&
      'endsAt' in before &&
      at >= before.endsAt
    )
      this.broken('nothing opens after its end', `${before.id} at ${at}`);
  }

  #isWhole(request: AccessRequest | undefined): void {
    for (const { accessId } of request !== undefined && 'grants' in request ? request.grants : []) {
      const confirmed = this.accesses.get(accessId)?.confirmed;
      if (confirmed?.kind !== 'present' || confirmed.drifted)
        this.broken(
          'nothing is called open that is known to be gone',
          `${request?.id} ${accessId}`,
        );
    }
  }

  #inTime(before: AccessRequest | undefined, event: RequestEvent, at: Instant): void {
    const wrong = before && wronglyTold(before, event, at);
    if (wrong !== undefined)
      this.broken('nobody is told too early, too late or in quiet hours', `${before?.id} ${wrong}`);
  }

  #calls(event: RequestEvent): void {
    if (event.type !== 'escalated' || event.managers === undefined) return;
    this.#checks.push(async () => {
      const stranger = await notAManager(this.#scene.store, event);
      if (stranger !== undefined)
        this.broken('only a manager is called as the manager', `${stranger} is none`);
    });
  }

  #rightlyBegun(request: AccessRequest, event: RequestEvent, commit: Commit, at: Instant): void {
    if (event.type === 'cancelled' && event.cause.kind === 'freeze' && this.#standstill === null)
      this.broken('nothing is taken by a freeze that is over', request.id);
    if (event.type === 'scheduled') this.#approving.rightly(request, event.automatic, commit);
    if (event.type !== 'activation-started') return;
    const early = wronglyEarly(request, at);
    if (early !== undefined) this.broken('nothing is given before its start', early);
    this.#asPlanned(request, event.grants);
    this.#approving.rightly(request, event.automatic, commit);
    this.#approving.withinLimits(request, at);
    const long = wronglyLong(request, at, event.endsAt);
    if (long !== undefined)
      this.broken('nothing lasts longer than was agreed to', `${request.id} ${long}`);
  }

  /** What was approved is what is given, to the byte. */
  #asPlanned({ id, approvals }: AccessRequest, grants: readonly { right: PlannedRight }[]): void {
    const given = planHashOf(grants.map(({ right }) => right));
    if (approvals.some(({ plan }) => plan !== given))
      this.broken('what was asked is what is given', `${id} was approved under another plan`);
  }

  #turned(event: InstallationEvent, commit: Commit): void {
    if (event.type !== 'frozen' && event.type !== 'thawed') return;
    const given = [...this.requests.values()].filter(isGiven);
    if (event.type === 'thawed' && given.length > 0)
      this.broken('what a freeze finds is on its way to an end', `${given[0]?.id} at the thaw`);
    this.#standstill = evolveStandstill(this.#standstill, event);
    if (!isDeepStrictEqual(commit.standstill, this.#standstill))
      this.broken('replay equals state', 'the standstill');
    const key = commit.answered?.key ?? '';
    this.#scene.census.turned(this.#switching.isPressed(key) ? 'pressed' : 'typed');
    const whys = [this.#scene.doorman.whyNotTurn(event, key), this.#switching.why(event.by, key)];
    this.#checks.push(async () => {
      for (const why of whys) {
        const wrong = await why();
        if (wrong !== undefined) this.broken('only who may does it', `${event.type}: ${wrong}`);
      }
    });
  }

  /** What was given at a freeze is taken away before long, and nobody has to be there for it. */
  async #standsStill(): Promise<void> {
    const { store } = this.#scene;
    const standstill = await store.standstill();
    if (!isDeepStrictEqual(standstill, this.#standstill))
      this.broken('replay equals state', 'the standstill');
    if (standstill === null || ![...this.requests.values()].some(isGiven)) return;
    if ((await store.effect(`standstill/${standstill.why.digest}`)) === undefined)
      this.broken('what a freeze finds is on its way to an end', 'nobody takes it away');
  }

  #mayDo(before: AccessRequest | undefined, event: RequestEvent, commit: Commit): void {
    const why = this.#scene.doorman.why(before, event, commit.answered?.key ?? '');
    if (why === undefined) return;
    this.#checks.push(async () => {
      const stranger = await why();
      if (stranger !== undefined)
        this.broken('only who may does it', `${before?.id ?? 'an ask'}: ${stranger}`);
    });
  }

  #saysTrue(before: AccessRequest | undefined, event: RequestEvent): void {
    if (before === undefined || !('grants' in before)) return;
    if (event.type === 'warned' && before.status === 'active' && before.warned)
      this.broken('each effect is as if it ran once', `${before.id} is warned again`);
    if (event.type !== 'finished') return;
    const proofs = before.grants.flatMap(({ state }) =>
      state.kind === 'gone' ? [state.proof.kind] : [],
    );
    if (!proofs.includes(event.proof))
      this.broken('what is proven gone is gone', `${before.id}: ${event.proof} of ${proofs}`);
  }

  #asReplayed(id: RequestId, row: AccessRequest): void {
    if (!isDeepStrictEqual(row, this.requests.get(id)))
      this.broken('replay equals state', `request ${id}`);
    // Equal from here on, and quicker to compare with what is stored.
    this.requests.set(id, row);
    this.#touched.add(id);
  }

  #rightlyExtended(id: RequestId): void {
    const why = wronglyExtended(id, this.requests);
    if (why !== undefined)
      this.broken('an extension is one access with what it extends', `${id} ${why}`);
  }

  /** What is wanted is the latest end of the live grants, as the requests tell it. */
  #rightlyWanted(access: Access): void {
    const ends = [...this.requests.values()].flatMap((request) => {
      const gives = request.status === 'activating' || request.status === 'active';
      const here = gives && request.grants.some(({ accessId }) => accessId === access.id);
      return here ? [request.endsAt] : [];
    });
    const wanted = wantedOf(access);
    const latest = ends.length === 0 ? 'nothing' : Math.max(...ends);
    const says = wanted.kind === 'nothing' ? 'nothing' : wanted.until;
    if (says !== latest)
      this.broken(
        'wanted is the latest end of live grants',
        `${access.id}: ${says}, not ${latest}`,
      );
  }

  /** The row is what the log says, and something will happen to it. */
  async #stored(id: RequestId): Promise<void> {
    const { store } = this.#scene;
    const replayed = this.requests.get(id);
    const row = await store.request(id);
    if (!isDeepStrictEqual(row?.value, replayed))
      this.broken('replay equals state', `request ${id}`);
    if (replayed === undefined) return;
    for (const key of [...awaited(replayed), ...remembered(replayed)])
      if ((await store.effect(key)) === undefined)
        this.broken('nothing waits without an alarm', `${key} while ${replayed.status}`);
  }
}

/** What happens only because somebody wanted it, by a delivery. */
const BY_PEOPLE: ReadonlySet<string> = new Set<RequestEvent['type']>([
  'asked',
  'approved',
  'denied',
  'withdrawn',
  'attested',
  'reviewed',
  'extension-asked',
]);

/** What never happens while all is frozen. */
const OPENING: ReadonlySet<string> = new Set<RequestEvent['type']>([
  'asked',
  'approved',
  'glass-broken',
  'scheduled',
  'activation-started',
  'grant-confirmed',
  'activated',
]);

function isGiven({ status }: AccessRequest): boolean {
  return status === 'activating' || status === 'active';
}

/** What has to be going to happen to a request in this state. */
export function awaited(request: AccessRequest): readonly string[] {
  const timer = (name: string) => `timer/${request.id}/${name}`;
  if (isWaiting(request)) return [timer('next')];
  if (!isLive(request)) return [];
  const converging = request.grants
    .filter((grant) => grant.state.kind !== 'gone')
    .map((grant) => `converge/${grant.accessId}`);
  return [timer(request.status === 'revoking' ? 'next' : 'end'), ...converging];
}

/** A review is never forgotten; but a world ends without it. */
function remembered(request: AccessRequest): readonly string[] {
  const isOpen = 'finishedAt' in request && request.review?.kind === 'open';
  return isOpen ? [`timer/${request.id}/next`] : [];
}
