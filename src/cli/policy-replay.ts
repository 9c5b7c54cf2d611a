/**
 * What would come of a past request under another policy. What the past does not tell is tried both ways,
 * and is known only where both lead to the same.
 */
import { canonical } from '../core/audit.ts';
import { brokenOpen } from '../core/break-glass.ts';
import { approvalTerms } from '../core/card.ts';
import { explain, type Path } from '../core/explain.ts';
import type { BreakGlass, GroupName, Policy, Role } from '../core/policy.ts';
import { stagesOf } from '../core/policy.ts';
import { listedMembers } from '../core/policy-group.ts';
import { refusalText } from '../core/refusal-text.ts';
import type { AccessRequest } from '../core/request.ts';
import { formatDuration } from '../core/time.ts';
import { plain } from './plain.ts';
import { SOMEBODY, suppose } from './policy-facts.ts';

export interface Past {
  readonly request: AccessRequest;
  /** Addresses, empty where none is known. */
  readonly requester: string;
  readonly approvers: readonly string[];
  /** undefined: it was erased. */
  readonly reason: string | undefined;
}

export const OUTCOMES = [
  'same',
  'role-gone',
  'refused',
  'shorter',
  'automatic',
  'approvers',
  'unknown',
] as const;

export interface Replayed {
  readonly outcome: (typeof OUTCOMES)[number];
  /** A sentence; empty where nothing changes. */
  readonly why: string;
}

/** Each group more doubles what has to be tried. */
const MOST_UNTOLD = 6;

export function replayed(past: Past, policy: Policy): Replayed {
  const { name } = past.request.role;
  const written = Object.hasOwn(policy.roles, name) ? policy.roles[name] : undefined;
  if (written === undefined)
    return { outcome: 'role-gone', why: 'There is no such role any more.' };
  const role = asAsked(past, written);
  const hidden = whyHidden(past, role);
  if (hidden !== undefined) return unknown(hidden);
  const untold = untoldGroups(past, role, policy);
  const depends = `It depends on whether they were in ${untold.join(', ')} then.`;
  if (untold.length > MOST_UNTOLD) return unknown(depends);
  const known = evidentGroups(past, policy);
  const [first, ...others] = subsets(untold).map((also) =>
    outcomeIn([...known, ...also], past, policy),
  );
  if (first === undefined || others.some(({ why }) => why !== first.why)) return unknown(depends);
  return first;
}

/** As a role gives it to whoever breaks the glass, where that was done. */
function asAsked({ request }: Past, role: Role): Role {
  const broken = brokenOpen(role);
  return request.breakGlass === undefined || broken.kind === 'refused' ? role : broken.role;
}

function unknown(why: string): Replayed {
  return { outcome: 'unknown', why };
}

function whyHidden({ requester, reason }: Past, role: Role): string | undefined {
  if (requester === '') return 'The address of the one who asked is not known.';
  if (role.conditions.some(({ looksBack }) => looksBack))
    return 'It depends on how often the role was used before.';
  const reads =
    role.reason.pattern !== null || role.conditions.some(({ when }) => when.includes('reason'));
  return reads && reason === undefined ? 'Its reason was erased.' : undefined;
}

/** Whoever asked was in the only group that could ask. */
function evidentGroups({ request }: Past, policy: Policy): readonly GroupName[] {
  const [only, ...others] = request.role.who;
  if (only === undefined || others.length > 0) return [];
  const group = Object.hasOwn(policy.groups, only) ? policy.groups[only] : undefined;
  return group !== undefined && listedMembers(group) === undefined ? [only] : [];
}

/** Groups that the answer may turn on, of which a platform alone knew whether the requester was in them. */
function untoldGroups(past: Past, role: Role, policy: Policy): readonly GroupName[] {
  const teams = role.separation.length === 0 ? [] : Object.keys(policy.groups);
  const asked = [...role.who, ...role.conditions.flatMap(({ groups }) => groups), ...teams];
  const evident = evidentGroups(past, policy);
  return [...new Set(asked)].filter((name) => {
    const group = policy.groups[name];
    return listedMembers(group) === undefined && !evident.includes(name);
  });
}

function subsets(names: readonly GroupName[]): readonly (readonly GroupName[])[] {
  return names.reduce<readonly (readonly GroupName[])[]>(
    (all, name) => all.flatMap((some) => [some, [...some, name]]),
    [[]],
  );
}

function outcomeIn(groups: readonly GroupName[], past: Past, policy: Policy): Replayed {
  const { request, requester: who, reason = 'erased' } = past;
  const facts = suppose(policy, { who, groups, at: request.askedAt });
  if (typeof facts === 'string') return unknown(facts);
  const { duration, inputs, start } = request;
  const ask = { by: SOMEBODY, role: request.role.name, duration, inputs, reason };
  const command =
    request.breakGlass === undefined
      ? ({ kind: 'ask', ...ask, start } as const)
      : ({ kind: 'break-glass', ...ask } as const);
  const { path } = explain(command, facts);
  return compared(path, past, policy);
}

function compared(path: Path, past: Past, policy: Policy): Replayed {
  if (path.kind === 'refused') {
    const why = refusalText(path.refusal);
    return { outcome: path.refusal.code === 'too-long' ? 'shorter' : 'refused', why };
  }
  const { role, breakGlass } = past.request;
  if (path.kind === 'break-glass') return byBreakGlass(breakGlass, path.role);
  const [then, now] = [plain(approvalTerms({ role })), plain(approvalTerms({ role: path.role }))];
  const { approval } = path.role;
  if (approval.kind === 'automatic') {
    if (role.approval.kind === 'automatic' && then === now) return { outcome: 'same', why: '' };
    if (approval.cap !== undefined)
      return unknown(
        `Automatic, where its cap was not used up (${formatDuration(approval.cap.within)}).`,
      );
    return { outcome: 'automatic', why: `Nobody would be asked. Then: ${then}.` };
  }
  if (then !== now) return { outcome: 'approvers', why: `Would need ${now}. Then: ${then}.` };
  return whoMayNot(past, path.role, policy);
}

/** How often it had been done by then, and whether a review was open, is not told here. */
function byBreakGlass(then: BreakGlass | undefined, { breakGlass }: Role): Replayed {
  if (canonical(then) === canonical(breakGlass)) return { outcome: 'same', why: '' };
  return unknown('By break-glass, where its rule of then and the new one say the same of it.');
}

function whoMayNot({ approvers }: Past, role: Role, policy: Policy): Replayed {
  const lists = stagesOf(role.approval)
    .flat()
    .map(({ of }) => listedMembers(policy.groups[of]));
  const turned = approvers.filter(
    (email) => email !== '' && lists.every((list) => list !== undefined && !list.includes(email)),
  );
  if (turned.length === 0) return { outcome: 'same', why: '' };
  return { outcome: 'approvers', why: `Approved then, and may not now: ${turned.join(', ')}.` };
}
