/**
 * Behind the gate that is asked: it takes requests, works on one for each key at a time, or on two that give the same,
 * and lets whoever asks after one know how far it is. What it gives has no room for a name.
 */

import type { Progress, Way } from '../src/access/aws-identity-center/client.ts';
import { ProviderError } from '../src/access/provider.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { Chance } from './chance.ts';
import type { Gate } from './gate.ts';
import type { History } from './history.ts';
import type { Timeline } from './timeline.ts';
import type { Troubles } from './troubles.ts';

/** The longest that it works on a request. */
const SLOWEST: Millis = 3 * MINUTE;
/** How often it takes a second request to give what it is giving already. */
const TWICE = 0.8;
/** And how often that one fails. */
const FAILS = 0.7;
/** So long after it was done it is known what became of a request. */
const KNOWN: Millis = 10 * MINUTE;
/** Within this time after it was accepted a request may be known of. */
const HEARD_OF: Millis = 90 * SECOND;

interface Surroundings {
  readonly line: Timeline;
  readonly history: History;
  readonly chance: Chance;
  readonly troubles: () => Troubles;
}

interface Work {
  readonly way: Way;
  readonly key: string;
  readonly isSecond: boolean;
}

export class Bureau {
  readonly #gate: Gate;
  readonly #around: Surroundings;
  /** What it works on, by the request. */
  readonly #busy = new Map<string, Work>();
  readonly #progress = new Map<string, Progress>();
  #count = 0;

  constructor(gate: Gate, around: Surroundings) {
    this.#gate = gate;
    this.#around = around;
  }

  /** Is it worked on? */
  isAtIt(request: string): boolean {
    return this.#busy.has(request);
  }

  /** @throws like the service: what is worked on is a conflict, what is not there is gone */
  accept(way: Way, key: string): string {
    const { line, history, chance, troubles } = this.#around;
    const before = [...this.#busy.values()].filter((one) => one.key === key);
    const isSecond = before.length === 1 && way === 'create' && before[0]?.way === 'create';
    if (before.length > 0 && !(isSecond && chance.is(TWICE)))
      throw new ProviderError('conflict', `${key} is worked on`);
    if (way === 'delete' && this.#gate.entry(key) === undefined) throw new NotThere(key);
    if (way === 'create' && chance.is(troubles().gate / 2)) throw new Full(key);
    this.#count += 1;
    const request = `request-${this.#count}`;
    history.note(`${request} is accepted: ${way} ${key}`);
    this.#busy.set(request, { way, key, isSecond });
    const hearOf = () => {
      if (!this.#progress.has(request)) this.#progress.set(request, { kind: 'under-way' });
    };
    if (chance.is(troubles().stale)) line.in(chance.int(0, HEARD_OF), hearOf);
    else hearOf();
    line.in(chance.skewed(100, SLOWEST), () => this.#finish(request));
    return request;
  }

  progress(request: string): Progress {
    return this.#progress.get(request) ?? { kind: 'forgotten' };
  }

  #finish(request: string): void {
    const { line, history, chance, troubles } = this.#around;
    const work = this.#busy.get(request);
    if (work === undefined) return;
    const { way, key, isSecond } = work;
    this.#busy.delete(request);
    const fails = chance.is(isSecond ? FAILS : troubles().gate);
    this.#progress.set(
      request,
      fails ? { kind: 'failed', why: 'for once' } : { kind: 'succeeded' },
    );
    history.note(`${request} ${fails ? 'fails' : 'succeeds'}`);
    line.in(KNOWN, () => this.#progress.delete(request));
    if (fails) return;
    const entry = this.#gate.entry(key);
    if (way === 'create') {
      if (entry === undefined) this.#gate.put(key, { until: null, by: 'bot' });
      return;
    }
    if (entry?.wasFirst) this.#gate.taken.push(key);
    this.#gate.remove(key);
  }
}

class Full extends Error {
  override readonly name = 'ServiceQuotaExceededException';
}

class NotThere extends Error {
  override readonly name = 'ResourceNotFoundException';
}
