/**
 * A person's way into an AWS account, by an assignment of Identity Center; or into one of its groups. How to set it
 * up, and what remains: docs/aws.md.
 *
 * Nothing there can be marked as ours. So what is wanted is noted before it is asked for (a receipt, with the attempt):
 * what stands there without one is somebody else's, and what comes after one is ours.
 */

import { sha256 } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { emailFrom } from '../../core/principal.ts';
import type { Residue } from '../../core/residue.ts';
import { HOUR, MINUTE, SECOND } from '../../core/time.ts';
import { answered, besides } from '../aws.ts';
import { namesAt } from '../aws-people.ts';
import { type Call, Timers, timerClaim } from '../aws-timer.ts';
import { TRAIL_LAG, TRAIL_TIMEOUT, type Trail } from '../aws-trail.ts';
import { parse } from '../parse.ts';
import type {
  Answer,
  Finding,
  Held,
  Io,
  Plan,
  PlanAsk,
  Provider,
  Reading,
  Use,
} from '../provider.ts';
import { ask, type Desk } from './asking.ts';
import { Center, tupleOf } from './client.ts';
import { needless } from './needless.ts';
import {
  addressOf,
  type Connection,
  connectionSchema,
  type Given,
  givenBy,
  type Handle,
  handleSchema,
  storedConnection,
  targetFaults,
  targetSchema,
  userName,
} from './target.ts';
import { examined, sessionsOf, watchedBy } from './trail.ts';

export function identityCenterProvider(trail: Trail): Provider {
  const center = new Center();
  const timers = new Timers();
  const desk = deskOf(center);

  return {
    type: 'aws-identity-center',
    capabilities: {
      ...{ nativeExpiry: 'none', settle: 10 * SECOND, callTimeout: 5 * SECOND },
      ...{ useLag: TRAIL_LAG, useTimeout: TRAIL_TIMEOUT },
    },
    connectionSchema,
    targetSchema,
    nameSchema: userName,
    directory: (connection) => `identity store ${parse(connectionSchema, connection).store}`,
    check: ({ spec, inputs }) => targetFaults(parse(targetSchema, spec.target), inputs),
    isLocal: () => false,
    claims(spec) {
      const { connection, target } = parsed(spec);
      const what = givenBy(target);
      // A membership has no timer, whatever the provider says.
      if (what?.kind !== 'assignment') return [];
      const access = `The access to ${placeOf(what)} of ${connection.instance}`;
      return [timerClaim(access, connection)];
    },
    way(json) {
      const handle = parse(handleSchema, json);
      return { ...wayTo(handle), alone: placeOf(handle.what) };
    },
    wayThrough: (spec) => wayTo(parsed(spec).connection),

    async plan(asked, io): Promise<Plan> {
      const { connection, target } = parsed(asked.spec);
      const what = givenBy(target);
      if (what === undefined)
        return { kind: 'refused', why: 'Policy names no account and no group.' };
      const userId = await userFor(center, asked, io);
      if (userId === undefined)
        return { kind: 'refused', why: 'Identity Center knows nobody by that e-mail address.' };
      const handle = handleOf(connection, what, userId);
      const mark = asked.seal(keyOf(handle));
      return planned(center, asked.spec, { ...handle, mark }, io);
    },

    tellsUse: (spec) => parsed(spec).target.trail !== undefined,

    async used(json, span, io): Promise<Use> {
      const { what, trail: watched } = parse(handleSchema, json);
      if (watched === undefined || what.kind === 'membership')
        return { kind: 'unknown', why: 'policy names no trail for it' };
      const where = { ...watched, account: what.account };
      return trail.used(where, sessionsOf(what.account, watched), span, io);
    },

    async converge(json, wish, io): Promise<Answer> {
      return ask(desk, parse(handleSchema, json), wish, io);
    },

    async read(json, io): Promise<Reading> {
      const handle = parse(handleSchema, json);
      const where = `${handle.userId} at ${placeOf(handle.what)}`;
      return (await standsAt(center, handle, io))
        ? { kind: 'present', until: null, evidence: where }
        : { kind: 'absent', evidence: `no ${where}` };
    },

    async list(spec, io): Promise<readonly Held[]> {
      const { connection, target } = parsed(spec);
      const what = givenBy(target);
      if (what === undefined) return [];
      const users = await usersAt(center, connection, what, io);
      return users.map((userId) => ({
        key: keyOf({ ...connection, what, userId }),
        until: null,
        evidence: `${userId} at ${placeOf(what)}`,
      }));
    },

    async arm(json, at, io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const { timer, region, profile } = handle;
      const call = callOf(handle);
      if (timer === undefined || call === undefined) return { kind: 'already', owner: 'absent' };
      return timers.set({ region, profile, timer }, markOf(handle), at, call, io);
    },

    async doctor(spec, io): Promise<readonly Finding[]> {
      const { connection, target } = parsed(spec);
      const what = givenBy(target);
      if (what === undefined) return [{ level: 'fault', message: 'No account and no group.' }];
      const users = await usersAt(center, connection, what, io);
      const message = `${placeOf(what)} is seen, with ${users.length} people.`;
      const more = await answered(needless(center, connection, io));
      const told = await examined(center, trail, connection, target, io);
      return [
        { level: 'ok', message },
        ...untimed(connection, what),
        ...told,
        ...more.map(besides),
      ];
    },
  };
}

function untimed({ timer }: Connection, what: Given): readonly Finding[] {
  if (timer !== undefined && what.kind === 'assignment') return [];
  const message = 'Nothing there takes it away at its end, should Hallpass be dead by then.';
  return [{ level: 'warning', message }];
}

/** NB. By the address in lower case: nobody is guessed by anything else. */
async function userFor(center: Center, ask: PlanAsk, io: Io): Promise<string | undefined> {
  const { connection, target, users } = parsed(ask.spec);
  const address = emailFrom(addressOf(target, ask));
  if (address === '' || address.length > 254) return undefined;
  const name = users.get(address);
  return name === undefined
    ? center.userId(connection, 'emails.value', address, io)
    : center.userId(connection, 'userName', name, io);
}

function handleOf(
  { region, profile, instance, store, timer }: Connection,
  what: Given,
  userId: string,
): Handle {
  return { v: 1, region, profile, instance, store, ...(timer && { timer }), userId, what };
}

function wayTo({ instance }: Pick<Connection, 'instance'>) {
  return { scope: `sso ${instance}`, perSecond: 5 };
}

function placeOf(what: Given): string {
  return what.kind === 'assignment'
    ? `${what.account} ${what.permissionSet.split('/').at(-1)}`
    : `group ${what.group}`;
}

function keyOf({ instance, what, userId }: Pick<Handle, 'instance' | 'what' | 'userId'>): string {
  return `${instance} ${placeOf(what)} ${userId}`;
}

/** NB. Timers from before there were seals are moved and taken by the name that they were set by. */
function markOf(handle: Handle): string {
  return handle.mark ?? sha256(keyOf(handle)).slice(0, 32);
}

async function planned(center: Center, spec: TargetSpec, handle: Handle, io: Io): Promise<Plan> {
  const { connection, target } = parsed(spec);
  const isThere = await standsAt(center, handle, io);
  const { what, userId } = handle;
  const set =
    what.kind === 'assignment' ? await center.described(handle, what.permissionSet, io) : undefined;
  const named = { userId, set: set?.name ?? '' };
  const watched = await watchedBy(center, target, connection, named, io);
  return {
    kind: 'planned',
    key: keyOf(handle),
    handle: watched === undefined ? handle : { ...handle, trail: watched },
    summary: `${spec.provider} ${placeOf(what)} for ${userId}`,
    residue: residueOf(set?.session, handle, isThere),
    ...(watched === undefined ? {} : { tellsUse: true }),
  };
}

/** @param session how long one lasts that the permission set begins */
function residueOf(session: string | undefined, { what }: Handle, isThere: boolean): Residue {
  const standing = isThere ? ' They have it already by somebody else’s hand, and it stays.' : '';
  if (what.kind === 'membership') {
    const text = 'What the group gives may be felt until the sessions are over that have begun.';
    return { text: `${text}${standing}`, lasts: null };
  }
  const text = 'Sessions that have begun before the end go on until they are over.';
  return { text: `${text}${standing}`, lasts: lengthOf(session) };
}

/** `PT8H`, `PT1H30M` */
function lengthOf(duration: string | undefined): number | null {
  const [, hours = '0', minutes = '0'] =
    /^PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?$/.exec(duration ?? '') ?? [];
  const length = Number(hours) * HOUR + Number(minutes) * MINUTE;
  return length === 0 ? null : length;
}

function deskOf(center: Center): Desk<Handle> {
  return {
    stands: (handle, io) => standsAt(center, handle, io),
    create: (handle, io) => center.create(handle, io),
    delete: (handle, io) => center.delete(handle, io),
    progress: (handle, way, request, io) => center.progress(handle, way, request, io),
  };
}

function usersAt(center: Center, where: Connection | Handle, what: Given, io: Io) {
  return what.kind === 'assignment'
    ? center.assigned(where, what, io)
    : center.members(where, what, io);
}

async function standsAt(center: Center, handle: Handle, io: Io): Promise<boolean> {
  return (await usersAt(center, handle, handle.what, io)).includes(handle.userId);
}

/** What a timer can call: a membership is left by an id that nobody knows before it is joined. */
function callOf(handle: Handle): Call | undefined {
  const { what } = handle;
  if (what.kind !== 'assignment') return undefined;
  return { api: 'ssoadmin:deleteAccountAssignment', input: tupleOf(handle, what) };
}

function parsed(spec: TargetSpec) {
  const connection = parse(storedConnection, spec.connection);
  return {
    connection,
    target: parse(targetSchema, spec.target),
    users: namesAt(spec, connection),
  };
}
