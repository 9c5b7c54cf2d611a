/**
 * EC2 by its SDK, which is loaded when something is first asked of it: 28 MB that most installations do
 * not use. It tries nothing twice by itself: a second attempt of its own would find the first one's rule
 * and take it for somebody else's.
 */
import type { EC2Client, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { listed, MOST_PAGES, Service } from '../aws.ts';
import { canonicalCidr } from '../aws-source.ts';
import { type Io, ProviderError } from '../provider.ts';
import { faultOf } from './errors.ts';
import { needless } from './needless.ts';
import type { Connection, Handle } from './target.ts';

type Sdk = typeof import('@aws-sdk/client-ec2');

/** A rule as it is compared. */
export interface Rule {
  readonly id: string;
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly cidr: string;
  /** Whose it is by our tag, or null. */
  readonly mark: string | null;
}

const TAG = 'hallpass';

export class Ec2 {
  readonly #ec2 = new Service<Sdk, EC2Client>(
    '@aws-sdk/client-ec2',
    () => import('@aws-sdk/client-ec2'),
    (sdk, settings) => new sdk.EC2Client(settings),
  );

  /** @throws ProviderError unless these credentials see the group, in the account that policy names */
  async rules(where: Connection, group: string, io: Io): Promise<readonly Rule[]> {
    const { sdk, client } = await this.#client(where);
    const { signal: abortSignal } = io;
    const send = <T>(call: Promise<T>) => call.catch((error) => rethrown(error, io));
    const groups = await send(
      client.send(new sdk.DescribeSecurityGroupsCommand({ GroupIds: [group] }), { abortSignal }),
    );
    // NB. Whoever sees another account sees none of our rules there: that must not look like absence.
    const owner = groups.SecurityGroups?.find(({ GroupId }) => GroupId === group)?.OwnerId;
    if (owner !== where.account)
      throw new ProviderError('permission-denied', `${group} is not seen in ${where.account}`);
    const found: Rule[] = [];
    let next: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const command = new sdk.DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: 'group-id', Values: [group] }],
        MaxResults: 1_000,
        ...(next === undefined ? {} : { NextToken: next }),
      });
      const answer = await send(client.send(command, { abortSignal }));
      const rules = listed(answer.SecurityGroupRules, `EC2: the rules of ${group}`);
      found.push(...rules.flatMap(ruleOf));
      next = answer.NextToken === '' ? undefined : answer.NextToken;
      if (next === undefined) return found;
    }
    throw new ProviderError('bad-answer', `the rules of ${group} never end`);
  }

  async authorize(handle: Handle, mark: string, io: Io): Promise<void> {
    const { sdk, client } = await this.#client(handle);
    const command = new sdk.AuthorizeSecurityGroupIngressCommand({
      GroupId: handle.group,
      IpPermissions: [permissionOf(handle)],
      TagSpecifications: [
        { ResourceType: 'security-group-rule', Tags: [{ Key: TAG, Value: mark }] },
      ],
    });
    await client
      .send(command, { abortSignal: io.signal })
      .catch((error: unknown) => rethrown(error, io));
  }

  /** By its id alone: by what it says, somebody else's could be meant. */
  async revoke(handle: Handle, ids: readonly string[], io: Io): Promise<void> {
    const { sdk, client } = await this.#client(handle);
    const command = new sdk.RevokeSecurityGroupIngressCommand({
      GroupId: handle.group,
      SecurityGroupRuleIds: [...ids],
    });
    await client.send(command, { abortSignal: io.signal }).catch((error: unknown) => {
      rethrown(error, io);
    });
  }

  /** Whether it would be allowed, without doing it. */
  async mayWrite(where: Connection, group: string, io: Io): Promise<boolean> {
    const { sdk, client } = await this.#client(where);
    const command = new sdk.AuthorizeSecurityGroupIngressCommand({
      ...{ DryRun: true, GroupId: group, IpPermissions: [permissionOf(PROBE)] },
      TagSpecifications: [
        { ResourceType: 'security-group-rule', Tags: [{ Key: TAG, Value: 'probe' }] },
      ],
    });
    try {
      await client.send(command, { abortSignal: io.signal });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'DryRunOperation') return true;
      if (error instanceof Error && error.name === 'UnauthorizedOperation') return false;
      throw faultOf(error, io.signal);
    }
  }

  /** What it never does and would be allowed to do. Nothing is done: EC2 only says whether it would. */
  async needless(where: Connection, group: string, io: Io): Promise<readonly string[]> {
    const { sdk, client } = await this.#client(where);
    const rule = permissionOf(PROBE);
    const tries = needless({ sdk, client, options: { abortSignal: io.signal } }, group, rule);
    const allowed = await Promise.all(tries.map(([, ask]) => wouldBeAllowed(ask)));
    return tries.flatMap(([what], nth) => (allowed[nth] === true ? [what] : []));
  }

  #client({ region, profile }: Connection) {
    return this.#ec2.client(region, profile);
  }
}

const PROBE = { protocol: 'tcp', from: 1, to: 1, cidr: '192.0.2.1/32' } as const;

function rethrown(error: unknown, { signal }: Io): never {
  throw faultOf(error, signal);
}

/** As EC2 is told of a rule by what it says. */
type Permission = {
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
} & (
  | { readonly IpRanges: { readonly CidrIp: string }[] }
  | { readonly Ipv6Ranges: { readonly CidrIpv6: string }[] }
);

export function permissionOf(rule: Omit<Rule, 'id' | 'mark'>): Permission {
  const { protocol, from, to, cidr } = rule;
  const range = cidr.includes(':')
    ? { Ipv6Ranges: [{ CidrIpv6: cidr }] }
    : { IpRanges: [{ CidrIp: cidr }] };
  return { IpProtocol: protocol, FromPort: from, ToPort: to, ...range };
}

/** What lets out, or lets in a group or a prefix list, is none that could be ours. */
function ruleOf(rule: SecurityGroupRule): readonly Rule[] {
  const cidr = rule.CidrIpv4 ?? rule.CidrIpv6;
  const { SecurityGroupRuleId: id, FromPort: from, ToPort: to, IpProtocol: protocol } = rule;
  if (rule.IsEgress !== false || cidr === undefined || id === undefined) return [];
  const mark = rule.Tags?.find(({ Key }) => Key === TAG)?.Value ?? null;
  return [
    {
      id,
      protocol: protocol ?? '',
      from: from ?? -1,
      to: to ?? -1,
      cidr: canonicalCidr(cidr),
      mark,
    },
  ];
}

/** NB. Of any other answer nobody knows what it means for the right. */
async function wouldBeAllowed(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    return error instanceof Error && error.name === 'DryRunOperation';
  }
}
