/** How much of its traffic a rule, or a listener by default, forwards to each of its target groups. */
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Residue } from '../../core/residue.ts';
import { SECOND } from '../../core/time.ts';
import { nameOf } from '../aws-elb.ts';
import type { Look } from './look.ts';
import type { Hindrance, Standing, State } from './standing.ts';
import { type Given, type Weighted, weightFor } from './target.ts';

/** Actions of which everything is known here. The list is replaced as a whole: of others, something could be lost. */
const KNOWN: readonly (string | undefined)[] = [
  ...['forward', 'authenticate-oidc', 'authenticate-cognito', 'jwt-validation'],
];

/** @returns what policy means at these actions, or undefined where they forward to other target groups */
export function weightedAt(
  at: string,
  actions: readonly Action[],
  { set, otherwise }: Extract<Given, { kind: 'weights' }>,
): Weighted | undefined {
  const found = [...weightsIn(actions).keys()].sort();
  const groups = found.flatMap((group) => {
    const [then, else_] = [weightFor(set, group), weightFor(otherwise, group)];
    return then === undefined || else_ === undefined
      ? []
      : [{ group, set: then, otherwise: else_ }];
  });
  const areAll = groups.length === found.length && groups.length === Object.keys(set).length;
  return areAll ? { kind: 'weights', at, groups } : undefined;
}

export async function weightsNow(look: Look, what: Weighted): Promise<Standing> {
  const { at } = what;
  const actions = await look.actions(at);
  if (actions === undefined) return GONE;
  return {
    is: stateOf(weightsIn(actions), what),
    evidence: said(weightsIn(actions)),
    hinders: () => unkept(actions),
    put: (to) => {
      const written = withWeights(actions, weightsFor(what, to));
      return look.elb.setActions(look.where, at, written, look.io);
    },
  };
}

const GONE: Standing = {
  is: 'gone',
  evidence: 'the rule is gone',
  hinders: () => null,
  put: async () => {},
};

/** `blue 0, green 100` */
export function said(weights: ReadonlyMap<string, number>): string {
  const each = [...weights].map(([group, weight]) => `${nameOf(group)} ${weight}`);
  return each.length === 0 ? 'nothing is forwarded' : each.sort().join(', ');
}

export function weightsFor({ groups }: Weighted, state: State): ReadonlyMap<string, number> {
  return new Map(groups.map((one) => [one.group, one[state]]));
}

/** Whom a sticky session has bound to a group, the weights do not move. */
export function residueOfWeights(actions: readonly Action[]): Residue {
  const stickiness = forwards(actions)[0]?.ForwardConfig?.TargetGroupStickinessConfig;
  if (stickiness?.Enabled !== true)
    return { text: 'Open connections, such as WebSockets, stay where they are.', lasts: null };
  const text = 'Whom a sticky session has bound to a target group meanwhile stays with it.';
  const { DurationSeconds: seconds } = stickiness;
  return { text, lasts: seconds === undefined ? null : seconds * SECOND };
}

function forwards(actions: readonly Action[]): readonly Action[] {
  return actions.filter(({ Type }) => Type === 'forward');
}

/** NB. A group without a weight stands alone, and has all of it. */
function weightsIn(actions: readonly Action[]): ReadonlyMap<string, number> {
  const all = forwards(actions).flatMap(({ TargetGroupArn, ForwardConfig }) => {
    const several = ForwardConfig?.TargetGroups ?? [];
    return several.length === 0 ? [{ TargetGroupArn, Weight: 1 }] : several;
  });
  return new Map(all.map(({ TargetGroupArn = '', Weight = 1 }) => [TargetGroupArn, Weight]));
}

function stateOf(weights: ReadonlyMap<string, number>, what: Weighted): Standing['is'] {
  const isAs = (state: State) =>
    weights.size === what.groups.length &&
    what.groups.every((one) => weights.get(one.group) === one[state]);
  if (isAs('set')) return 'set';
  return isAs('otherwise') ? 'otherwise' : 'neither';
}

function unkept(actions: readonly Action[]): Hindrance | null {
  const other = actions.find(({ Type }) => !KNOWN.includes(Type));
  if (other === undefined && forwards(actions).length === 1) return null;
  const why =
    other === undefined
      ? 'It does not forward by one action.'
      : `It has an action of type ${other.Type}, which could be lost.`;
  return { why, passes: false };
}

/** Everything else stays: what was read is written back. */
function withWeights(actions: readonly Action[], weights: ReadonlyMap<string, number>): Action[] {
  return actions.map((action) => {
    if (action.Type === 'forward') return weighing(action, weights);
    const { AuthenticateOidcConfig: oidc } = action;
    // NB. Its secret is never shown, and stays if one says so.
    return oidc === undefined
      ? action
      : { ...action, AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } };
  });
}

function weighing(
  { TargetGroupArn: _alone, ...action }: Action,
  weights: ReadonlyMap<string, number>,
): Action {
  const groups = [...weights].map(([group, weight]) => ({ TargetGroupArn: group, Weight: weight }));
  return { ...action, ForwardConfig: { ...action.ForwardConfig, TargetGroups: groups } };
}
