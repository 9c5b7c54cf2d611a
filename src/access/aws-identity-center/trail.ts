/**
 * What somebody does by an assignment: in sessions of the role that Identity Center makes for its permission set in
 * that account, which are named after the user.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
import type { Trail, Whom } from '../aws-trail.ts';
import type { Deed } from '../aws-trail-deed.ts';
import type { Finding, Io } from '../provider.ts';
import type { Center } from './client.ts';
import type { Connection, Handle, Target } from './target.ts';

/** NB. By its path: nobody but Identity Center makes roles below `aws-reserved`, whatever their name. */
const ROLE =
  /^arn:aws[a-z-]*:iam::(\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?AWSReservedSSO_([\w+=,.@-]+)_[0-9a-f]{16}$/;
/** What names a session: a user of another name has one that nobody can tell from here. */
const SESSION = /^[\w+=,.@-]{2,64}$/;

export type Watched = NonNullable<Handle['trail']>;

/** undefined: it does not tell. */
export async function watchedBy(
  center: Center,
  { trail }: Target,
  connection: Connection,
  { userId, set }: { readonly userId: string; readonly set: string },
  io: Io,
): Promise<Watched | undefined> {
  if (trail === undefined || set === '') return undefined;
  const user = await center.userName(connection, userId, io);
  if (user === undefined || !SESSION.test(user)) return undefined;
  return { ...trail, profile: trail.profile ?? connection.profile, user, set };
}

export function sessionsOf(account: string, { user, set }: Watched): Whom {
  const isTheirs = ({ by: { type, principal, role } }: Deed) => {
    const [, of, named] = ROLE.exec(role) ?? [];
    const session = principal.slice(principal.indexOf(':') + 1);
    return type === 'AssumedRole' && of === account && named === set && session === user;
  };
  return { name: user, by: (deed) => (isTheirs(deed) ? 'access' : 'other') };
}

/** Nobody's id, to see whether names may be asked for. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** @throws ProviderError unless the bot may ask for names */
export async function examined(
  center: Center,
  trail: Trail,
  connection: Connection,
  { account, trail: named }: Target,
  io: Io,
): Promise<readonly Finding[]> {
  if (named === undefined || account === undefined) return [];
  await center.userName(connection, NOBODY, io);
  return trail.examine({ ...named, profile: named.profile ?? connection.profile, account }, io);
}
