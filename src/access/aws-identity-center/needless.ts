/** What the bot never asks for, and should not be shown: its example policy allows none of it. */

import type { Needless } from '../aws.ts';
import type { Io } from '../provider.ts';
import type { Center } from './client.ts';
import type { Where } from './target.ts';

const ONE = { MaxResults: 1 };

export function needless(center: Center, where: Where, io: Io): readonly Needless[] {
  const { instance: InstanceArn, store: IdentityStoreId } = where;
  return [
    [
      'list all permission sets',
      () =>
        center.inAdmin(where, io, ({ sdk, client, options }) =>
          client.send(new sdk.ListPermissionSetsCommand({ InstanceArn, ...ONE }), options),
        ),
    ],
    [
      'list all users',
      () =>
        center.inStore(where, io, ({ sdk, client, options }) =>
          client.send(new sdk.ListUsersCommand({ IdentityStoreId, ...ONE }), options),
        ),
    ],
  ];
}
