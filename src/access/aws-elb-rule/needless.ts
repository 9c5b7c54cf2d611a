/** What the bot never asks for, and should not be shown: its example policy allows none of it. */
import type { Line } from './client.ts';

export const NEEDLESS: readonly (readonly [what: string, ask: (line: Line) => Promise<unknown>])[] =
  [
    [
      'list all load balancers of the account',
      ({ sdk, client, options }) =>
        client.send(new sdk.DescribeLoadBalancersCommand({ PageSize: 1 }), options),
    ],
    [
      'list all target groups of the account',
      ({ sdk, client, options }) =>
        client.send(new sdk.DescribeTargetGroupsCommand({ PageSize: 1 }), options),
    ],
  ];
