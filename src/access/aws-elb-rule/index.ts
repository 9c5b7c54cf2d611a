/**
 * A way through an application load balancer for one address: a rule of its listener, in a band of priorities
 * that is Hallpass's own. How to set it up, and what remains: docs/aws.md.
 */

import type { TargetSpec } from '../../core/policy.ts';
import { SECOND } from '../../core/time.ts';
import { besides } from '../aws.ts';
import { answerOf, type Connection, connectionSchema, isGone, nameOf } from '../aws-elb.ts';
import { sourceOf } from '../aws-source.ts';
import { parse } from '../parse.ts';
import type { Answer, Finding, Held, Io, Plan, Provider, Reading, Seal } from '../provider.ts';
import { Elb } from './client.ts';
import { closedDoor, openDoor } from './guard.ts';
import { freePriority, isInBand, isSame, type Rule, rightOf } from './rule.ts';
import { type Handle, handleSchema, type Target, targetFaults, targetSchema } from './target.ts';

const RESIDUE =
  'Connections that are open at the end, such as WebSockets, stay open until one side closes them.';

export function elbRuleProvider(): Provider {
  const elb = new Elb();

  return {
    type: 'aws-elb-rule',
    capabilities: { nativeExpiry: 'none', settle: 5 * SECOND, callTimeout: 5 * SECOND },
    connectionSchema,
    targetSchema,
    check({ spec, inputs }) {
      const { connection, target } = parsed(spec);
      return targetFaults(target, connection, inputs);
    },
    isLocal: () => false,
    way(json) {
      const handle = parse(handleSchema, json);
      return { ...wayTo(handle), alone: handle.listener };
    },
    wayThrough: (spec) => wayTo(parsed(spec).connection),

    async plan(ask, io): Promise<Plan> {
      const { connection, target } = parsed(ask.spec);
      const given = Object.hasOwn(ask.inputs, target.key) ? ask.inputs[target.key] : undefined;
      if (given === undefined)
        return { kind: 'refused', why: `Say from where: add ${target.key}=…` };
      const source = sourceOf(given, target);
      if (source.kind === 'refused') return source;
      const handle = handleOf(connection, target, source.cidr, ask.seal);
      const rules = await elb.rules(connection, target.listener, io);
      const door = openDoor(rules, handle);
      return door === undefined
        ? planned(ask.spec, handle, rules)
        : { kind: 'refused', why: unguarded(door) };
    },

    async converge(json, wish, io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const rules = await elb.rules(handle, handle.listener, io);
      return wish.wanted.kind === 'nothing'
        ? take(elb, handle, rules, io)
        : give(elb, handle, rules, io);
    },

    async read(json, io): Promise<Reading> {
      const handle = parse(handleSchema, json);
      return readingOf(await elb.rules(handle, handle.listener, io), handle);
    },

    async list(spec, io, seal) {
      const { connection, target } = parsed(spec);
      const rules = await elb.rules(connection, target.listener, io);
      return rules
        .filter((rule) => isInBand(rule, target) || rule.mark !== null)
        .map((rule) => heldOf(connection, target, rule, seal));
    },

    async doctor(spec, io): Promise<readonly Finding[]> {
      const { connection, target } = parsed(spec);
      const rules = await elb.rules(connection, target.listener, io);
      const others = rules.filter((rule) => isInBand(rule, target) && rule.mark === null).length;
      const door = openDoor(rules, target);
      const closed = closedDoor(rules, target);
      return [
        { level: 'ok', message: `The listener is seen in ${connection.account}.` },
        door === undefined
          ? { level: 'ok', message: 'Whoever is let in by no rule is turned away.' }
          : { level: 'fault', message: unguarded(door) },
        ...(closed === undefined ? [] : [unreached(closed)]),
        ...(others === 0 ? [] : [shared(target, others)]),
        ...(await elb.needless(connection, io)).map(besides),
      ];
    },
  };
}

function wayTo({ account, region }: Pick<Connection, 'account' | 'region'>) {
  return { scope: `elb ${account} ${region}`, perSecond: 10 };
}

function unguarded({ priority }: Rule): string {
  const door = priority === null ? 'its default' : `its rule ${priority}`;
  return `The listener guards nothing here: ${door} forwards whoever asks.`;
}

/** NB. What is given there is read back as it should be all the same. */
function unreached({ priority }: Rule): Finding {
  const message = `Nobody is let in: its rule ${priority} turns everybody away before the band.`;
  return { level: 'fault', message };
}

function shared({ priorities: { from, until } }: Target, others: number): Finding {
  const message = `${others} rules of others have priorities from ${from} to ${until}: they are left alone, and take room.`;
  return { level: 'warning', message };
}

function handleOf(connection: Connection, target: Target, cidr: string, seal: Seal): Handle {
  const { listener, priorities, forward, host, path } = target;
  const right = { ...connection, listener, forward, host, path, cidr };
  return { v: 1, ...right, priorities, mark: seal(keyOf(right)) };
}

type Right = Pick<Handle, 'listener' | 'forward' | 'host' | 'path' | 'cidr'>;

/** NB. By the right and not by the request: two people behind one address share a rule. */
function keyOf({ listener, forward, host, path, cidr }: Right): string {
  return `${listener} ${host ?? '*'}${path ?? ''} ${forward} ${cidr}`;
}

function planned(spec: TargetSpec, handle: Handle, rules: readonly Rule[]): Plan {
  const { host, path, forward, cidr } = handle;
  const what = host === null && path === null ? nameOf(forward) : `${host ?? ''}${path ?? ''}`;
  const isThere = byOwner(rules, handle).foreign.length > 0;
  const standing = isThere ? ' A rule for it stands there by somebody else’s hand, and stays.' : '';
  return {
    kind: 'planned',
    key: keyOf(handle),
    handle,
    summary: `${spec.provider} ${what} from ${cidr.replace(/\/(32|128)$/, '')}`,
    residue: { text: `${RESIDUE}${standing}`, lasts: null },
  };
}

interface Owned {
  readonly ours: readonly Rule[];
  readonly foreign: readonly Rule[];
}

/**
 * Ours by our tag: in our band whatever somebody has made of it since, elsewhere as long as it says the same. A tag
 * can be copied: one on another rule outside the band makes it nobody's whom we know.
 */
function byOwner(rules: readonly Rule[], handle: Handle): Owned {
  const isOurs = (rule: Rule) =>
    rule.mark === handle.mark && (isInBand(rule, handle) || isSame(rule, handle));
  const foreign = rules.filter((rule) => rule.mark !== handle.mark && isSame(rule, handle));
  return { ours: rules.filter(isOurs), foreign };
}

function readingOf(rules: readonly Rule[], handle: Handle): Reading {
  const { ours, foreign } = byOwner(rules, handle);
  const [first, ...others] = ours;
  if (first !== undefined && (others.length > 0 || !isSame(first, handle)))
    return { kind: 'partial', evidence: `${ours.map(said).join('; ')}, and not ${handle.cidr}` };
  const found = first ?? foreign[0];
  if (found === undefined) return { kind: 'absent', evidence: `no rule for ${handle.cidr}` };
  return { kind: 'present', until: null, evidence: said(found) };
}

function said({ priority, conditions, actions }: Rule): string {
  const when = [...conditions].map(([field, values]) => `${field} ${values.join(' ')}`);
  return `rule ${priority ?? 'by default'}: ${when.join(', ')}, ${actions.join(', ')}`;
}

/** A priority is free until somebody takes it: read and asked for again, and then left to the next attempt. */
async function give(elb: Elb, handle: Handle, rules: readonly Rule[], io: Io): Promise<Answer> {
  const answer = await giveOnce(elb, handle, rules, io);
  return answer.kind === 'conflict'
    ? giveOnce(elb, handle, await elb.rules(handle, handle.listener, io), io)
    : answer;
}

async function giveOnce(elb: Elb, handle: Handle, rules: readonly Rule[], io: Io): Promise<Answer> {
  const { ours, foreign } = byOwner(rules, handle);
  const right = ours.find((rule) => isSame(rule, handle));
  const edited = ours.filter((rule) => rule !== right);
  if (right !== undefined && edited.length === 0) return { kind: 'already', owner: 'ours' };
  if (right === undefined && foreign.length > 0) return { kind: 'already', owner: 'foreign' };
  const priority = freePriority(rules, handle);
  if (right === undefined && priority === undefined)
    return { kind: 'failed', class: 'quota', why: 'The band of priorities is full.' };
  return written(async () => {
    // What somebody has made of ours goes first: a wider one would let in more than was approved.
    for (const { arn } of edited) await elb.delete(handle, arn, io);
    if (right === undefined && priority !== undefined) await elb.create(handle, priority, io);
  });
}

async function take(elb: Elb, handle: Handle, rules: readonly Rule[], io: Io): Promise<Answer> {
  const { ours, foreign } = byOwner(rules, handle);
  if (ours.length === 0)
    return { kind: 'already', owner: foreign.length > 0 ? 'foreign' : 'absent' };
  return written(async () => {
    for (const { arn } of ours) await elb.delete(handle, arn, io);
  });
}

async function written(work: () => Promise<void>): Promise<Answer> {
  try {
    await work();
    return { kind: 'done' };
  } catch (error) {
    return isGone(error) ? { kind: 'already', owner: 'absent' } : answerOf(error);
  }
}

/** NB. A seal is of one right: on a rule that somebody has edited since, it proves nothing. */
function heldOf(connection: Connection, target: Target, rule: Rule, seal: Seal): Held {
  const right = rightOf(rule);
  const evidence = said(rule);
  const key = right === undefined ? rule.arn : keyOf({ listener: target.listener, ...right });
  const held = { key, until: null, evidence };
  if (rule.mark === null) return { ...held, owner: 'foreign' };
  const { listener, priorities } = target;
  const plain = { v: 1, ...connection, listener, priorities, ...right };
  const handle = handleSchema.safeParse({ ...plain, mark: seal(key) });
  return handle.success && handle.data.mark === rule.mark
    ? { ...held, owner: 'ours', handle: handle.data }
    : held;
}

function parsed(spec: TargetSpec) {
  return {
    connection: parse(connectionSchema, spec.connection),
    target: parse(targetSchema, spec.target),
  };
}
