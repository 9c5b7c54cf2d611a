/** Gathers what a decision depends on, fresh, just before it is made. */
import { ChatError } from '../chat/platform.ts';
import { isTimer } from '../core/decide.ts';
import type { Facts } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName, Policy, Role } from '../core/policy.ts';
import { groupsOf } from '../core/policy.ts';
import type { GroupFact, Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { AccessRequest, PersonCommand, RequestCommand } from '../core/request.ts';
import type { Instant } from '../core/time.ts';
import type { Directory } from './directory.ts';
import type { Shell } from './shell.ts';

export type Found =
  | { readonly kind: 'found'; readonly facts: Facts }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const NOBODY: ReadonlySet<PrincipalId> = new Set();

export class FactFinder {
  readonly #shell: Shell;
  readonly #directory: Directory;

  constructor(shell: Shell, directory: Directory) {
    this.#shell = shell;
    this.#directory = directory;
  }

  async forAsk(command: Extract<PersonCommand, { kind: 'ask' }>, now: Instant): Promise<Facts> {
    const policy = this.#shell.policy();
    const role = roleOf(policy, command.role);
    // An unknown role is answered with the nearest of those that the person may ask for.
    const roles = role === undefined ? Object.values(policy.roles) : [role];
    const groups = await this.#directory.groups(
      roles.flatMap((one) => one.who.concat(groupsOf(one))),
    );
    return this.#facts(policy, groups, await this.#people([command.by]), NOBODY, now);
  }

  async forChange(
    request: AccessRequest,
    command: Exclude<RequestCommand, { kind: 'ask' }>,
    now: Instant,
  ): Promise<Found> {
    const policy = this.#shell.policy();
    const none = new Map<GroupName, GroupFact>();
    if (isTimer(command))
      return { kind: 'found', facts: this.#facts(policy, none, new Map(), NOBODY, now) };
    const people = await this.#people([
      command.by,
      request.requester,
      ...request.approvals.map((approval) => approval.by),
    ]);
    const inForce = roleOf(policy, request.role.name);
    const names = [request.role, ...(inForce === undefined ? [] : [inForce])].flatMap(groupsOf);
    try {
      const [groups, absent] = await Promise.all([
        this.#directory.groups(names),
        command.kind === 'approve' ? this.#absent(people, command.by) : NOBODY,
      ]);
      return { kind: 'found', facts: this.#facts(policy, groups, people, absent, now) };
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return { kind: 'refused', refusal: { code: 'directory-unreachable', what: error.message } };
    }
  }

  /** For drawing alone: memberships may be a minute old. */
  async forDrawing(roles: readonly Role[], viewer: PrincipalId, others: readonly PrincipalId[]) {
    const groups = await this.#directory.drawnGroups(roles.flatMap(groupsOf));
    const people = await this.#people([viewer, ...others]);
    return this.#facts(this.#shell.policy(), groups, people, NOBODY, this.#shell.ledger.now());
  }

  /** Who of the earlier approvers, and the requester, has left meanwhile. The actor was just checked. */
  #absent(people: ReadonlyMap<PrincipalId, Principal>, actor: PrincipalId) {
    return this.#directory.absent([...people.values()].filter((person) => person.id !== actor));
  }

  async #people(ids: readonly PrincipalId[]): Promise<ReadonlyMap<PrincipalId, Principal>> {
    const records = await this.#shell.store.people([...new Set(ids)]);
    return new Map(records.map(({ principal }) => [principal.id, principal]));
  }

  #facts(
    policy: Policy,
    groups: ReadonlyMap<GroupName, GroupFact>,
    people: ReadonlyMap<PrincipalId, Principal>,
    absent: ReadonlySet<PrincipalId>,
    now: Instant,
  ): Facts {
    return { now, policy, groups, people, absent, timing: this.#shell.settings };
  }
}

function roleOf(policy: Policy, name: string): Role | undefined {
  return Object.hasOwn(policy.roles, name) ? policy.roles[name] : undefined;
}
