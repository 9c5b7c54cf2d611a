/**
 * Rights of an IAM user for a while: an inline policy of its own for each right, whose end AWS itself
 * looks at with each request. How to set it up, and what remains: docs/aws.md.
 */

import type { TargetSpec } from '../../core/policy.ts';
import { formatInstant, SECOND } from '../../core/time.ts';
import { besides } from '../aws.ts';
import { namesAt } from '../aws-people.ts';
import { TRAIL_LAG, TRAIL_TIMEOUT, type Trail } from '../aws-trail.ts';
import { parse } from '../parse.ts';
import type {
  Answer,
  Finding,
  Held,
  Io,
  Plan,
  Provider,
  Reading,
  Seal,
  Use,
  Wish,
} from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { Iam } from './client.ts';
import { documentOf, type Found, readDocument, rightIn } from './document.ts';
import { answerOf, isGone } from './errors.ts';
import {
  type Connection,
  connectionSchema,
  type Handle,
  handleSchema,
  nameless,
  PREFIX,
  policyNameOf,
  storedConnection,
  type Target,
  targetFaults,
  targetSchema,
  userFor,
  userName,
} from './target.ts';
import { callsOf, untold } from './trail.ts';

/** Users that are looked through at the same time: IAM throttles an account as a whole. */
const AT_ONCE = 5;
const RESIDUE = {
  text: 'Taken back before its end, it may be felt for a few minutes more, and at its end not at all.',
  lasts: null,
};

export function iamPolicyProvider(trail: Trail): Provider {
  const iam = new Iam();

  async function found(handle: Handle, io: Io): Promise<Found | undefined> {
    const { id } = await iam.user(handle, handle.user, io);
    if (id !== handle.userId) throw new ProviderError('misconfigured', renamed(handle));
    const text = await iam.document(handle, io);
    return text === undefined ? undefined : readDocument(text, handle);
  }

  return {
    type: 'aws-iam-policy',
    capabilities: {
      ...{ nativeExpiry: 'enforced', settle: 10 * SECOND, callTimeout: 5 * SECOND },
      ...{ useLag: TRAIL_LAG, useTimeout: TRAIL_TIMEOUT },
    },
    connectionSchema,
    targetSchema,
    nameSchema: userName,
    directory: (connection) => wayTo(parse(connectionSchema, connection)).scope,
    check({ spec, inputs }) {
      const { target, users } = parsed(spec);
      return [...nameless(users), ...targetFaults(target, inputs), ...untold(target)];
    },
    isLocal: () => false,
    way: (json) => wayTo(parse(handleSchema, json)),
    wayThrough: (spec) => wayTo(parsed(spec).connection),

    async plan(ask, io): Promise<Plan> {
      const { connection, target, users } = parsed(ask.spec);
      const user = userFor(users, target, ask);
      if (user === undefined) return { kind: 'refused', why: 'Policy names no IAM user for this.' };
      const seen = await iam.user(connection, user, io);
      const handle = handleOf(connection, target, seen.name, seen.id);
      return planned(ask.spec, { ...handle, mark: ask.seal(keyOf(handle)) });
    },

    async converge(json, wish, io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const standing = await found(handle, io);
      if (standing !== undefined && !isOurs(standing, wish))
        return { kind: 'already', owner: 'foreign' };
      return wish.wanted.kind === 'nothing'
        ? take(iam, handle, standing, io)
        : give(iam, handle, standing, wish.wanted.until, io);
    },

    async read(json, io): Promise<Reading> {
      const handle = parse(handleSchema, json);
      return readingOf(handle, await found(handle, io));
    },

    tellsUse: (spec) => parsed(spec).target.trail !== undefined,

    async used(json, span, io): Promise<Use> {
      const handle = parse(handleSchema, json);
      if (handle.trail === undefined)
        return { kind: 'unknown', why: 'policy names no trail for it' };
      const where = { ...handle.trail, account: handle.account };
      return trail.used(where, callsOf(handle), span, io);
    },

    async list(spec, io, seal) {
      const { connection, ...rest } = parsed(spec);
      const users = [...new Set(rest.users.values())];
      const held: Held[] = [];
      for (let from = 0; from < users.length; from += AT_ONCE) {
        const some = users.slice(from, from + AT_ONCE);
        const all = await Promise.all(some.map((user) => heldBy(iam, connection, user, io, seal)));
        held.push(...all.flat());
      }
      return held;
    },

    async doctor(spec, io): Promise<readonly Finding[]> {
      const { connection, target, ...rest } = parsed(spec);
      const users = [...new Set(rest.users.values())];
      const seen = await Promise.all(users.map((user) => examined(iam, connection, user, io)));
      const needless = await iam.needless(connection, io);
      const { account } = connection;
      const named = trailOf(connection, target);
      const told = named === undefined ? [] : await trail.examine({ ...named, account }, io);
      return [...seen, ...told, ...needless.map(besides)];
    },
  };
}

/** NB. A user who is called otherwise keeps what they hold, and IAM finds nobody by their id: that is no proof of an end. */
function renamed({ user, userId }: Handle): string {
  return `${user} is another user now: whether ${userId} is gone, or is called otherwise, IAM does not tell`;
}

function wayTo({ account }: Pick<Connection, 'account'>) {
  return { scope: `iam ${account}`, perSecond: 20 };
}

/** NB. Whether it could write to users without a boundary cannot be asked without trying. */
async function examined(iam: Iam, connection: Connection, user: string, io: Io): Promise<Finding> {
  try {
    await iam.user(connection, user, io);
    const names = await iam.names(connection, user, io);
    return { level: 'ok', message: `${user} is seen, with ${names.length} inline policies.` };
  } catch (error) {
    if (error instanceof ProviderError) return { level: 'fault', message: error.message };
    throw error;
  }
}

function handleOf(connection: Connection, target: Target, user: string, userId: string): Handle {
  const { account, profile } = connection;
  const { actions, resources } = target;
  const policy = policyNameOf(account, userId, { actions, resources });
  const trail = trailOf(connection, target);
  const right = { policy, actions, resources, ...(trail && { trail }) };
  return { v: 1, account, profile, user, userId, ...right };
}

function trailOf({ profile }: Connection, { trail }: Target): Handle['trail'] {
  return trail && { ...trail, profile: trail.profile ?? profile };
}

function keyOf({ account, user, policy }: Pick<Handle, 'account' | 'user' | 'policy'>): string {
  return `${account} ${user} ${policy}`;
}

function planned(spec: TargetSpec, handle: Handle): Plan {
  const { user, actions, resources } = handle;
  const first = actions[0] ?? '';
  const more = actions.length > 1 ? ` and ${actions.length - 1} more` : '';
  const where = resources.length > 1 ? `${resources.length} resources` : (resources[0] ?? '');
  const summary = `${spec.provider} ${first}${more} on ${where} for ${user}`;
  const tells = handle.trail === undefined ? {} : { tellsUse: true as const };
  return { kind: 'planned', key: keyOf(handle), handle, summary, residue: RESIDUE, ...tells };
}

/** The name is ours; the end tells whether we wrote what stands there, unless we read our own before. */
function isOurs({ until }: Found, { aims, held }: Wish): boolean {
  return held || (until !== null && aims.includes(until));
}

function readingOf({ user, policy }: Handle, standing: Found | undefined): Reading {
  if (standing === undefined) return { kind: 'absent', evidence: `${user} holds no ${policy}` };
  const { kind, until } = standing;
  const end = until === null ? 'without an end' : `until ${formatInstant(until)}`;
  const evidence = `${user} holds ${policy} ${end}`;
  if (kind === 'other' && until !== null)
    return { kind: 'partial', evidence: `${evidence}, with another text` };
  return { kind: 'present', until, evidence };
}

async function give(
  iam: Iam,
  handle: Handle,
  standing: Found | undefined,
  until: number,
  io: Io,
): Promise<Answer> {
  if (standing?.kind === 'whole' && standing.until === until)
    return { kind: 'already', owner: 'ours' };
  return written(() => iam.put(handle, documentOf(handle, until), io));
}

async function take(
  iam: Iam,
  handle: Handle,
  standing: Found | undefined,
  io: Io,
): Promise<Answer> {
  if (standing === undefined) return { kind: 'already', owner: 'absent' };
  return written(() =>
    iam.delete(handle, io).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    }),
  );
}

async function written(work: () => Promise<void>): Promise<Answer> {
  try {
    await work();
    return { kind: 'done' };
  } catch (error) {
    return answerOf(error);
  }
}

async function heldBy(
  iam: Iam,
  { account, profile }: Connection,
  user: string,
  io: Io,
  seal: Seal,
): Promise<readonly Held[]> {
  const where = { account, profile };
  const { name, id } = await iam.user(where, user, io);
  const names = await iam.names(where, name, io);
  const ours = names.filter((name) => name.startsWith(PREFIX));
  const held = await Promise.all(
    ours.map((policy) => one(iam, { ...where, user: name, userId: id, policy }, io, seal)),
  );
  return held.flat();
}

async function one(
  iam: Iam,
  where: Pick<Handle, 'account' | 'profile' | 'user' | 'userId' | 'policy'>,
  io: Io,
  seal: Seal,
): Promise<readonly Held[]> {
  const text = await iam.document(where, io);
  if (text === undefined) return [];
  const key = keyOf(where);
  const right = rightIn(text);
  const { until } = readDocument(text, right ?? { actions: [], resources: [] });
  const held = { key, until, evidence: `${where.user} holds ${where.policy}` };
  const handle = handleSchema.safeParse({ v: 1, ...where, ...right });
  // NB. Its text may be copied to another user, or name another policy: its seal is of neither.
  const isOurs = right?.mark === seal(key) && handle.success;
  return [isOurs ? { ...held, owner: 'ours', handle: handle.data } : held];
}

function parsed(spec: TargetSpec) {
  const connection = parse(storedConnection, spec.connection);
  return {
    connection,
    target: parse(targetSchema, spec.target),
    users: namesAt(spec, connection),
  };
}
