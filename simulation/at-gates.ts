/** What is said to stand somewhere, to be gone, to be ours or not to be used, held against what the gates know. */
import type { Access } from '../src/core/access.ts';
import type { AccessId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { RequestEvent } from '../src/core/request-event.ts';
import type { PlannedRight } from '../src/core/right.ts';
import { MINUTE, type Millis } from '../src/core/time.ts';
import { type Gate, type GateEntry, SHOWS_AFTER } from './gate.ts';
import { CALL_TIMEOUT } from './provider.ts';

interface Around {
  readonly gates: readonly Gate[];
  readonly accesses: ReadonlyMap<AccessId, Access>;
  readonly isClockSet: () => boolean;
  readonly broken: (claim: string, detail: string) => void;
}

/** Between what time a decision is made at and its commit: a process may get no turn meanwhile. */
export const DECIDING: Millis = 3 * MINUTE;

/** An attempt is over by then. */
const LATELY: Millis = 30_000;

export class AtGates {
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  /** NB. Between the look and the commit somebody may have gone through after all. */
  rightlyUnused(request: AccessRequest, event: RequestEvent): void {
    if (event.type !== 'revoking-started' || event.cause.kind !== 'unused') return;
    const { returnIfUnusedFor = Infinity } = request.role;
    for (const { right } of 'grants' in request ? request.grants : []) {
      const shown = LATELY + SHOWS_AFTER;
      const ago = this.#gateOf(right.accessId)?.lastUse(right.key, shown) ?? Infinity;
      // What is told by how long ago it was is as much older as the answer took.
      const wasUsed = ago < returnIfUnusedFor + SHOWS_AFTER - CALL_TIMEOUT;
      if (wasUsed && !this.#around.isClockSet())
        this.#around.broken('what is used stays', `${request.id} was used ${ago} ms ago`);
    }
  }

  isGone(id: AccessId): void {
    const gate = this.#gateOf(id);
    const key = this.#around.accesses.get(id)?.right.key ?? '';
    if (gate?.entry(key)?.by === 'bot')
      this.#around.broken('what is proven gone is gone', `${key} stands at ${gate.name}`);
  }

  isOurs({ provider, key }: PlannedRight): void {
    const gate = this.#around.gates.find(({ name }) => name === provider);
    const stood = (by: GateEntry['by']) => gate?.stoodLately(key, LATELY, by) === true;
    if (!stood('bot') && !stood('stray'))
      this.#around.broken(
        'what was there before us is never taken',
        `${key} at ${provider} is adopted`,
      );
  }

  wasThere(id: AccessId): void {
    const gate = this.#gateOf(id);
    const { right, confirmed } = this.#around.accesses.get(id) ?? {};
    const key = right?.key ?? '';
    if (gate?.stoodLately(key, LATELY) === false || gate?.hasSaidPresent(key, DECIDING) === false)
      this.#around.broken('nothing is confirmed that was not read', `${key} at ${gate?.name}`);
    // Once ours was read there, nobody can tell it from somebody else's at a gate that keeps no ends.
    if (confirmed?.kind !== 'present' && gate?.stoodLately(key, LATELY, 'bot') === false)
      this.#around.broken(
        'what was there before us is never taken',
        `${key} at ${gate.name} is not ours`,
      );
  }

  #gateOf(id: AccessId): Gate | undefined {
    const provider = this.#around.accesses.get(id)?.right.provider;
    return this.#around.gates.find(({ name }) => name === provider);
  }
}
