/** One look at a load balancer: what several choices of a target share is read once. */
import type { Action, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { listed } from '../aws.ts';
import type { AwsRule, Connection } from '../aws-elb.ts';
import { type Io, ProviderError } from '../provider.ts';
import { type Elb, isListener, listenerOf } from './client.ts';

export class Look {
  readonly elb: Elb;
  readonly where: Connection;
  readonly io: Io;
  readonly #rules = new Map<string, Promise<readonly AwsRule[]>>();
  readonly #members = new Map<string, Promise<readonly TargetHealthDescription[]>>();

  constructor(elb: Elb, where: Connection, io: Io) {
    this.elb = elb;
    this.where = where;
    this.io = io;
  }

  /** @returns undefined: the rule is gone */
  async actions(at: string): Promise<readonly Action[] | undefined> {
    const rule = await this.rule(at);
    const actions = rule && listed(rule.Actions, `ELB: the actions of ${at}`);
    // A rule ends in a forward, a redirect or a fixed response: one without any was not told whole.
    if (actions?.length === 0)
      throw new ProviderError('bad-answer', `ELB: ${at} is listed without its actions`);
    return actions;
  }

  /**
   * By way of its listener: so a rule that is gone is told from a listener that nobody sees.
   *
   * @param at a rule, or a listener for its default @returns undefined: the rule is gone
   */
  async rule(at: string): Promise<AwsRule | undefined> {
    const { elb, where, io } = this;
    const listener = listenerOf(at);
    const rules = await once(this.#rules, listener, () => elb.rules(where, listener, io));
    return rules.find(({ RuleArn, IsDefault }) =>
      isListener(at) ? IsDefault === true : RuleArn === at,
    );
  }

  /** Whatever is registered, and what has been until a moment ago. */
  members(group: string): Promise<readonly TargetHealthDescription[]> {
    const { elb, where, io } = this;
    return once(this.#members, group, () => elb.members(where, group, io));
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const asked = known.get(key) ?? ask();
  known.set(key, asked);
  return asked;
}
