/** Elastic Load Balancing by its SDK, which tries nothing twice by itself. */
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { answered, MOST_PAGES, Service } from '../aws.ts';
import { type Io, ProviderError } from '../provider.ts';
import { faultOf } from './errors.ts';
import { NEEDLESS } from './needless.ts';
import { asConditions, type Rule, ruleFrom } from './rule.ts';
import type { Connection, Handle } from './target.ts';

type Sdk = typeof import('@aws-sdk/client-elastic-load-balancing-v2');
type AwsRule = NonNullable<
  import('@aws-sdk/client-elastic-load-balancing-v2').DescribeRulesCommandOutput['Rules']
>[number];

export interface Line {
  readonly sdk: Sdk;
  readonly client: ElasticLoadBalancingV2Client;
  readonly options: { readonly abortSignal: AbortSignal };
}

export const TAG = 'hallpass';
/** So many are asked about at once: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const TAGGED = 20;

export class Elb {
  readonly #elb = new Service<Sdk, ElasticLoadBalancingV2Client>(
    '@aws-sdk/client-elastic-load-balancing-v2',
    () => import('@aws-sdk/client-elastic-load-balancing-v2'),
    (sdk, settings) => new sdk.ElasticLoadBalancingV2Client(settings),
  );

  /** All of them, the default included. @throws ProviderError */
  async rules(where: Connection, listener: string, io: Io): Promise<readonly Rule[]> {
    const found = await this.#found(where, listener, io);
    const arns = found.flatMap(({ RuleArn, IsDefault }) => (IsDefault ? [] : (RuleArn ?? [])));
    const marks = new Map<string, string>();
    for (let from = 0; from < arns.length; from += TAGGED)
      for (const [arn, mark] of await this.#marks(where, arns.slice(from, from + TAGGED), io))
        marks.set(arn, mark);
    return found.flatMap((rule) => ruleFrom(rule, marks.get(rule.RuleArn ?? '') ?? null) ?? []);
  }

  async create(handle: Handle, priority: number, io: Io): Promise<void> {
    const { listener, forward, mark } = handle;
    await this.#call(handle, io, ({ sdk, client, options }) =>
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
    await this.#call(handle, io, ({ sdk, client, options }) =>
      client.send(new sdk.DeleteRuleCommand({ RuleArn: arn }), options),
    );
  }

  /** What it may besides what it must. */
  async needless(where: Connection, io: Io): Promise<readonly string[]> {
    return answered(NEEDLESS.map(([what, ask]) => [what, () => this.#call(where, io, ask)]));
  }

  async #found(where: Connection, listener: string, io: Io): Promise<readonly AwsRule[]> {
    const found: AwsRule[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const asked = { ListenerArn: listener, ...(marker === undefined ? {} : { Marker: marker }) };
      const answer = await this.#call(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.DescribeRulesCommand(asked), options),
      );
      found.push(...(answer.Rules ?? []));
      marker = answer.NextMarker === '' ? undefined : answer.NextMarker;
      if (marker === undefined) return found;
    }
    throw new ProviderError('bad-answer', `the rules of ${listener} never end`);
  }

  async #marks(
    where: Connection,
    arns: readonly string[],
    io: Io,
  ): Promise<readonly (readonly [string, string])[]> {
    const answer = await this.#call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.DescribeTagsCommand({ ResourceArns: [...arns] }), options),
    );
    return (answer.TagDescriptions ?? []).flatMap(({ ResourceArn: arn, Tags = [] }) => {
      const mark = Tags.find(({ Key }) => Key === TAG)?.Value;
      return arn === undefined || mark === undefined ? [] : [[arn, mark] as const];
    });
  }

  async #call<T>(
    { region, profile }: Connection,
    { signal }: Io,
    call: (line: Line) => Promise<T>,
  ): Promise<T> {
    const line = await this.#elb.client(region, profile);
    return call({ ...line, options: { abortSignal: signal } }).catch((error: unknown) => {
      throw faultOf(error, signal);
    });
  }
}
