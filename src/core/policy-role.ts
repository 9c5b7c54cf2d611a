/** One entry below `roles:`, with what `defaults:` adds to it. */
import type { Condition, Group, Limits, Role, TargetSpec } from './policy.ts';
import { approvalRule } from './policy-approval.ts';
import { checkBreakGlass } from './policy-break-glass-checks.ts';
import { readConditions } from './policy-condition.ts';
import { checkInput, inputSpec } from './policy-input.ts';
import type { Report } from './policy-issue.ts';
import { ladderParts } from './policy-ladder.ts';
import { checkRole } from './policy-role-checks.ts';
import {
  BUILT_IN,
  type RoleDraft,
  type RoleReading,
  type SharedDraft,
} from './policy-role-draft.ts';
import { roleShape } from './policy-role-shape.ts';
import { checkTarget, readTarget, type TargetScope, warnOfSilence } from './policy-target.ts';
import type { PolicyNames } from './policy-values.ts';
import { asObject, checkFields } from './policy-zod.ts';

/** What a role is read against. Groups and providers that are faulty themselves are undefined. */
export interface RoleScope extends TargetScope {
  readonly names: PolicyNames;
  readonly groups: ReadonlyMap<string, Group | undefined>;
  /** The policy's own time zone. */
  readonly zone: string;
  /** The names of the times that conditions may speak of. */
  readonly freezes: readonly string[];
  readonly defaults: SharedDraft;
  /** The keys that `defaults:` has, right or wrong. */
  readonly defaultKeys: readonly string[];
}

/** @returns undefined when it is not complete; a role with other faults may still be returned */
export function readRole(
  name: string,
  value: unknown,
  scope: RoleScope,
  report: Report,
): Role | undefined {
  const path = ['roles', name];
  const own = checkFields(roleShape(scope.names), value, path, report);
  const keys = Object.keys(asObject(value));
  const isDefault = (key: string) => !keys.includes(key) && scope.defaultKeys.includes(key);
  const usable = Object.entries(scope.defaults).filter(([key]) => isDefault(key));
  const reading: RoleReading = {
    name,
    draft: { ...own, ...Object.fromEntries(usable) },
    path,
    pathOf: (key) => (isDefault(key) ? ['defaults', key] : [...path, key]),
    has: (key) => keys.includes(key) || isDefault(key),
  };
  checkInputs(reading, report);
  checkRole(reading, scope.groups, report);
  checkBreakGlass(reading, scope.groups, report);
  const targets = readTargets(reading, scope, report);
  const conditions = readConditions(
    reading.draft.conditions,
    reading.pathOf('conditions'),
    {
      groups: scope.names.groups,
      inputs: Object.keys(reading.draft.inputs ?? {}),
      freezes: scope.freezes,
    },
    report,
  );
  return buildRole(reading, scope.zone, targets, conditions);
}

function checkInputs({ draft, path }: RoleReading, report: Report): void {
  for (const [input, spec] of Object.entries(draft.inputs ?? {}))
    checkInput(spec, [...path, 'inputs', input], report);
}

function readTargets(
  { draft, path, has }: RoleReading,
  scope: TargetScope,
  report: Report,
): readonly TargetSpec[] {
  const inputs = Object.entries(draft.inputs ?? {}).map(([name, { type }]) => [name, type]);
  const inputsKnown = draft.inputs !== undefined || !has('inputs');
  const specs: TargetSpec[] = [];
  for (const [index, target] of (draft.targets ?? []).entries()) {
    const at = [...path, 'targets', index];
    const read = readTarget(target, at, scope, report);
    if (read === undefined) continue;
    if (inputsKnown) checkTarget(read.spec, read.kind, Object.fromEntries(inputs), at, report);
    if (draft.returnIfUnusedFor !== undefined) warnOfSilence(read, at, report);
    specs.push(read.spec);
  }
  return specs;
}

function buildRole(
  { name, draft }: RoleReading,
  zone: string,
  targets: readonly TargetSpec[],
  conditions: readonly Condition[],
): Role | undefined {
  const { description, who, duration, approve, channel } = draft;
  if (description === undefined || who === undefined || duration === undefined) return undefined;
  if (approve === undefined || channel === undefined) return undefined;
  return {
    name,
    description,
    targets,
    who,
    maxDuration: duration.max,
    defaultDuration: duration.default ?? Math.min(BUILT_IN.duration, duration.max),
    approval: approvalRule(approve),
    conditions,
    channel,
    ...optionalParts(draft),
    ...ladderParts(draft, zone),
    ...glassIn(draft),
    ...unusedIn(draft),
  };
}

const UNLIMITED: Limits = { perDay: null, live: null, cooldown: null };

function optionalParts(draft: RoleDraft) {
  const inputs = Object.entries(draft.inputs ?? {});
  return {
    reason: {
      required: draft.reason?.required ?? true,
      pattern: draft.reason?.pattern ?? null,
      example: draft.reason?.example ?? BUILT_IN.reasonExample,
    },
    inputs: Object.fromEntries(inputs.map(([name, input]) => [name, inputSpec(name, input)])),
    fallbackChannel: draft.fallbackChannel ?? null,
    expireAfter: draft.expireAfter ?? BUILT_IN.expireAfter,
    startWithin: draft.startWithin ?? BUILT_IN.startWithin,
    revokers: draft.revoke ?? [],
    attesters: draft.attest ?? [],
    limits: { ...UNLIMITED, ...draft.limits },
    separation: [...new Set(draft.separation ?? [])],
    warnBefore: draft.warnBefore ?? BUILT_IN.warnBefore,
  };
}

function unusedIn({ returnIfUnusedFor }: RoleDraft): Pick<Role, 'returnIfUnusedFor'> {
  return returnIfUnusedFor === undefined ? {} : { returnIfUnusedFor };
}

/** Nobody's, unless the role says so. */
function glassIn({ breakGlass }: RoleDraft): Pick<Role, 'breakGlass'> {
  return breakGlass === undefined ? {} : { breakGlass };
}
