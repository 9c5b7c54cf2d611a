/** What the bot never asks for, and should not be shown: its example policy allows none of it. */
import type { Line } from './client.ts';

const ONE = { MaxItems: 1 };

export const NEEDLESS: readonly (readonly [what: string, ask: (line: Line) => Promise<unknown>])[] =
  [
    [
      'list all users of the account',
      ({ sdk, client, options }) => client.send(new sdk.ListUsersCommand(ONE), options),
    ],
    [
      'list all roles of the account',
      ({ sdk, client, options }) => client.send(new sdk.ListRolesCommand(ONE), options),
    ],
  ];
