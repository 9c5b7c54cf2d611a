/** What the bot never does, and should not be allowed to: its example policy allows none of it. */
import type { EC2Client, IpPermission } from '@aws-sdk/client-ec2';

interface Line {
  readonly sdk: typeof import('@aws-sdk/client-ec2');
  readonly client: EC2Client;
  readonly options: { readonly abortSignal: AbortSignal };
}

/** NB. Each only asks whether it would be allowed (`DryRun`). */
export function needless(
  { sdk, client, options }: Line,
  group: string,
  rule: IpPermission,
): readonly (readonly [what: string, ask: () => Promise<unknown>])[] {
  const outgoing = { DryRun: true, GroupId: group, IpPermissions: [rule] };
  const made = { DryRun: true, GroupName: 'hallpass-doctor', Description: 'is never made' };
  return [
    [
      'open ways out of the group',
      () => client.send(new sdk.AuthorizeSecurityGroupEgressCommand(outgoing), options),
    ],
    ['make groups', () => client.send(new sdk.CreateSecurityGroupCommand(made), options)],
  ];
}
