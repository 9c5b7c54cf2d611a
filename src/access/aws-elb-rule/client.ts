/** The rules of one listener and their tags. */
import { listed } from '../aws.ts';
import { type Connection, ElbLine, isGone } from '../aws-elb.ts';
import { type Io, ProviderError } from '../provider.ts';
import { asConditions, type Rule, ruleFrom } from './rule.ts';
import type { Handle } from './target.ts';

const TAG = 'hallpass';
/** So many are asked about at once: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const TAGGED = 20;

export class Elb {
  readonly #line = new ElbLine();

  /** All of them, the default included. @throws ProviderError */
  async rules(where: Connection, listener: string, io: Io): Promise<readonly Rule[]> {
    const found = await this.#line.rules(where, listener, io);
    const arns = found.flatMap(({ RuleArn, IsDefault }) => (IsDefault ? [] : (RuleArn ?? [])));
    const marks = new Map<string, string>();
    for (let from = 0; from < arns.length; from += TAGGED)
      for (const [arn, mark] of await this.#marks(where, arns.slice(from, from + TAGGED), io))
        marks.set(arn, mark);
    return found.map((rule) => ruleFrom(rule, marks));
  }

  async create(handle: Handle, priority: number, io: Io): Promise<void> {
    const { listener, forward, mark } = handle;
    await this.#line.call(handle, io, ({ sdk, client, options }) =>
      client.send(
        new sdk.CreateRuleCommand({
          ListenerArn: listener,
          Priority: priority,
          Conditions: asConditions(handle),
          Actions: [{ Type: 'forward', TargetGroupArn: forward }],
          Tags: [{ Key: TAG, Value: mark }],
        }),
        options,
      ),
    );
  }

  /** By its ARN alone: by its priority, somebody else's could be meant. */
  async delete(handle: Handle, arn: string, io: Io): Promise<void> {
    await this.#line.call(handle, io, ({ sdk, client, options }) =>
      client.send(new sdk.DeleteRuleCommand({ RuleArn: arn }), options),
    );
  }

  /** What it may besides what it must. */
  needless(where: Connection, io: Io): Promise<readonly string[]> {
    return this.#line.needless(where, io);
  }

  async #marks(
    where: Connection,
    arns: readonly string[],
    io: Io,
  ): Promise<readonly (readonly [string, string])[]> {
    const answer = await this.#line
      .call(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.DescribeTagsCommand({ ResourceArns: [...arns] }), options),
      )
      .catch((cause: unknown) => {
        if (!isGone(cause)) throw cause;
        throw new ProviderError('unavailable', 'ELB: a rule went while they were read', { cause });
      });
    const described = listed(answer.TagDescriptions, 'ELB: the tags of rules');
    return arns.flatMap((arn) => {
      const found = described.find(({ ResourceArn }) => ResourceArn === arn);
      const tags = listed(found?.Tags, `ELB: the tags of ${arn}`);
      const mark = tags.find(({ Key }) => Key === TAG)?.Value;
      return mark === undefined ? [] : [[arn, mark] as const];
    });
  }
}
