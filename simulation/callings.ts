/** Whether whoever is told that a request waits is there, and somebody whom policy names for it. */
import type { PersonEvent } from '../src/core/audit.ts';
import type { PrincipalId } from '../src/core/ids.ts';
import { calledGroups, groupsOf } from '../src/core/policy.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { Copy, Store } from '../src/store/store.ts';
import { MANAGERS } from './cast.ts';
import type { Doorman } from './doorman.ts';

/** Between the look at who is there and the commit of whom it is sent to. */
const LONGEST_LOOK: Millis = 4 * MINUTE;

interface Gone {
  readonly since: Instant;
  readonly until: Instant;
}

type Why = string | undefined;

export class Callings {
  readonly #gone = new Map<PrincipalId, Gone>();
  /** Whoever was called to what once is written to again, whatever comes after. */
  readonly #called = new Set<string>();
  readonly #doorman: Doorman;
  readonly #store: Pick<Store, 'person'>;

  constructor(doorman: Doorman, store: Pick<Store, 'person'>) {
    this.#doorman = doorman;
    this.#store = store;
  }

  happened(id: PrincipalId, event: PersonEvent, at: Instant): void {
    if (event.type === 'came-back') this.#gone.delete(id);
    if (event.type !== 'went-away') return;
    const before = this.#gone.get(id);
    const since = before !== undefined && at < before.until ? before.since : at;
    this.#gone.set(id, { since, until: event.until });
  }

  /**
   * @param now since the beginning of the world
   * @returns what stands against it, once all of the step is done; undefined: nothing
   */
  why(
    { principal, request: id }: Copy,
    request: AccessRequest | undefined,
    at: Instant,
    now: Millis,
  ): (() => Promise<Why>) | undefined {
    const key = `${id}/${principal}`;
    if (principal === null || request === undefined || this.#called.has(key)) return undefined;
    this.#called.add(key);
    if (request.status !== 'pending' || request.breakGlass !== undefined) return undefined;
    const gone = this.#gone.get(principal);
    if (gone !== undefined && at < gone.until && gone.since < at - LONGEST_LOOK)
      return async () => `${principal} is away until ${gone.until}`;
    return () => this.#stranger(principal, request, now - LONGEST_LOOK);
  }

  async #stranger(id: PrincipalId, { role }: AccessRequest, since: Millis): Promise<Why> {
    const person = (await this.#store.person(id))?.value.principal;
    const inForce = this.#doorman.policy?.roles[role.name] ?? role;
    const named = [role, inForce].flatMap((one) => [...groupsOf(one), ...calledGroups(one)]);
    const isManager = person?.accounts.some(({ userId }) => MANAGERS.includes(userId)) ?? false;
    const isNamed = person !== undefined && this.#doorman.isIn(person, named, since);
    return isManager || isNamed ? undefined : `${id} is named nowhere`;
  }
}
