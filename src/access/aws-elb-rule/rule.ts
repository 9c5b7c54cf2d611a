/** A listener's rule as it is compared: ours says where from, perhaps for which host and path, and whereto. */
import type {
  Action,
  Rule as AwsRule,
  RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { listed } from '../aws.ts';
import { canonicalCidr } from '../aws-source.ts';
import { ProviderError } from '../provider.ts';
import type { Handle } from './target.ts';

export interface Rule {
  readonly arn: string;
  /** null: the default, which comes last. */
  readonly priority: number | null;
  /** By field, sorted: `host-header`, `path-pattern`, `source-ip`. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
  /** `forward arn:…`, `fixed-response`, in their order; then `transform url-rewrite`. */
  readonly actions: readonly string[];
  /** Whose it is by our tag, or null. */
  readonly mark: string | null;
}

/** What a right says, as a rule says it. */
type Right = Pick<Handle, 'cidr' | 'host' | 'path' | 'forward'>;

/** @throws ProviderError: of what cannot be read nobody knows whom it lets in */
export function ruleFrom(rule: AwsRule, marks: ReadonlyMap<string, string>): Rule {
  const { RuleArn: arn, Conditions, Actions, Transforms = [] } = rule;
  const priority = rule.IsDefault === true ? null : Number(rule.Priority);
  if (arn === undefined || Number.isNaN(priority))
    throw new ProviderError('bad-answer', 'ELB shows a rule without a name, or without a priority');
  return {
    arn,
    priority,
    conditions: new Map(listed(Conditions, `ELB: the conditions of ${arn}`).map(conditionFrom)),
    // NB. What rewrites the host or the path leads somewhere else than what was approved.
    actions: [
      ...listed(Actions, `ELB: the actions of ${arn}`).map(actionFrom),
      ...Transforms.map(({ Type }) => `transform ${Type}`),
    ],
    mark: marks.get(arn) ?? null,
  };
}

/** NB. What is not known here is a condition all the same, and makes the rule another one. */
function conditionFrom(condition: RuleCondition): readonly [string, readonly string[]] {
  const { Field: field = '', SourceIpConfig, HostHeaderConfig, PathPatternConfig } = condition;
  const values =
    SourceIpConfig?.Values?.map(canonicalCidr) ??
    HostHeaderConfig?.Values ??
    PathPatternConfig?.Values ??
    condition.Values ??
    [];
  return [field, values.length === 0 ? [JSON.stringify(condition)] : values.toSorted()];
}

function actionFrom({ Type, TargetGroupArn, ForwardConfig }: Action): string {
  if (Type !== 'forward') return Type ?? 'nothing';
  const groups = (ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn);
  const all = groups.length === 0 ? [TargetGroupArn] : groups;
  return ['forward', ...all.map((arn) => arn ?? '').toSorted()].join(' ');
}

export function isSame({ conditions, actions }: Rule, right: Right): boolean {
  const wanted = conditionsOf(right);
  return (
    actions.length === 1 &&
    actions[0] === `forward ${right.forward}` &&
    conditions.size === wanted.size &&
    [...wanted].every(([field, value]) => {
      const values = conditions.get(field);
      return values?.length === 1 && values[0] === value;
    })
  );
}

function conditionsOf({ cidr, host, path }: Right): ReadonlyMap<string, string> {
  const all = { 'source-ip': cidr, 'host-header': host, 'path-pattern': path };
  return new Map(Object.entries(all).filter((one): one is [string, string] => one[1] !== null));
}

/** For `CreateRule`. */
export function asConditions(right: Right): RuleCondition[] {
  const { cidr, host, path } = right;
  return [
    { Field: 'source-ip', SourceIpConfig: { Values: [cidr] } },
    ...(host === null ? [] : [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }]),
    ...(path === null ? [] : [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }]),
  ];
}

/** What a rule in our band opens, if it is one that we could have written. */
export function rightOf({ conditions, actions }: Rule): Right | undefined {
  const one = (field: string) => {
    const values = conditions.get(field);
    return values === undefined ? null : values.length === 1 ? (values[0] ?? null) : undefined;
  };
  const [cidr, host, path] = [one('source-ip'), one('host-header'), one('path-pattern')];
  const [, forward] = /^forward (\S+)$/.exec(actions.join(', ')) ?? [];
  if (cidr === undefined || cidr === null || host === undefined || path === undefined)
    return undefined;
  return forward === undefined ? undefined : { cidr, host, path, forward };
}

/** The first that nobody has; undefined: the band is full. */
export function freePriority(
  rules: readonly Rule[],
  { priorities: { from, until } }: Pick<Handle, 'priorities'>,
): number | undefined {
  const taken = new Set(rules.map(({ priority }) => priority));
  for (let priority = from; priority <= until; priority += 1)
    if (!taken.has(priority)) return priority;
  return undefined;
}

export function isInBand({ priority }: Rule, { priorities }: Pick<Handle, 'priorities'>): boolean {
  return priority !== null && priorities.from <= priority && priority <= priorities.until;
}
