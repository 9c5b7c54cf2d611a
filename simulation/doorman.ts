/**
 * Whether somebody may do what they did: by the truth about people at some time between their click and
 * its commit, and by the policy that the chain says was in force.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PersonEvent } from '../src/core/audit.ts';
import type { PrincipalId } from '../src/core/ids.ts';
import type { GroupName, Policy, Role } from '../src/core/policy.ts';
import type { Account, Principal } from '../src/core/principal.ts';
import { accountKey } from '../src/core/principal.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { RequestEvent } from '../src/core/request-event.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { Store } from '../src/store/store.ts';
import { agreedTo } from './lengths.ts';
import type { People } from './people.ts';
import { namedBy, namedNow, seatsOf } from './seating.ts';
import type { Timeline } from './timeline.ts';

/** Equal questions that are asked within this time share one answer. */
const SAME_MOMENT: Millis = SECOND / 2;
/** Between the first question that a decision asks and its commit. */
const LONGEST_LOOK: Millis = 3 * MINUTE;

export interface Click {
  readonly at: Millis;
  readonly account: Account;
}

export interface Surroundings {
  readonly store: Store;
  readonly people: People;
  readonly line: Timeline;
  readonly policies: readonly Policy[];
  /** What somebody sent that led to this delivery. */
  readonly clickOf: (delivery: string) => Click | undefined;
  /** Are these accounts of one and the same human? */
  readonly sameHuman: (a: PrincipalId, b: PrincipalId) => Promise<boolean>;
}

/** One thing that somebody did, as it is judged. */
interface Deed {
  /** As it was before; of an ask, as it was asked. */
  readonly request: Pick<AccessRequest, 'requester' | 'role' | 'breakGlass'>;
  readonly person: Principal;
  readonly since: Millis;
  readonly inForce: Role | undefined;
}

type Why = string | undefined;

export class Doorman {
  readonly #around: Surroundings;
  /** Accounts that stand suspended, and since when. */
  readonly #suspended = new Map<string, Millis>();
  /** Those that ever were: to them nothing is said meanwhile. */
  readonly #everSuspended = new Set<string>();
  /** When each was restored last: until then the person was known by the address before. */
  readonly #restored = new Map<string, Millis>();
  #policy: Policy | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** That of the last entry about it. */
  get policy(): Policy | undefined {
    return this.#policy;
  }

  adopted(hash: string): void {
    this.#policy = this.#around.policies.find((policy) => policy.hash === hash);
  }

  happened(event: PersonEvent): void {
    if (event.type === 'account-suspended') {
      this.#suspended.set(event.account, this.#around.line.now);
      this.#everSuspended.add(event.account);
    }
    if (event.type === 'account-restored') {
      this.#suspended.delete(event.account);
      this.#restored.set(event.account, this.#around.line.now);
    }
  }

  /** @returns what stands against it, once all of the step is done; undefined: nothing */
  why(
    request: AccessRequest | undefined,
    event: RequestEvent,
    delivery: string,
  ): (() => Promise<Why>) | undefined {
    const about = event.type === 'asked' ? event.ask : request;
    const rule = RULES[event.type];
    if (about === undefined || rule === undefined || !isByPeople(event)) return undefined;
    const policy = this.#policy;
    const inForce = policy?.roles[about.role.name];
    if (event.type === 'asked' && event.ask.policyHash !== policy?.hash)
      return async () => 'asked under a policy that is not in force';
    return async () => {
      const actor = await this.#actor(delivery);
      if (typeof actor === 'string') return actor;
      const { principal, since } = actor;
      const by = namedIn(event) ?? principal.id;
      if (by !== principal.id) return `not done by ${by}`;
      return rule(this, { request: about, person: principal, since, inForce }, event);
    };
  }

  /** Who clicked, and from when on what is true of them counts; or what stands against believing it. */
  async #actor(delivery: string) {
    const click = this.#around.clickOf(delivery);
    const person = click && (await this.#around.store.personByAccount(click.account))?.value;
    if (click === undefined || person === undefined) return 'nobody did that';
    const since = click.at - SAME_MOMENT;
    const { principal } = person;
    return this.#vouches(principal, click.account, since)
      ? { principal, since }
      : 'the account vouches for nobody';
  }

  /** undefined: nobody whom the program knows. */
  async sentBy(delivery: string): Promise<PrincipalId | undefined> {
    const click = this.#around.clickOf(delivery);
    return click && (await this.#around.store.personByAccount(click.account))?.value.principal.id;
  }

  /** @returns what stands against somebody's freeze or thaw, once all of the step is done */
  whyNotTurn({ by }: { readonly by: PrincipalId }, delivery: string): () => Promise<Why> {
    const named = this.#policy?.switchers ?? [];
    return async () => {
      const actor = await this.#actor(delivery);
      if (typeof actor === 'string') return actor;
      const { principal, since } = actor;
      if (by !== principal.id) return `not done by ${by}`;
      return this.isIn(principal, named, since) ? undefined : 'done by somebody else';
    };
  }

  /**
   * What stands against opening this at the last click, besides those who must agree; and the seats that
   * they must fill, by the rule that it was asked under and by the one in force.
   */
  atLastClick(request: AccessRequest, delivery: string) {
    const inForce = this.#policy?.roles[request.role.name];
    return this.#judged(request, inForce, this.#around.clickOf(delivery)?.at ?? 0);
  }

  #judged(request: AccessRequest, inForce: Role | undefined, since: Millis) {
    const { store } = this.#around;
    const isIn = async (id: PrincipalId, named: readonly GroupName[]) => {
      const person = (await store.person(id))?.value.principal;
      return person !== undefined && this.isIn(person, named, since);
    };
    return {
      rules: [request.role, inForce].map((role) => seatsOf(role, agreedTo(request))),
      isIn: (by: PrincipalId, group: GroupName) => isIn(by, [group]),
      counts: async (by: PrincipalId) =>
        (await isIn(by, namedNow(request.role, inForce))) &&
        !(await this.isApart(by, request, since)),
      obstacle: async (): Promise<Why> => {
        if (inForce === undefined) return 'the role is gone';
        if (!isDeepStrictEqual(inForce.targets, request.role.targets))
          return 'it gives another thing';
        for (const { who } of [request.role, inForce])
          if (!(await isIn(request.requester, who))) return 'the requester may not ask any more';
        return undefined;
      },
    };
  }

  /**
   * What stands against opening at its start what was approved before; and the seats that those who approved
   * have to fill by now. NB. Where the rule is as it was, nobody is asked about again.
   */
  atItsStart(request: AccessRequest) {
    const { line } = this.#around;
    const inForce = this.#policy?.roles[request.role.name];
    const judged = this.#judged(request, inForce, line.now - LONGEST_LOOK);
    const [asked, now] = judged.rules;
    const isSame =
      isDeepStrictEqual(asked, now) &&
      isDeepStrictEqual(request.role.separation, inForce?.separation);
    return { ...judged, rules: isSame ? [] : judged.rules };
  }

  /** Could this person be found in one of these groups? */
  isIn(person: Principal, groups: readonly GroupName[], since: Millis): boolean {
    const { people, line } = this.#around;
    const policy = this.#policy;
    if (policy === undefined) return false;
    const accounts = person.accounts.filter((account) => this.#vouches(person, account, since));
    const standing = { ...person, accounts };
    return groups.some((group) => people.wasIn(group, policy, standing, since, line.now));
  }

  /** Were these two in one team all the time, where policy keeps colleagues apart? */
  async isApart(by: PrincipalId, request: Deed['request'], since: Millis): Promise<boolean> {
    const inForce = this.#policy?.roles[request.role.name];
    const kinds = [request.role, inForce].flatMap((role) => role?.separation ?? []);
    const { store } = this.#around;
    const [one, other] = [await store.person(by), await store.person(request.requester)];
    if (one === undefined || other === undefined || !kinds.includes('own-team')) return false;
    return Object.values(this.#policy?.groups ?? {})
      .filter(({ isTeam }) => isTeam)
      .some(({ name }) =>
        [one, other].every(({ value }) => this.#isAlwaysIn(value.principal, name, since)),
      );
  }

  /** By the address of an account that counts, at every moment. */
  #isAlwaysIn(person: Principal, group: GroupName, since: Millis): boolean {
    const { people, line } = this.#around;
    const listed = (this.#policy?.groups[group]?.sources ?? []).flatMap((source) =>
      source.kind === 'emails' ? source.emails : [],
    );
    const counting = person.accounts.filter((account) => !this.#isSuspended(account, since));
    return counting.some((account) =>
      people
        .credentials(account, since, line.now)
        .every(({ email, standing }) => standing === 'member' && listed.includes(email)),
    );
  }

  /** Could this person be written to at all times? */
  async isReachable(id: PrincipalId): Promise<boolean> {
    const accounts = (await this.#around.store.person(id))?.value.principal.accounts ?? [];
    return accounts.some((account) => !this.#everSuspended.has(accountKey(account)));
  }

  async isRequester({ request, person }: Deed): Promise<boolean> {
    if (person.id === request.requester) return true;
    const asker = (await this.#around.store.person(request.requester))?.value.principal;
    return asker?.email === person.email || this.isOneWithRequester({ request, person });
  }

  isOneWithRequester({ request, person }: Pick<Deed, 'request' | 'person'>): Promise<boolean> {
    return this.#around.sameHuman(person.id, request.requester);
  }

  /** In good standing, with the address that the person is known by, and not suspended before. */
  #vouches(person: Principal, account: Account, since: Millis): boolean {
    const { people, line } = this.#around;
    if (this.#isSuspended(account, since)) return false;
    const emails = this.#emailsOf(person, since);
    return people
      .credentials(account, since, line.now)
      .some((known) => known.standing === 'member' && emails.includes(known.email));
  }

  #isSuspended(account: Account, since: Millis): boolean {
    return (this.#suspended.get(accountKey(account)) ?? Infinity) < since;
  }

  /** By which they were known since then. */
  #emailsOf({ email, otherEmails = [], accounts }: Principal, since: Millis): readonly string[] {
    const isNew = accounts.some((one) => (this.#restored.get(accountKey(one)) ?? 0) >= since);
    return isNew ? [email, ...otherEmails] : [email];
  }
}

type Rule = (doorman: Doorman, deed: Deed, event: RequestEvent) => Promise<Why>;

const RULES: Readonly<Partial<Record<RequestEvent['type'], Rule>>> = {
  asked: async (doorman, { person, request, since, inForce }) => {
    if (request.breakGlass !== undefined)
      return glassBroken(doorman, { person, request, since, inForce });
    if (!isDeepStrictEqual(written(request.role), written(inForce)))
      return 'for a role that is not in force';
    return doorman.isIn(person, request.role.who, since) ? undefined : 'for a role of others';
  },
  'extension-asked': async (doorman, deed) =>
    (await doorman.isRequester(deed)) ? undefined : 'extended by somebody else',
  approved: async (doorman, deed) => {
    if (await doorman.isOneWithRequester(deed)) return 'approved by the requester';
    const { person, since, request, inForce } = deed;
    const groups = namedNow(request.role, inForce);
    if (await doorman.isApart(person.id, request, since)) return 'approved by a colleague';
    return doorman.isIn(person, groups, since) ? undefined : 'approved by somebody else';
  },
  denied: async (doorman, deed) => {
    if (await doorman.isOneWithRequester(deed)) return 'denied by the requester';
    const { person, since, request, inForce } = deed;
    const groups = [...namedBy(request.role), ...namedBy(inForce)];
    return doorman.isIn(person, groups, since) ? undefined : 'denied by somebody else';
  },
  withdrawn: async (doorman, deed) =>
    (await doorman.isRequester(deed)) ? undefined : 'withdrawn by somebody else',
  'revoking-started': async (doorman, deed, event) => {
    if (event.type === 'revoking-started' && event.cause.kind === 'return')
      return (await doorman.isRequester(deed)) ? undefined : 'returned by somebody else';
    const { person, since, request, inForce } = deed;
    const groups = [...request.role.revokers, ...(inForce?.revokers ?? [])];
    return doorman.isIn(person, groups, since) ? undefined : 'revoked by somebody else';
  },
  reviewed: async (doorman, deed) => {
    if (await doorman.isOneWithRequester(deed)) return 'reviewed by the one who did it';
    const { person, since, request, inForce } = deed;
    if (await doorman.isApart(person.id, request, since)) return 'reviewed by a colleague';
    const groups = (inForce?.breakGlass ?? request.breakGlass)?.review.by ?? [];
    return doorman.isIn(person, groups, since) ? undefined : 'reviewed by somebody else';
  },
  cancelled: async (doorman, { person, since, request, inForce }) => {
    const groups = [...request.role.revokers, ...(inForce?.revokers ?? [])];
    return doorman.isIn(person, groups, since) ? undefined : 'cancelled by somebody else';
  },
  attested: async (doorman, deed) => {
    if (await doorman.isOneWithRequester(deed)) return 'attested by the requester';
    const { attesters } = deed.inForce ?? deed.request.role;
    return doorman.isIn(deed.person, attesters, deed.since)
      ? undefined
      : 'attested by somebody else';
  },
};

/** By its own rule, as it is in force. */
async function glassBroken(doorman: Doorman, { person, request, since, inForce }: Deed) {
  const rule = inForce?.breakGlass;
  if (rule === undefined || !isDeepStrictEqual(request.breakGlass, rule))
    return 'the glass of a role that has none';
  if (!isDeepStrictEqual(request.role.targets, inForce?.targets)) return 'it gives another thing';
  return doorman.isIn(person, rule.who, since) ? undefined : 'the glass of others';
}

/** Without what conditions choose, for each ask, of their own. */
function written(role: Role | undefined) {
  return { ...role, approval: null, conditions: null };
}

function namedIn(event: RequestEvent): PrincipalId | undefined {
  if (event.type === 'asked') return event.ask.requester;
  if (event.type === 'revoking-started' || event.type === 'cancelled')
    return event.cause.kind === 'revoke' ? event.cause.by : undefined;
  return 'by' in event ? event.by : undefined;
}

function isByPeople(event: RequestEvent): boolean {
  if (event.type === 'cancelled') return event.cause.kind === 'revoke';
  if (event.type !== 'revoking-started') return true;
  return event.cause.kind === 'return' || event.cause.kind === 'revoke';
}
