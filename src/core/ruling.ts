/**
 * What a role comes to for one ask at one moment: its conditions are evaluated, and what is left is a role
 * without any. Several may apply, and the strictest wins.
 *
 * What cannot be evaluated is never to the requester's advantage: a condition that fails opens nothing by
 * itself, and whatever it would refuse, shorten or ask for is done.
 */
import { localTime } from './calendar.ts';
import type { Answer, Circumstances } from './condition-language.ts';
import { evaluate, LOOKS_BACK } from './condition-language.ts';
import type { Facts } from './facts.ts';
import { inAnyOf, sameHumanIds } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import type { ApprovalRule, Cap, Condition, Quorum, Role, Stage } from './policy.ts';
import { stagesOf } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest } from './request.ts';
import { wasHad } from './request.ts';
import type { Instant, Millis } from './time.ts';

/** What is asked, as conditions may speak of it. */
export interface Asked {
  readonly requester: PrincipalId;
  readonly duration: Millis;
  readonly inputs: Readonly<Record<string, string>>;
  /** undefined when it was erased. */
  readonly reason: string | undefined;
  readonly isBreakGlass: boolean;
}

export interface Ruling {
  /** As it stands for this ask: without conditions. */
  readonly role: Role;
  /** The names of the conditions that apply. */
  readonly applied: readonly string[];
  readonly refusal: Refusal | undefined;
  readonly answers: readonly Answered[];
}

interface Answered {
  readonly condition: Condition;
  readonly answer: Answer;
}

/** As a request that was asked before is judged again. */
export function askedIn(request: AccessRequest, { reasons }: Facts): Asked {
  const { requester, duration, inputs } = request;
  const reason = request.reason === null ? '' : reasons.get(request.reason.digest);
  const isBreakGlass = request.breakGlass !== undefined;
  return { requester, duration, inputs, reason, isBreakGlass };
}

/** Whether somebody has had this without approval as often as policy lets them. */
export function whyUsedUp(role: Role, by: PrincipalId, facts: Facts): Refusal | undefined {
  const { approval } = role;
  if (approval.kind !== 'automatic' || approval.cap === undefined) return undefined;
  return isUsedUp(approval.cap, role, by, facts)
    ? { code: 'automatic-used-up', role: role.name, ...approval.cap }
    : undefined;
}

function isUsedUp({ most, within }: Cap, role: Role, by: PrincipalId, facts: Facts): boolean {
  const automatic = facts.past.filter(
    ({ role: had, breakGlass }) => had.approval.kind === 'automatic' && breakGlass === undefined,
  );
  const begun = beginnings(role, by, { ...facts, past: automatic });
  return begun.filter((at) => at > facts.now - within).length >= most;
}

export function ruling(role: Role, asked: Asked, facts: Facts): Ruling {
  if (role.conditions.length === 0) return { role, applied: [], refusal: undefined, answers: [] };
  const around = circumstances(role, asked, facts);
  const answers = role.conditions.map((condition) => {
    return { condition, answer: evaluate(condition.when, around) };
  });
  const met = answers
    .filter(({ answer }) => answer !== 'no')
    .flatMap((one) => (one.answer === 'unknown' ? openingNothing(one) : one));
  const unspent = met.filter(({ condition }) => !isSpent(condition, role, asked.requester, facts));
  // NB. One cap that is reached is reached for all that let somebody in.
  const applying = unspent.length < met.length ? unspent.flatMap(openingNothing) : met;
  const lengths = applying.flatMap(({ condition: { max } }) => (max === null ? [] : [max]));
  const maxDuration = Math.min(role.maxDuration, ...lengths);
  const defaultDuration = Math.min(role.defaultDuration, maxDuration);
  const approval = strictest(role.approval, applying);
  return {
    role: { ...role, maxDuration, defaultDuration, approval, conditions: [] },
    applied: applying.map(({ condition }) => condition.name),
    refusal: refusalIn(applying),
    answers,
  };
}

/** All that it says but that somebody may have access without anybody's approval. */
function openingNothing(one: Answered): readonly Answered[] {
  const { approval, max, refuse } = one.condition;
  if (approval?.kind !== 'automatic') return [one];
  const isIdle = max === null && refuse === null;
  return isIdle ? [] : [{ ...one, condition: { ...one.condition, approval: null } }];
}

/** Its cap is reached: then it lets nobody in any more, and what the role itself says counts. */
function isSpent(
  { approval }: Condition,
  role: Role,
  requester: PrincipalId,
  facts: Facts,
): boolean {
  if (approval?.kind !== 'automatic' || approval.cap === undefined) return false;
  return isUsedUp(approval.cap, role, requester, facts);
}

function refusalIn(applying: readonly Answered[]): Refusal | undefined {
  for (const { condition, answer } of applying)
    if (condition.refuse !== null)
      return {
        code: 'forbidden',
        condition: condition.name,
        why: condition.refuse,
        unknown: answer === 'unknown',
      };
  return undefined;
}

/**
 * The role's own rule counts where no condition chooses one; and where one that fails would have chosen,
 * for it might be the milder.
 */
function strictest(base: ApprovalRule, applying: readonly Answered[]): ApprovalRule {
  const chosen = applying.flatMap(({ condition: { approval }, answer }) =>
    approval === null ? [] : [{ approval, answer }],
  );
  const isSure = chosen.some(
    ({ approval, answer }) => approval.kind === 'stages' && answer === 'yes',
  );
  const isOpen = chosen.some(({ approval }) => approval.kind === 'automatic');
  const unsure = chosen.some(({ answer }) => answer === 'unknown');
  const withBase = !isSure && (!isOpen || unsure);
  const rules = [...(withBase ? [base] : []), ...chosen.map(({ approval }) => approval)];
  const staged = rules.filter((rule) => stagesOf(rule).length > 0);
  const [first] = rules;
  return staged.length === 0 ? (first ?? base) : { kind: 'stages', stages: merged(staged) };
}

/** Stage by stage, of each group the larger number: whoever satisfies this satisfies each of them. */
function merged(rules: readonly ApprovalRule[]): readonly Stage[] {
  const all = rules.map(stagesOf);
  const length = Math.max(...all.map((stages) => stages.length));
  return Array.from({ length }, (_, nth) => {
    const most = new Map<string, number>();
    for (const stages of all)
      for (const { of, count } of summed(stages[nth] ?? []))
        most.set(of, Math.max(count, most.get(of) ?? 0));
    return [...most].map(([of, count]): Quorum => ({ count, of }));
  });
}

/** A stage may name a group twice. */
function summed(stage: Stage): readonly Quorum[] {
  const sums = new Map<string, number>();
  for (const { of, count } of stage) sums.set(of, count + (sums.get(of) ?? 0));
  return [...sums].map(([of, count]) => ({ count, of }));
}

function circumstances(role: Role, asked: Asked, facts: Facts): Circumstances {
  const { requester, duration, reason, isBreakGlass } = asked;
  const declared = Object.keys(role.inputs).map((name) => [name, asked.inputs[name] ?? '']);
  return {
    role: role.name,
    duration,
    inputs: Object.fromEntries(declared),
    reason,
    isBreakGlass,
    time: localTime(facts.now, facts.policy),
    memberOf(group) {
      const answer = inAnyOf(facts, requester, [group]);
      if (typeof answer === 'object') throw new Error(`${answer.unreachable} cannot be read`);
      return answer === 'yes';
    },
    usedWithin(time) {
      if (!(time <= LOOKS_BACK)) throw new Error('nothing is counted from so long ago');
      return beginnings(role, requester, facts).filter((at) => at > facts.now - time).length;
    },
  };
}

/** When the role was opened for this human, as far back as the facts go; what failed was not had. */
function beginnings(
  role: Pick<Role, 'name'>,
  requester: PrincipalId,
  facts: Facts,
): readonly Instant[] {
  return facts.past.flatMap((request) =>
    wasHad(request) &&
    request.role.name === role.name &&
    sameHumanIds(facts, request.requester, requester)
      ? [request.startedAt]
      : [],
  );
}
