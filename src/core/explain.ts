/**
 * What policy says of an ask before anybody asks: every rule, met or not, and the path that results. An
 * account of what `eligibility` decides by; it decides nothing itself.
 */
import { approvalTerms } from './card.ts';
import { checkTerms, whyUntimely } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { asOf, inAnyOf, roleInForce } from './facts.ts';
import { inputFaultText, readInputs } from './inputs.ts';
import { whyNobody } from './missing-approvers.ts';
import type { Condition, Role } from './policy.ts';
import { patternFound } from './policy-pattern.ts';
import type { Refusal } from './refusal.ts';
import { refusalText } from './refusal-text.ts';
import type { PersonCommand } from './request.ts';
import type { Rich } from './rich.ts';
import { bold, code, separated, span } from './rich.ts';
import { ruling } from './ruling.ts';
import type { Start } from './start.ts';
import { startText } from './start.ts';
import type { Millis } from './time.ts';
import type { Met } from './why.ts';

type AskCommand = Extract<PersonCommand, { kind: 'ask' }>;

export interface Explanation {
  readonly rules: readonly { readonly met: Met; readonly text: Rich }[];
  readonly path: Path;
}

/** Where an ask leads. */
export type Path =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'automatic' | 'approval';
      readonly role: Role;
      readonly applied: readonly string[];
      readonly duration: Millis;
      readonly start: Start | undefined;
    };

export function explain(command: AskCommand, facts: Facts): Explanation {
  const role = roleInForce(facts, command.role);
  return {
    rules: role === undefined ? [] : rulesOf(role, command, facts),
    path: pathOf(command, facts),
  };
}

function pathOf(command: AskCommand, facts: Facts): Path {
  const terms = checkTerms(command, facts);
  if (terms.kind === 'refused') return terms;
  const { role, applied, duration } = terms;
  const kind = role.approval.kind === 'automatic' ? 'automatic' : 'approval';
  return { kind, role, applied, duration, start: command.start };
}

function rulesOf(role: Role, command: AskCommand, facts: Facts): Explanation['rules'] {
  const { by: requester, reason, inputs } = command;
  const duration = command.duration ?? role.defaultDuration;
  const typed = readInputs(role.inputs, inputs);
  const asked = { requester, duration, inputs: typed.values, reason };
  const { role: ruled, answers } = ruling(role, asked, asOf(facts, command.start));
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
    ...approvers(ruled, command, facts),
  ];
}

function startOf({ start }: AskCommand, role: Role, { now }: Facts): Explanation['rules'] {
  if (start === undefined) return [];
  const met = whyUntimely(start, role, now) === undefined ? 'yes' : 'no';
  return [{ met, text: ['starts within ', span(role.startWithin), ': at ', ...startText(start)] }];
}

function approvers(role: Role, { by }: AskCommand, facts: Facts): Explanation['rules'] {
  const refusal = whyNobody(role, by, facts);
  const unknown = refusal?.code === 'directory-unreachable';
  return [
    {
      met: refusal === undefined ? 'yes' : unknown ? 'unknown' : 'no',
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
