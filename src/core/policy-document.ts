/**
 * The policy file's value, read: a `Policy`, or everything that is wrong with it at once, each with
 * its place in the text. Reading the text itself is the shell's part (policy-file.ts).
 */

import { z } from 'zod';
import type { PolicyHash } from './ids.ts';
import {
  type CallNames,
  type ChannelRef,
  calledGroups,
  type Freeze,
  type Group,
  groupsFor,
  managedGroups,
  type Policy,
  type Role,
} from './policy.ts';
import { checkClaims } from './policy-claims.ts';
import { documentShape } from './policy-document-shape.ts';
import { readGroup } from './policy-group.ts';
import {
  type FoundIssue,
  type Locate,
  type PolicyIssue,
  placeIssues,
  type Report,
} from './policy-issue.ts';
import { readPeople } from './policy-people.ts';
import { reconciliationFrom } from './policy-reconcile.ts';
import { type RoleScope, readRole } from './policy-role.ts';
import type { SharedDraft } from './policy-role-draft.ts';
import { sharedShape } from './policy-role-shape.ts';
import { type DeclaredProvider, type ProviderKinds, readProvider } from './policy-target.ts';
import type { PolicyNames } from './policy-values.ts';
import { asObject, checkFields } from './policy-zod.ts';

export interface PolicySource {
  /** Plain data, as the YAML said it. */
  readonly value: unknown;
  readonly hash: PolicyHash;
  readonly locate: Locate;
}

/** What a policy may name that is not in the file. */
export interface PolicyContext {
  readonly providers: ProviderKinds;
  readonly platforms: readonly string[];
  /** Who is asked who is on call; none if left out. */
  readonly rosters?: readonly string[] | undefined;
}

export type PolicyReading =
  | {
      readonly kind: 'policy';
      readonly policy: Policy;
      readonly warnings: readonly PolicyIssue[];
    }
  | { readonly kind: 'faulty'; readonly hash: PolicyHash; readonly issues: readonly PolicyIssue[] };

export function parsePolicy(source: PolicySource, context: PolicyContext): PolicyReading {
  const found: FoundIssue[] = [];
  const report: Report = (issue) => found.push(issue);
  const policy = readDocument(source, context, report);
  if (found.every(({ severity }) => severity === 'warning')) {
    warnOfUnused(policy, source.value, report);
    checkClaims(policy, context.providers, report);
  }
  const issues = placeIssues(unique(found), source.locate);
  return issues.some(({ severity }) => severity === 'fault')
    ? { kind: 'faulty', hash: source.hash, issues }
    : { kind: 'policy', policy, warnings: issues };
}

function readDocument(
  { value, hash }: PolicySource,
  { providers: kinds, platforms, rosters }: PolicyContext,
  report: Report,
): Policy {
  const written = atMostNamed(asObject(value), report);
  const names: PolicyNames = {
    groups: Object.keys(asObject(written.groups)),
    providers: Object.keys(asObject(written.providers)),
    platforms,
    rosters,
  };
  const document = checkFields(documentShape(names), value, [], report);
  const groups = new Map<string, Group | undefined>(
    Object.entries(asObject(written.groups)).map(([name, group]) => [
      name,
      readGroup(name, group, ['groups', name], names, report),
    ]),
  );
  const providers = new Map<string, DeclaredProvider | undefined>(
    Object.entries(asObject(written.providers)).map(([name, provider]) => [
      name,
      readProvider(provider, ['providers', name], kinds, report),
    ]),
  );
  const people = readPeople(written.people, { names, providers }, report);
  const freezes = Object.keys(document.freezes ?? {});
  const scope = {
    names,
    groups,
    providers,
    people,
    freezes,
    zone: document.zone ?? 'UTC',
    ...readDefaults(written.defaults, names, report),
  };
  const roles = readRoles(written.roles, scope, report);
  const policy = buildPolicy(hash, document, scope, roles);
  warnOfGaps(written, report);
  return policy;
}

/** More than any policy holds; reading each costs time, during which nothing else is done. */
const MOST_NAMED = 5_000;

function atMostNamed(
  written: Readonly<Record<string, unknown>>,
  report: Report,
): Readonly<Record<string, unknown>> {
  const crowded = ['groups', 'providers', 'people', 'roles'].filter(
    (key) => Object.keys(asObject(written[key])).length > MOST_NAMED,
  );
  for (const key of crowded)
    report({ code: 'bad-value', path: [key], message: `There are more than ${MOST_NAMED}.` });
  return Object.fromEntries(Object.entries(written).filter(([key]) => !crowded.includes(key)));
}

function readDefaults(
  value: unknown,
  names: PolicyNames,
  report: Report,
): Pick<RoleScope, 'defaults' | 'defaultKeys'> {
  if (value === undefined) return { defaults: {}, defaultKeys: [] };
  const shape = z.strictObject(sharedShape(names));
  const defaults: SharedDraft = checkFields(shape, value, ['defaults'], report);
  return { defaults, defaultKeys: Object.keys(asObject(value)) };
}

function readRoles(value: unknown, scope: RoleScope, report: Report): readonly Role[] {
  return Object.entries(asObject(value))
    .map(([name, role]) => readRole(name, role, scope, report))
    .filter((role) => role !== undefined);
}

function warnOfGaps(written: Readonly<Record<string, unknown>>, report: Report): void {
  const warn = (code: FoundIssue['code'], key: string, message: string) =>
    report({ code, severity: 'warning', path: [key], message });
  if (written.restore === undefined)
    warn(
      'no-restorers',
      'restore',
      'Nobody can restore an account whose e-mail changed (no `restore:`).',
    );
  if (written.alarms === undefined)
    warn(
      'no-alarm-channel',
      'alarms',
      'Alarms that belong to no request are only logged (no `alarms:`).',
    );
}

/** Asked of whole policies alone: a role that could not be read uses nothing. */
function warnOfUnused(policy: Policy, written: unknown, report: Report): void {
  const { groups, providers } = asObject(written);
  const roles = Object.values(policy.roles);
  const used = [
    ...[...policy.restorers, ...policy.switchers].map((name) => ['groups', name]),
    ...roles.flatMap((role) => groupsFor(role, policy)).map((name) => ['groups', name]),
    ...roles.flatMap(calledGroups).map((name) => ['groups', name]),
    ...(roles.some(callsManagers) ? managedGroups(policy).map(({ name }) => ['groups', name]) : []),
    ...roles.flatMap((role) => role.targets.map((target) => ['providers', target.provider])),
  ].map((path) => path.join('.'));
  const declared = [
    ...Object.keys(asObject(groups)).map((name) => ['groups', name]),
    ...Object.keys(asObject(providers)).map((name) => ['providers', name]),
  ];
  for (const path of declared.filter((names) => !used.includes(names.join('.'))))
    report({ code: 'unused', severity: 'warning', path, at: 'key', message: 'No role uses this.' });
}

function callsManagers({ escalation }: Role): boolean {
  return escalation.some(({ to }) => typeof to !== 'string');
}

function buildPolicy(
  hash: PolicyHash,
  document: {
    readonly restore?: readonly string[] | undefined;
    readonly killSwitch?: readonly string[] | undefined;
    readonly alarms?: ChannelRef | undefined;
    readonly zone?: string | undefined;
    readonly freezes?: Readonly<Record<string, Freeze>> | undefined;
    readonly reconcile?: Parameters<typeof reconciliationFrom>[0];
  },
  {
    groups,
    people,
  }: {
    readonly groups: ReadonlyMap<string, Group | undefined>;
    readonly people: ReadonlyMap<string, CallNames>;
  },
  roles: readonly Role[],
): Policy {
  const whole = [...groups.values()].filter((group) => group !== undefined);
  return {
    hash,
    groups: byName(whole),
    roles: byName(roles),
    restorers: document.restore ?? [],
    switchers: document.killSwitch ?? [],
    alarmChannel: document.alarms ?? null,
    zone: document.zone ?? 'UTC',
    freezes: document.freezes ?? {},
    reconciliation: reconciliationFrom(document.reconcile),
    ...(people.size > 0 && { people: Object.fromEntries(people) }),
  };
}

/** Looked up with what people type, so nothing may be found that nobody declared. */
function byName<Named extends { readonly name: string }>(
  all: readonly Named[],
): Readonly<Record<string, Named>> {
  const record: Record<string, Named> = Object.create(null);
  for (const named of all) record[named.name] = named;
  return record;
}

/** One fault of `defaults:` is found again by each role that takes it from there. */
function unique(found: readonly FoundIssue[]): readonly FoundIssue[] {
  const seen = new Map(found.map((issue) => [JSON.stringify([issue.code, issue.path]), issue]));
  return [...seen.values()];
}
