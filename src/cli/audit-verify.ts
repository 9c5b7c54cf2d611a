/**
 * `hallpass audit verify`: walks the whole chain, replays what it says, and holds the stored requests,
 * accesses and texts against that. The first thing that is wrong is named, and ends the walk.
 */
import { hash } from 'node:crypto';
import type { Access } from '../core/access.ts';
import type { Entry, Happening } from '../core/audit.ts';
import { GENESIS, type happeningOf, readNext } from '../core/audit.ts';
import { evolveAccess, evolveRequest } from '../core/evolve.ts';
import type { AccessId, RequestId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import { isLive, isWaiting } from '../core/request.ts';
import type { Standstill } from '../core/standstill.ts';
import { evolveStandstill } from '../core/standstill.ts';
import type { Instant } from '../core/time.ts';
import type { Store, Versioned } from '../store/store.ts';
import { digestsOf } from '../workflow/gallery.ts';
import type { AuditFault, AuditReport, AuditWalk } from './audit-report.ts';
import { reportOn } from './audit-report.ts';
import { sameJson } from './same-json.ts';

const PAGE = 1000;

export async function verifyAudit(store: Store): Promise<AuditReport> {
  const audit = new Verification(store);
  const fault = await audit.run();
  return reportOn(fault, audit.walked());
}

type Said = ReturnType<typeof happeningOf>;

interface Mention {
  readonly seq: number;
  readonly digest: string;
}

class Verification {
  readonly #store: Store;
  readonly #requests = new Map<RequestId, AccessRequest>();
  readonly #accesses = new Map<AccessId, Access>();
  /** Requests that are over and equal what is stored: nothing more needs to be remembered of them. */
  readonly #settled = new Set<RequestId>();
  readonly #textless = new Map<string, Mention>();
  readonly #erased = new Set<string>();
  #standstill: Standstill | null = null;
  #texts = 0;
  #seq = 0;
  #hash = GENESIS;

  constructor(store: Store) {
    this.#store = store;
  }

  /** NB. Somebody may be writing meanwhile: what differs is looked at again after the newest entry. */
  async run(): Promise<AuditFault | undefined> {
    for (;;) {
      const broken = await this.#walk();
      if (broken !== undefined) return broken;
      const fault = await this.#compare();
      const last = (await this.#store.lastEntry())?.seq ?? 0;
      if (fault === undefined || last === this.#seq) return fault;
    }
  }

  walked(): AuditWalk {
    return {
      entries: this.#seq,
      requests: this.#requests.size + this.#settled.size,
      accesses: this.#accesses.size,
      texts: this.#texts,
      erased: this.#erased.size,
      head: this.#hash,
    };
  }

  async #walk(): Promise<AuditFault | undefined> {
    for (;;) {
      const page = await this.#store.entries({ afterSeq: this.#seq, limit: PAGE });
      const fault = await this.#readPage(page);
      if (fault !== undefined) return fault;
      if (page.length < PAGE) return undefined;
    }
  }

  /** NB. An altered text before a broken entry is told first, as the walk comes to it first. */
  async #readPage(page: readonly Entry[]): Promise<AuditFault | undefined> {
    const mentions: Mention[] = [];
    const over: AccessRequest[] = [];
    let broken: AuditFault | undefined;
    for (const { subject, id } of page) if (subject === 'request') await this.#recall(id);
    for (const entry of page) {
      broken = this.#next(entry, mentions, over);
      if (broken !== undefined) break;
    }
    for (const mention of mentions)
      if (!(await this.#textFits(mention))) return { at: 'text', ...mention, what: 'altered' };
    for (const request of over) await this.#settle(request);
    return broken;
  }

  #next(entry: Entry, mentions: Mention[], over: AccessRequest[]): AuditFault | undefined {
    const next = readNext(entry, { seq: this.#seq, hash: this.#hash });
    if (next.kind === 'fault') return { at: 'entry', ...next.fault };
    if (!this.#follow(next.said, mentions, over))
      return { at: 'entry', seq: entry.seq, what: 'impossible' };
    this.#seq = entry.seq;
    this.#hash = entry.hash;
    return undefined;
  }

  /** @returns whether it can have happened after what was before it */
  #follow(said: Said, mentions: Mention[], over: AccessRequest[]): boolean {
    try {
      if (said.subject === 'request') {
        const state = this.#evolveRequest(said, said.at);
        for (const digest of digestsOf(said.event)) mentions.push({ seq: said.seq, digest });
        if (isOver(state)) over.push(state);
      } else if (said.subject === 'access') this.#evolveAccess(said, said.at);
      else if (said.subject === 'installation') this.#evolveInstallation(said, mentions);
    } catch {
      return false;
    }
    return true;
  }

  #evolveRequest({ id, event }: Happening & { subject: 'request' }, at: Instant): AccessRequest {
    const state = evolveRequest(this.#requests.get(id), event, at);
    this.#requests.set(id, state);
    return state;
  }

  #evolveInstallation(
    { event, seq }: Extract<Said, { subject: 'installation' }>,
    mentions: Mention[],
  ): void {
    this.#standstill = evolveStandstill(this.#standstill, event);
    if (event.type === 'text-erased') this.#erased.add(event.digest);
    if ('why' in event) mentions.push({ seq, digest: event.why.digest });
  }

  #evolveAccess({ id, event }: Happening & { subject: 'access' }, at: Instant): void {
    this.#accesses.set(id, evolveAccess(this.#accesses.get(id), event, at));
  }

  async #textFits(mention: Mention): Promise<boolean> {
    const stored = await this.#store.text(mention.digest);
    if (stored === undefined) this.#textless.set(mention.digest, mention);
    else this.#texts += 1;
    return (
      stored === undefined || hash('sha256', `${stored.salt}\n${stored.text}`) === mention.digest
    );
  }

  /** Something was told of it after it was over: it goes on from what is stored, which it was equal to. */
  async #recall(id: string): Promise<void> {
    const request = id as RequestId;
    if (!this.#settled.delete(request)) return;
    const stored = await this.#store.request(request);
    if (stored !== undefined) this.#requests.set(request, stored.value);
  }

  async #settle(request: AccessRequest): Promise<void> {
    const stored = await this.#store.request(request.id);
    if (!sameJson(stored?.value, request)) return;
    this.#settled.add(request.id);
    this.#requests.delete(request.id);
  }

  async #compare(): Promise<AuditFault | undefined> {
    for (const mention of this.#textless.values())
      if (!this.#erased.has(mention.digest)) return { at: 'text', ...mention, what: 'not-stored' };
    for (const [id, state] of this.#requests) {
      const fault = difference('request', id, state, (await this.#store.request(id))?.value);
      if (fault !== undefined) return fault;
    }
    if (!sameJson(this.#standstill, await this.#store.standstill()))
      return { at: 'installation', id: 'standstill', what: 'differs' };
    return (await this.#compareAccesses()) ?? this.#strayRequest();
  }

  async #compareAccesses(): Promise<AuditFault | undefined> {
    const rows = await this.#store.accesses();
    const stored = new Map(rows.map(({ value }) => [value.id, value]));
    for (const id of new Set([...this.#accesses.keys(), ...stored.keys()])) {
      const fault = difference('access', id, this.#accesses.get(id), stored.get(id));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Rows are only walked over when their number says that there is one to be found. */
  async #strayRequest(): Promise<AuditFault | undefined> {
    const known = this.#requests.size + this.#settled.size;
    if ((await this.#store.requestCount()) === known) return undefined;
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: readonly Versioned<AccessRequest>[] = await this.#store.requestsAfter(
        after,
        PAGE,
      );
      for (const { value } of page)
        if (!this.#requests.has(value.id) && !this.#settled.has(value.id))
          return difference('request', value.id, undefined, value);
      after = page.at(-1)?.value.id;
    }
    return undefined;
  }
}

function difference(
  at: 'request' | 'access',
  id: string,
  replayed: AccessRequest | Access | undefined,
  stored: AccessRequest | Access | undefined,
): AuditFault | undefined {
  if (replayed === undefined) return { at, id, what: 'not-in-the-log' };
  if (stored === undefined) return { at, id, what: 'not-stored' };
  return sameJson(replayed, stored) ? undefined : { at, id, what: 'differs' };
}

function isOver(request: AccessRequest): boolean {
  return !isWaiting(request) && !isLive(request);
}
