/** Elastic Load Balancing, for all who ask it: by its SDK, which tries nothing twice by itself, and by its own names. */
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import * as aws from './aws.ts';
import type { Answer, Io } from './provider.ts';
import { ProviderError } from './provider.ts';

type Sdk = typeof import('@aws-sdk/client-elastic-load-balancing-v2');
export type AwsRule = NonNullable<
  import('@aws-sdk/client-elastic-load-balancing-v2').DescribeRulesCommandOutput['Rules']
>[number];

export interface Line {
  readonly sdk: Sdk;
  readonly client: ElasticLoadBalancingV2Client;
  readonly options: { readonly abortSignal: AbortSignal };
}

export const connectionSchema = z.strictObject({
  account: aws.accountShape,
  region: aws.regionShape,
  profile: aws.profileShape,
});
export type Connection = z.infer<typeof connectionSchema>;

const ARN = 'arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\\d{12}';
const ID = '[0-9a-f]{16}';
export const LISTENER = new RegExp(`^${ARN}:listener/app/[\\w.-]{1,64}/${ID}/${ID}$`);
export const RULE = new RegExp(`^${ARN}:listener-rule/app/[\\w.-]{1,64}/${ID}/${ID}/${ID}$`);
export const GROUP = new RegExp(`^${ARN}:targetgroup/[\\w.-]{1,64}/${ID}$`);

/** `…:targetgroup/admin/0123456789abcdef` → `admin` */
export function nameOf(group: string): string {
  return group.split('/').at(-2) ?? group;
}

/** @returns what is wrong with it, or undefined */
export function elsewhere(arn: string, { account, region }: Connection): string | undefined {
  const isHere = arn.includes(`:${region}:${account}:`);
  return isHere ? undefined : `is not in account ${account} at ${region}`;
}

const ELB: aws.Errors = {
  service: 'ELB',
  meanings: [
    [/^(ListenerNotFound|TargetGroupNotFound)(Exception)?$/, 'misconfigured'],
    [
      /^(UnsupportedProtocol|InvalidConfigurationRequest|ValidationError)(Exception)?$/,
      'misconfigured',
    ],
    [
      /^(InvalidTarget|InvalidLoadBalancerAction|IncompatibleProtocols)(Exception)?$/,
      'misconfigured',
    ],
    [/^(PriorityInUse|OperationNotPermitted|ResourceInUse)(Exception)?$/, 'conflict'],
  ],
  gone: /^RuleNotFound(Exception)?$/,
  full: /^(TooMany[A-Za-z]+?|TargetGroupAssociationLimit)(Exception)?$/,
  noRoom: 'The load balancer has no room for it.',
};

const UNKNOWN = /^(Listener|TargetGroup)NotFound(Exception)?$/;

/** NB. Of a rule alone: whether a listener or a group is gone, or in another account, ELB does not tell. */
export function isGone(error: unknown): boolean {
  return aws.isNamed(error, ELB.gone);
}

/** No such listener, no such group: in this account, at least. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ProviderError && aws.isNamed(error.cause, UNKNOWN);
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  return aws.answerOf(ELB, error);
}

export class ElbLine {
  readonly #service = new aws.Service<Sdk, ElasticLoadBalancingV2Client>(
    '@aws-sdk/client-elastic-load-balancing-v2',
    () => import('@aws-sdk/client-elastic-load-balancing-v2'),
    (sdk, settings) => new sdk.ElasticLoadBalancingV2Client(settings),
  );

  /** @throws ProviderError; what is gone and what is full keep their own names */
  async call<T>(
    { region, profile }: Connection,
    { signal }: Io,
    call: (line: Line) => Promise<T>,
  ): Promise<T> {
    const line = await this.#service.client(region, profile);
    return call({ ...line, options: { abortSignal: signal } }).catch((error: unknown) => {
      throw aws.faultOf(ELB, error, signal);
    });
  }

  /**
   * All of them, the default included: every listener has one, and an answer without it is not whole.
   *
   * @throws ProviderError
   */
  async rules(where: Connection, listener: string, io: Io): Promise<readonly AwsRule[]> {
    const found: AwsRule[] = [];
    let marker: string | undefined;
    for (let page = 0; page < aws.MOST_PAGES; page += 1) {
      const asked = { ListenerArn: listener, ...(marker === undefined ? {} : { Marker: marker }) };
      const answer = await this.call(where, io, ({ sdk, client, options }) =>
        client.send(new sdk.DescribeRulesCommand(asked), options),
      );
      found.push(...aws.listed(answer.Rules, `ELB: the rules of ${listener}`));
      marker = answer.NextMarker === '' ? undefined : answer.NextMarker;
      if (marker === undefined) return whole(listener, found);
    }
    throw new ProviderError('bad-answer', `the rules of ${listener} never end`);
  }

  /** What it may besides what it must: its example policies allow none of it. */
  async needless(where: Connection, io: Io): Promise<readonly string[]> {
    return aws.answered([
      [
        'list all load balancers of the account',
        () =>
          this.call(where, io, ({ sdk, client, options }) =>
            client.send(new sdk.DescribeLoadBalancersCommand({ PageSize: 1 }), options),
          ),
      ],
      [
        'list all target groups of the account',
        () =>
          this.call(where, io, ({ sdk, client, options }) =>
            client.send(new sdk.DescribeTargetGroupsCommand({ PageSize: 1 }), options),
          ),
      ],
    ]);
  }
}

function whole(listener: string, rules: readonly AwsRule[]): readonly AwsRule[] {
  if (rules.some(({ IsDefault }) => IsDefault === true)) return rules;
  throw new ProviderError('bad-answer', `the rules of ${listener} are without its default`);
}
