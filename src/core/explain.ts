/**
 * What policy says of an ask before anybody asks: every rule, met or not, and the path that results. An
 * account of what `eligibility` decides by; it decides nothing itself.
 */
import { brokenOpen, whyNotBroken } from './break-glass.ts';
import { approvalTerms } from './card.ts';
import type { Terms } from './eligibility.ts';
import { checkTerms, whyUntimely } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { asOf, inAnyOf, roleInForce } from './facts.ts';
import { inputFaultText, readInputs } from './inputs.ts';
import { whyNobody } from './missing-approvers.ts';
import type { Condition, Role } from './policy.ts';
import { patternFound } from './policy-pattern.ts';
import type { Refusal } from './refusal.ts';
import { refusalText } from './refusal-text.ts';
import type { RoleCommand } from './request-command.ts';
import type { Rich } from './rich.ts';
import { bold, code, separated, span } from './rich.ts';
import { ruling } from './ruling.ts';
import type { Start } from './start.ts';
import { startText } from './start.ts';
import type { Millis } from './time.ts';
import type { Met } from './why.ts';

export interface Explanation {
  readonly rules: readonly { readonly met: Met; readonly text: Rich }[];
  readonly path: Path;
}

/** Where an ask leads. */
export type Path =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'automatic' | 'approval' | 'break-glass';
      readonly role: Role;
      readonly applied: readonly string[];
      readonly duration: Millis;
      readonly start: Start | undefined;
    };

export function explain(command: RoleCommand, facts: Facts): Explanation {
  const role = roleInForce(facts, command.role);
  return {
    rules: role === undefined ? [] : rulesFor(role, command, facts),
    path: pathOf(command, facts),
  };
}

function rulesFor(role: Role, command: RoleCommand, facts: Facts): Explanation['rules'] {
  if (command.kind === 'ask') return rulesOf(role, command, facts);
  const broken = brokenOpen(role);
  return broken.kind === 'fine'
    ? rulesOf(broken.role, command, facts)
    : [{ met: 'no', text: [refusalText(broken.refusal)] }];
}

function pathOf(command: RoleCommand, facts: Facts): Path {
  const terms = checkTerms(command, facts);
  if (terms.kind === 'refused') return terms;
  const { role, applied, duration } = terms;
  const start = command.kind === 'ask' ? command.start : undefined;
  return { kind: kindOf(terms), role, applied, duration, start };
}

function kindOf({ role, breakGlass }: Terms): Exclude<Path['kind'], 'refused'> {
  if (breakGlass !== undefined) return 'break-glass';
  return role.approval.kind === 'automatic' ? 'automatic' : 'approval';
}

function rulesOf(role: Role, command: RoleCommand, facts: Facts): Explanation['rules'] {
  const { by: requester, reason, inputs } = command;
  const duration = command.duration ?? role.defaultDuration;
  const typed = readInputs(role.inputs, inputs);
  const isBreakGlass = command.kind === 'break-glass';
  const start = isBreakGlass ? undefined : command.start;
  const asked = { requester, duration, inputs: typed.values, reason, isBreakGlass };
  const { role: ruled, answers } = ruling(role, asked, asOf(facts, start));
  const inGroup = inAnyOf(facts, requester, role.who);
  return [
    { met: metBy(inGroup), text: ['may ask: is in ', ...groups(role.who)] },
    ...answers.map(({ condition, answer }) => ({ met: answer, text: conditionText(condition) })),
    {
      met: duration <= ruled.maxDuration ? ('yes' as const) : ('no' as const),
      text: ['not too long: ', span(duration), ' of at most ', span(ruled.maxDuration)],
    },
    ...startOf(command, role, facts),
    { met: isFit(role, reason) ? 'yes' : 'no', text: ['gives a reason', ...formOf(role)] },
    ...typed.faults.map((fault) => ({ met: 'no' as const, text: [inputFaultText(fault)] })),
    ...(isBreakGlass ? reviewers(ruled, command, facts) : approvers(ruled, command, facts)),
  ];
}

function startOf(command: RoleCommand, role: Role, { now }: Facts): Explanation['rules'] {
  const start = command.kind === 'ask' ? command.start : undefined;
  if (start === undefined) return [];
  const met = whyUntimely(start, role, now) === undefined ? 'yes' : 'no';
  return [{ met, text: ['starts within ', span(role.startWithin), ': at ', ...startText(start)] }];
}

function reviewers(role: Role, { by }: RoleCommand, facts: Facts): Explanation['rules'] {
  const { breakGlass } = role;
  if (breakGlass === undefined) return [];
  const refusal = whyNotBroken(role, breakGlass, by, facts);
  const { often, review } = breakGlass;
  return [
    {
      met: refusal === undefined ? 'yes' : metWithout(refusal),
      text: [
        ...[`at most ${often.most} times within `, span(often.within), '; reviewed within '],
        ...[span(review.within), ' after its end by somebody else of ', ...groups(review.by)],
      ],
    },
    ...(refusal === undefined ? [] : [{ met: 'no' as const, text: [refusalText(refusal)] }]),
  ];
}

function metWithout({ code: why }: Refusal): Met {
  return why === 'directory-unreachable' ? 'unknown' : 'no';
}

function approvers(role: Role, { by }: RoleCommand, facts: Facts): Explanation['rules'] {
  const refusal = whyNobody(role, by, facts);
  return [
    {
      met: refusal === undefined ? 'yes' : metWithout(refusal),
      text: ['there are people for: ', ...approvalTerms({ role })],
    },
    ...(refusal === undefined ? [] : [{ met: 'no' as const, text: [refusalText(refusal)] }]),
  ];
}

function conditionText({ name, when, approval, max, refuse }: Condition): Rich {
  return [
    ...['condition ', bold(name), ' (', code(when), ')'],
    ...(approval === null
      ? []
      : [approval.kind === 'automatic' ? ': automatic' : ': other approval']),
    ...(max === null ? [] : [': at most ', span(max)]),
    ...(refuse === null ? [] : [`: refuses, “${refuse}”`]),
  ];
}

function isFit({ reason: { required, pattern } }: Role, reason: string): boolean {
  if (reason === '') return !required;
  return pattern === null || patternFound(pattern, reason);
}

function formOf({ reason: { required, pattern } }: Role): Rich {
  if (pattern !== null) return [' of the form ', code(pattern)];
  return required ? [] : [' or none'];
}

function groups(names: readonly string[]): Rich {
  return separated(names.map((name) => [bold(name)]));
}

function metBy(answer: ReturnType<typeof inAnyOf>): Met {
  return typeof answer === 'object' ? 'unknown' : answer;
}
