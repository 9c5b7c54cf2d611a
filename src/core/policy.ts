/**
 * The policy as the rest of the program knows it: checked, defaults filled in, durations in
 * milliseconds. How a YAML file becomes one, or a list of faults, is policy-document.ts.
 *
 * What a role says is copied into each request (`Role`), because a request is judged twice: under the
 * policy it was asked under and under the one in force. The stricter decides.
 */
import type { PolicyHash } from './ids.ts';
import type { Millis } from './time.ts';

/** A name declared below `groups:`. */
export type GroupName = string;
/** A name declared below `roles:`; what people type after `/jit`. */
export type RoleName = string;

/** Where members come from. A platform's group is named as `slack:@sre` or `slack:S0123`. */
export type GroupSource =
  | { readonly kind: 'emails'; readonly emails: readonly string[] }
  | { readonly kind: 'platform'; readonly platform: string; readonly group: string }
  /** Whoever is on call at this moment. */
  | { readonly kind: 'roster'; readonly roster: string; readonly schedule: string };

export interface Group {
  readonly name: GroupName;
  readonly sources: readonly GroupSource[];
  /** For `own-team`: its members are colleagues. */
  readonly isTeam: boolean;
  /** For `direct-reports`: the e-mails of those to whom its members report. */
  readonly managers: readonly string[];
}

/** A conversation as policy names it: platform and channel name or id, without the `#`. */
export interface ChannelRef {
  readonly platform: string;
  readonly channel: string;
}

/**
 * What the requester must add as `name=value`. `ip` takes a single address unless `widest` lets
 * networks in, down to that prefix length for each family.
 */
export type InputSpec =
  | {
      readonly kind: 'ip';
      readonly label: string;
      readonly required: boolean;
      readonly widest: { readonly v4: number; readonly v6: number };
    }
  | {
      readonly kind: 'port';
      readonly label: string;
      readonly required: boolean;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly required: boolean;
      readonly options: readonly string[];
    }
  | {
      readonly kind: 'text';
      readonly label: string;
      readonly required: boolean;
      readonly maxLength: number;
      /** Anchored at both ends when it is used. */
      readonly pattern: string | null;
      /** Fits `pattern`: policy is refused where a pattern stands without one. */
      readonly example?: string;
    };

export interface ReasonRule {
  readonly required: boolean;
  /** Must be found in the reason, e.g. a ticket number. */
  readonly pattern: string | null;
  readonly example: string;
}

/** Nobody's approval is needed only where a rule says `automatic` in so many words. */
export type ApprovalRule =
  /** `cap`: so often for one person and role, and then not without approval. */
  | { readonly kind: 'automatic'; readonly cap?: Cap }
  | { readonly kind: 'stages'; readonly stages: readonly Stage[] };

export interface Cap {
  readonly most: number;
  readonly within: Millis;
}

/** What holds besides what the role says, when its expression is true. See ruling.ts. */
export interface Condition {
  readonly name: string;
  /** CEL: condition-language.ts */
  readonly when: string;
  /** Those that it asks about. */
  readonly groups: readonly GroupName[];
  /** It asks how often the role was used. */
  readonly looksBack: boolean;
  readonly approval: ApprovalRule | null;
  readonly max: Millis | null;
  /** Why nothing is given then. */
  readonly refuse: string | null;
}

/** A time of the policy's own zone in which conditions may forbid things: `2026-12-24 18:00`. */
export interface Freeze {
  readonly from: string;
  readonly until: string;
}

/** What is needed at once, each human for one seat. Stages follow one another. */
export type Stage = readonly Quorum[];

/** So many distinct humans of a group. */
export interface Quorum {
  readonly count: number;
  readonly of: GroupName;
}

/** Who may not decide on a request although their group may. */
export const SEPARATIONS = ['own-team', 'direct-reports'] as const;
export type Separation = (typeof SEPARATIONS)[number];

/** When nobody is told by direct message that something waits. */
export interface QuietHours {
  readonly zone: string;
  /** Minutes of the day, 0 to 1439; where `until` is not later, it is that of the next day. */
  readonly from: number;
  readonly until: number;
  /** What becomes of a step or a reminder that falls due in them. */
  readonly does: 'delay' | 'skip';
}

/** Whoever manages the requester, by the directory of a chat or by the `managers` of a group. */
export interface ManagerOf {
  readonly managerOf: 'requester';
}

/** Who is told. It makes nobody an approver. */
export type StepTarget = GroupName | ManagerOf;

export interface EscalationStep {
  /** After the asking. */
  readonly after: Millis;
  readonly to: StepTarget;
}

/**
 * One thing given: which provider type, and that provider's own description of it, as its schema
 * parsed it (`connection` from `providers:`, `target` from the role).
 */
export interface TargetSpec {
  /** The name below `providers:`. */
  readonly provider: string;
  /** The provider's type: `haproxy`, `memory` … */
  readonly type: string;
  readonly connection: Json;
  readonly target: Json;
  /** Left out: nobody has a name of their own there. */
  readonly people?: CallNames;
}

/** What people are called at a provider, as policy's `people:` says: by their e-mail, in lower case. */
export type CallNames = Readonly<Record<string, string>>;

/** How much of a role one human may have; null: no limit. */
export interface Limits {
  /** Of all times that it is given within 24 hours together. */
  readonly perDay: Millis | null;
  /** How many grants, of all roles, they may hold at once. */
  readonly live: number | null;
  /** How long after its end it may not be had again. */
  readonly cooldown: Millis | null;
}

/** Access at once, without approval, where a role says so in so many words: see break-glass.ts. */
export interface BreakGlass {
  readonly who: readonly GroupName[];
  readonly max: Millis;
  /** How often one human may, for this role. */
  readonly often: Cap;
  /** Somebody else of these groups says what they make of it, within this time after its end. */
  readonly review: { readonly by: readonly GroupName[]; readonly within: Millis };
}

export interface Role {
  readonly name: RoleName;
  readonly description: string;
  readonly targets: readonly TargetSpec[];
  readonly who: readonly GroupName[];
  readonly maxDuration: Millis;
  readonly defaultDuration: Millis;
  readonly reason: ReasonRule;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly approval: ApprovalRule;
  readonly conditions: readonly Condition[];
  readonly separation: readonly Separation[];
  readonly limits: Limits;
  readonly channel: ChannelRef;
  /** Where the card goes when `channel` cannot be posted to. */
  readonly fallbackChannel: ChannelRef | null;
  readonly expireAfter: Millis;
  /** How far ahead a start may lie that is asked for. */
  readonly startWithin: Millis;
  readonly escalation: readonly EscalationStep[];
  /** After the asking; each pause after that is twice as long. Without it nobody is reminded. */
  readonly remindAfter?: Millis;
  readonly quiet?: QuietHours;
  /** May revoke somebody else's access. The requester can always return their own. */
  readonly revokers: readonly GroupName[];
  /** May attest that an access is gone when its provider cannot be asked any more. */
  readonly attesters: readonly GroupName[];
  /** How long before the end the requester is warned. */
  readonly warnBefore: Millis;
  /** After so long without use it is taken back. Left out: it stays until its end. */
  readonly returnIfUnusedFor?: Millis;
  /** Left out: nobody breaks a glass for it. */
  readonly breakGlass?: BreakGlass;
}

/** How what stands at targets is held against what is granted: see reconciling.ts. */
export interface Reconciliation {
  readonly every: Millis;
  /** Where it is reported; null: where alarms go. */
  readonly channel: ChannelRef | null;
  /** What becomes of what is ours by its seal, and belongs to no request. */
  readonly orphans: 'report' | 'remove';
}

export interface Policy {
  readonly hash: PolicyHash;
  readonly groups: Readonly<Record<GroupName, Group>>;
  readonly roles: Readonly<Record<RoleName, Role>>;
  /** The time zone that hours, weekdays and freezes are told in. */
  readonly zone: string;
  readonly freezes: Readonly<Record<string, Freeze>>;
  /** May restore an account whose e-mail changed at its platform. */
  readonly restorers: readonly GroupName[];
  /** May freeze everything, and thaw it. */
  readonly switchers: readonly GroupName[];
  /** Where alarms go that belong to no request. */
  readonly alarmChannel: ChannelRef | null;
  readonly reconciliation: Reconciliation;
  /** By the provider's name. Left out: nobody is mapped. */
  readonly people?: Readonly<Record<string, CallNames>>;
}

/** What can be stored and hashed. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Groups that a role tells of what nobody answers. */
export function calledGroups({ escalation }: Pick<Role, 'escalation'>): readonly GroupName[] {
  return escalation.flatMap(({ to }) => (typeof to === 'string' ? [to] : []));
}

/** Groups that say who manages their members. */
export function managedGroups({ groups }: Pick<Policy, 'groups'>): readonly Group[] {
  return Object.values(groups).filter(({ managers }) => managers.length > 0);
}

export function stagesOf(rule: ApprovalRule): readonly Stage[] {
  return rule.kind === 'stages' ? rule.stages : [];
}

/** The groups whose members decide on requests for a role, or may do so under one of its conditions. */
export function approverGroups({
  approval,
  conditions,
}: Pick<Role, 'approval' | 'conditions'>): readonly GroupName[] {
  const chosen = conditions.flatMap((condition) => condition.approval ?? []);
  const stages = [approval, ...chosen].flatMap(stagesOf);
  return [...new Set(stages.flatMap((stage) => stage.map(({ of }) => of)))];
}

/** Every group that a role names. */
export function groupsOf(role: Role): readonly GroupName[] {
  const asked = role.conditions.flatMap(({ groups }) => groups);
  const named = [...role.who, ...approverGroups(role), ...role.revokers, ...role.attesters];
  const { who = [], review } = role.breakGlass ?? {};
  return [...new Set([...named, ...asked, ...who, ...(review?.by ?? [])])];
}

/** Every group whose members a decision about this role may depend on. */
export function groupsFor(role: Role, { groups }: Policy): readonly GroupName[] {
  const { separation } = role;
  const apart = Object.values(groups).filter(
    ({ isTeam, managers }) =>
      (isTeam && separation.includes('own-team')) ||
      (managers.length > 0 && separation.includes('direct-reports')),
  );
  return [...new Set([...groupsOf(role), ...apart.map(({ name }) => name)])];
}
