/** What the app must be allowed in Graph, each for one thing, and none that allows more than that. */

export interface GraphPermission {
  /** As the Entra admin centre lists it under application permissions. */
  readonly name: string;
  /** Goes on after "needed to". */
  readonly purpose: string;
  /** False: without it some people are told less, and everything else goes on. */
  readonly required: boolean;
}

export const GRAPH_PERMISSIONS = {
  users: {
    name: 'User.Read.All',
    purpose: 'read who somebody is, who manages them, and whether their account is enabled',
    required: true,
  },
  groups: {
    name: 'GroupMember.Read.All',
    purpose: 'read who is in the groups that policy names',
    required: true,
  },
  catalog: {
    name: 'AppCatalog.Read.All',
    purpose: "find Hallpass in the organization's app catalog",
    required: false,
  },
  installation: {
    name: 'TeamsAppInstallation.ReadWriteSelfForUser.All',
    purpose: 'write to people who have never met the bot',
    required: false,
  },
} as const satisfies Readonly<Record<string, GraphPermission>>;
