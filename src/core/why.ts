/**
 * Why a request stands where it stands: the rule, and each of its conditions, met or unmet. An
 * account of what `decide` and `eligibility` decide by; it decides nothing itself.
 */

import type { Texts } from './card.ts';
import { approvalTerms, seats } from './card.ts';
import type { Facts, GroupAnswer } from './facts.ts';
import { asOf, inAnyOf, roleInForce } from './facts.ts';
import { readInputs } from './inputs.ts';
import { lookBack, whyLimited } from './limits.ts';
import { whyNobody } from './missing-approvers.ts';
import type { GroupName } from './policy.ts';
import { patternFound } from './policy-pattern.ts';
import { refusalText, STATUS_WORDS } from './refusal-text.ts';
import type { AccessRequest, Cancelled } from './request.ts';
import { expiryOf, isWaiting, startOf } from './request.ts';
import type { Rich } from './rich.ts';
import { bold, code, instant, person, requestRef, separated, span } from './rich.ts';
import { givesTheSame } from './same-targets.ts';
import { startText } from './start.ts';

/** `waiting`: not yet, and it may still come. `unknown`: cannot be told, which counts as unmet. */
export type Met = 'yes' | 'no' | 'waiting' | 'unknown';

export interface Condition {
  readonly met: Met;
  readonly text: Rich;
}

export interface WhyView {
  readonly request: AccessRequest['id'];
  readonly rule: string;
  /** The policy that it was asked under, and whether that one is in force. */
  readonly policy: string;
  readonly inForce: 'same' | 'another' | 'without-the-role';
  readonly outcome: Rich;
  readonly conditions: readonly Condition[];
}

/** As each condition is marked where it stands in a line. */
export const MARKS: Readonly<Record<Met, string>> = {
  yes: '✓',
  no: '✗',
  waiting: '…',
  unknown: '?',
};

const IN_FORCE: Readonly<Record<WhyView['inForce'], string>> = {
  same: 'which is in force',
  another: 'another version is in force now; the stricter decides',
  'without-the-role': 'the version in force has no such role any more',
};

/** Which version of the policy it was asked under, beside the one in force. */
export function inForceText({ inForce }: WhyView): string {
  return IN_FORCE[inForce];
}

/** What somebody is answered who asks why. */
export function whyLines(view: WhyView): readonly Rich[] {
  const policy = [code(view.policy.slice(0, 8)), `, ${inForceText(view)}.`];
  return [
    [requestRef(view.request), ': ', ...view.outcome],
    ['Rule ', code(view.rule), ' of policy ', ...policy],
    ...view.conditions.map(({ met, text }): Rich => [`${MARKS[met]} `, ...text]),
  ];
}

/** @param facts of the requester, gathered now */
export function whyView(request: AccessRequest, facts: Facts, texts: Texts): WhyView {
  const role = roleInForce(facts, request.role.name);
  const same = facts.policy.hash === request.policyHash;
  return {
    request: request.id,
    rule: `roles.${request.role.name}`,
    policy: request.policyHash,
    inForce: same ? 'same' : role === undefined ? 'without-the-role' : 'another',
    outcome: ['It ', STATUS_WORDS[request.status], '.'],
    conditions: [
      ...byBreakGlass(request),
      mayAsk(request, facts),
      duration(request),
      reason(request, texts),
      ...inputs(request),
      ...conditions(request),
      ...start(request),
      ...limits(request, facts),
      ...approval(request, facts),
      ...unchanged(request, facts),
    ],
  };
}

function mayAsk(request: AccessRequest, facts: Facts): Condition {
  const { who } = request.role;
  return {
    met: metBy(inAnyOf(facts, request.requester, who)),
    text: [person(request.requester), ' may ask: is in ', ...groups(who), ' at this moment'],
  };
}

function duration({ duration: asked, role }: AccessRequest): Condition {
  return {
    met: asked <= role.maxDuration ? 'yes' : 'no',
    text: ['Not too long: ', span(asked), ' of at most ', span(role.maxDuration)],
  };
}

function reason(request: AccessRequest, texts: Texts): Condition {
  const { required, pattern } = request.role.reason;
  if (request.reason === null)
    return { met: required ? 'no' : 'yes', text: ['No reason was given'] };
  const text = texts.get(request.reason.digest);
  if (text === undefined)
    return { met: 'unknown', text: ['A reason was given, and has been erased since'] };
  if (pattern === null) return { met: 'yes', text: [`A reason was given: “${text}”`] };
  return {
    met: patternFound(pattern, text) ? 'yes' : 'no',
    text: ['The reason has the form that the rule asks for: ', code(pattern)],
  };
}

function inputs(request: AccessRequest): readonly Condition[] {
  const { faults } = readInputs(request.role.inputs, request.inputs);
  return Object.entries(request.role.inputs).map(([name, { label }]) => ({
    met: faults.some((fault) => fault.name === name) ? 'no' : 'yes',
    text: [`${label}: `, code(`${name}=${request.inputs[name] ?? ''}`)],
  }));
}

/** Those that applied when it was asked: what they chose stands in the rule. */
function conditions({ applied }: AccessRequest): readonly Condition[] {
  return applied.map((name) => ({
    met: 'yes',
    text: ['The condition ', bold(name), ' applies, and what it chooses is part of the rule'],
  }));
}

/** Nothing is given before it, and everything is looked at again then. */
function start(request: AccessRequest): readonly Condition[] {
  const begins = startOf(request);
  if (begins === undefined) return [];
  const text: Rich = ['Its start has come: ', ...startText(begins)];
  if (request.status === 'cancelled') return [{ met: 'no', text: whyCancelled(request) }];
  return [{ met: 'startedAt' in request ? 'yes' : isWaiting(request) ? 'waiting' : 'no', text }];
}

function whyCancelled({ cause }: Cancelled): Rich {
  return cause.kind === 'refused'
    ? [`At its start it could still be given: ${refusalText(cause.refusal)}`]
    : ['It was not cancelled before its start: ', person(cause.by), ' did'];
}

/** Whether it could be opened now: of what was opened already, it is told in the past. */
function limits(request: AccessRequest, facts: Facts): readonly Condition[] {
  if (request.status !== 'pending' || lookBack(request.role) === 0) return [];
  const refusal = whyLimited(request.role, request, asOf(facts, startOf(request)));
  return refusal === undefined
    ? [{ met: 'yes', text: ['No more than one person may have'] }]
    : [{ met: 'no', text: [refusalText(refusal)] }];
}

function byBreakGlass({ breakGlass, review }: AccessRequest): readonly Condition[] {
  if (breakGlass === undefined) return [];
  const { most, within } = breakGlass.often;
  return [
    {
      met: 'yes',
      text: [
        `Break-glass: asks for nobody’s approval, at most ${most} times within `,
        span(within),
      ],
    },
    {
      met: review?.kind === 'closed' ? 'yes' : 'waiting',
      text: ['Reviewed by somebody else of ', ...groups(breakGlass.review.by)],
    },
  ];
}

function approval(request: AccessRequest, facts: Facts): readonly Condition[] {
  if (request.breakGlass !== undefined) return [];
  if (request.role.approval.kind === 'automatic')
    return [{ met: 'yes', text: ['Automatic: the rule asks for nobody’s approval'] }];
  const isEnough = request.waitsFor.length === 0;
  const still = request.status === 'pending' ? 'waiting' : 'no';
  return [
    {
      met: canBeApproved(request, facts),
      text: ['Enough people could approve: ', ...approvalTerms(request)],
    },
    {
      met: request.status === 'denied' ? 'no' : isEnough ? 'yes' : still,
      text: [...approved(request), ...(isEnough ? [] : ['; needs ', ...seats(request.waitsFor)])],
    },
    ...denial(request),
    ...inTime(request),
  ];
}

/** By the people of this moment, under the rule that it was asked under. */
function canBeApproved({ role, requester }: AccessRequest, facts: Facts): Met {
  const refusal = whyNobody(role, requester, facts);
  if (refusal === undefined) return 'yes';
  return refusal.code === 'directory-unreachable' ? 'unknown' : 'no';
}

function approved(request: AccessRequest): Rich {
  const { length } = request.approvals;
  return [`Approved by ${length}`, ...approvers(request)];
}

function approvers({ approvals }: AccessRequest): Rich {
  if (approvals.length === 0) return [];
  const each = approvals.map(({ by, at }): Rich => [person(by), ' at ', instant(at)]);
  return [': ', ...separated(each)];
}

function denial(request: AccessRequest): readonly Condition[] {
  return request.status === 'denied'
    ? [{ met: 'no', text: ['Nobody denied it: ', person(request.by), ' did'] }]
    : [];
}

function inTime(request: AccessRequest): readonly Condition[] {
  const text: Rich = ['Decided before ', instant(expiryOf(request))];
  if (request.status === 'expired') return [{ met: 'no', text }];
  if (request.status === 'withdrawn')
    return [{ met: 'no', text: ['Still wanted: the requester withdrew it'] }];
  return [{ met: request.status === 'pending' ? 'waiting' : 'yes', text }];
}

/** The stricter of both policies decides, and only about what was asked. */
function unchanged(request: AccessRequest, facts: Facts): readonly Condition[] {
  const inForce = roleInForce(facts, request.role.name);
  if (inForce === undefined)
    return [{ met: 'no', text: ['The policy in force still has this role'] }];
  return [
    {
      met: givesTheSame(request, inForce, facts) ? 'yes' : 'no',
      text: ['What the role gives is the same in the policy in force'],
    },
  ];
}

function groups(names: readonly GroupName[]): Rich {
  return separated(names.map((name) => [bold(name)]));
}

function metBy(answer: GroupAnswer): Met {
  return typeof answer === 'object' ? 'unknown' : answer;
}
