/** Gathers what a decision depends on, fresh, just before it is made. */
import type { ChatIo } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Facts } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName, Policy, Role } from '../core/policy.ts';
import { groupsFor } from '../core/policy.ts';
import type { GroupFact, Present } from '../core/principal.ts';
import { sameHuman } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { AccessRequest } from '../core/request.ts';
import { isWaiting } from '../core/request.ts';
import type { ChangeCommand, PersonChange, RoleCommand } from '../core/request-command.ts';
import { isMissed } from '../core/scheduling.ts';
import type { Instant } from '../core/time.ts';
import type { PersonRecord } from '../store/store.ts';
import type { Directory } from './directory.ts';
import { Managers } from './managers.ts';
import { trusted } from './people.ts';
import type { Reach } from './reach.ts';
import type { Shell } from './shell.ts';
import { brokenBy, type Usage, usageOf } from './usage.ts';

export type Found =
  | { readonly kind: 'found'; readonly facts: Facts }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type People = Facts['people'];

export class FactFinder {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #managers: Managers;

  constructor(shell: Shell, directory: Directory, reach: Reach) {
    this.#shell = shell;
    this.#directory = directory;
    this.#managers = new Managers(shell, directory, reach);
  }

  /** @throws ChatError */
  async forAsk(
    command: Pick<RoleCommand, 'by' | 'role'> & { readonly kind?: RoleCommand['kind'] },
    now: Instant,
    io?: ChatIo,
  ): Promise<Facts> {
    const policy = this.#shell.policy();
    const role = roleOf(policy, command.role);
    // An unknown role is answered with the nearest of those that the person may ask for.
    const roles = role === undefined ? Object.values(policy.roles) : [role];
    const names = roles.flatMap((one) => groupsFor(one, policy));
    // NB. At once: each may take all the time that a chat has, and whoever asks is answered by then.
    const [groups, person] = await Promise.all([
      this.#directory.groups(names, io),
      this.#directory.acting(command.by, io),
    ]);
    const facts = this.#facts(policy, groups, byId(person === undefined ? [] : [person]), now);
    if (role === undefined) return facts;
    const used = await this.#used(facts, command.by, [role]);
    return command.kind === 'break-glass' ? this.#broken(used, command.by, role) : used;
  }

  /** @throws ChatError */
  async forExtend({ requester, role }: AccessRequest, by: PrincipalId, now: Instant) {
    const others = by === requester ? [] : await this.#records([requester]);
    const [facts, people] = await Promise.all([
      this.forAsk({ by, role: role.name }, now),
      this.#directory.present(others),
    ]);
    return { ...facts, people: new Map([...byId(people), ...facts.people]) };
  }

  async forChange(request: AccessRequest, command: ChangeCommand, now: Instant): Promise<Found> {
    const policy = this.#shell.policy();
    // What is missed is over, even while nobody can be asked about anybody.
    if (command.kind === 'begin' && !isMissed(request, now))
      return { kind: 'found', facts: await this.#forBegin(request, now) };
    if (!('by' in command)) {
      const facts = this.#facts(policy, new Map(), new Map(), now);
      const managers = await this.#managersFor(request, command);
      return { kind: 'found', facts: { ...facts, ...managers } };
    }
    const names = this.#rolesOf(request).flatMap((role) => groupsFor(role, policy));
    try {
      const [groups, people] = await Promise.all([
        this.#directory.groups(names),
        this.#peopleNow(request, command),
      ]);
      const facts = this.#facts(policy, groups, people, now);
      const opens = command.kind === 'approve';
      return { kind: 'found', facts: opens ? await this.withUsage(facts, [request]) : facts };
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return { kind: 'refused', refusal: { code: 'directory-unreachable', what: error.message } };
    }
  }

  async #managersFor({ role, requester }: AccessRequest, command: ChangeCommand) {
    if (command.kind !== 'escalate') return {};
    const to = role.escalation[command.step]?.to;
    return typeof to === 'object' ? { managers: await this.#managers.of(requester) } : {};
  }

  /** @throws ChatError: it is asked again by and by */
  async #forBegin(request: AccessRequest, now: Instant): Promise<Facts> {
    const policy = this.#shell.policy();
    const names = this.#rolesOf(request).flatMap((role) => groupsFor(role, policy));
    const ids = [request.requester, ...request.approvals.map((approval) => approval.by)];
    const [groups, people] = await Promise.all([
      this.#directory.groups(names),
      this.#directory.present(await this.#records(ids)),
    ]);
    return this.withUsage(this.#facts(policy, groups, byId(people), now), [request]);
  }

  /** For drawing alone: memberships may be a minute old. */
  async forDrawing(roles: readonly Role[], viewer: PrincipalId, others: readonly PrincipalId[]) {
    const policy = this.#shell.policy();
    const groups = await this.#directory.drawnGroups(
      roles.flatMap((role) => groupsFor(role, policy)),
    );
    const people = byId((await this.#records([viewer, ...others])).map(trusted));
    return this.#facts(policy, groups, people, this.#shell.ledger.now());
  }

  /** What the limits and conditions of these requests' roles ask about, added to the facts. */
  async withUsage(facts: Facts, requests: readonly AccessRequest[]): Promise<Facts> {
    let all = facts;
    for (const request of requests)
      if (isWaiting(request)) {
        all = await this.#used(all, request.requester, this.#rolesOf(request));
        all = { ...all, reasons: new Map([...all.reasons, ...(await this.#reasonOf(request))]) };
      }
    return all;
  }

  async #reasonOf({ reason }: AccessRequest): Promise<ReadonlyMap<string, string>> {
    const stored = reason === null ? undefined : await this.#shell.store.text(reason.digest);
    return new Map(stored === undefined ? [] : [[stored.digest, stored.text]]);
  }

  async #used(facts: Facts, requester: PrincipalId, roles: readonly Role[]): Promise<Facts> {
    return this.#with(facts, await usageOf(this.#shell.store, requester, roles, facts.now));
  }

  #with(facts: Facts, usage: Usage): Facts {
    const people = new Map([...byId(usage.people), ...facts.people]);
    const past = new Map([...facts.past, ...usage.past].map((request) => [request.id, request]));
    return { ...facts, people, past: [...past.values()] };
  }

  async #broken(facts: Facts, requester: PrincipalId, role: Role): Promise<Facts> {
    return this.#with(facts, await brokenBy(this.#shell.store, requester, role, facts.now));
  }

  /** As it was asked under, and as it is in force. */
  #rolesOf({ role }: AccessRequest): readonly Role[] {
    const inForce = roleOf(this.#shell.policy(), role.name);
    return inForce === undefined ? [role] : [role, inForce];
  }

  /**
   * The actor, the requester and the earlier approvers. Where access may be opened or called gone, or something
   * is allowed by a common e-mail, what the others' accounts vouch for is asked as well.
   */
  async #peopleNow(request: AccessRequest, { kind, by }: PersonChange): Promise<People> {
    const ids = [request.requester, ...request.approvals.map((approval) => approval.by)];
    const others = await this.#records(ids.filter((id) => id !== by));
    const isJudging = kind === 'approve' || kind === 'review' || kind === 'attest';
    const asRead = others.map(trusted);
    const [actor, read] = await Promise.all([
      this.#directory.acting(by),
      isJudging ? this.#directory.present(others) : asRead,
    ]);
    const isTwin = actor !== undefined && asRead.some((other) => sameHuman(actor, other));
    const asked = isTwin && !isJudging ? await this.#directory.present(others) : read;
    return byId(actor === undefined ? asked : [actor, ...asked]);
  }

  #records(ids: readonly PrincipalId[]): Promise<readonly PersonRecord[]> {
    return this.#shell.store.people([...new Set(ids)]);
  }

  /** NB. Whom no account vouches for is absent: departed, or with an e-mail that is another's by now. */
  #facts(
    policy: Policy,
    groups: ReadonlyMap<GroupName, GroupFact>,
    people: People,
    now: Instant,
  ): Facts {
    const gone = [...people.values()].filter(({ accounts }) => accounts.length === 0);
    const absent = new Set(gone.map(({ id }) => id));
    const timing = this.#shell.settings;
    const nothing = { past: [], reasons: new Map(), linked: new Map() };
    return { now, policy, groups, people, absent, ...nothing, timing };
  }
}

function byId(people: readonly Present[]): People {
  return new Map(people.map((person) => [person.id, person]));
}

function roleOf(policy: Policy, name: string): Role | undefined {
  return Object.hasOwn(policy.roles, name) ? policy.roles[name] : undefined;
}
