/**
 * Ingress from one address to a port behind a security group: of a load balancer, or of an internal
 * service. How to set it up, and what remains: docs/aws.md.
 */

import { sha256 } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { SECOND } from '../../core/time.ts';
import { besides } from '../aws.ts';
import { sourceOf } from '../aws-source.ts';
import { type Call, Timers, timerClaim } from '../aws-timer.ts';
import { parse } from '../parse.ts';
import type { Answer, Finding, Held, Io, Plan, Provider, Reading, Seal } from '../provider.ts';
import { Ec2, permissionOf, type Rule } from './client.ts';
import { answerOf, isGone } from './errors.ts';
import {
  type Connection,
  connectionSchema,
  type Handle,
  handleSchema,
  type Target,
  targetFaults,
  targetSchema,
} from './target.ts';

/** As EC2 spells it; then there are no ports. */
const ALL_PROTOCOLS = '-1';
const RESIDUE = 'Connections that are open at the end stay open until one side closes them.';

export function securityGroupProvider(): Provider {
  const ec2 = new Ec2();
  const timers = new Timers();

  return {
    type: 'aws-security-group',
    // "A small delay might occur" is all that is said about how soon a rule is seen.
    capabilities: { nativeExpiry: 'none', settle: 5 * SECOND, callTimeout: 5 * SECOND },
    connectionSchema,
    targetSchema,
    check: ({ spec, inputs }) => targetFaults(parse(targetSchema, spec.target), inputs),
    isLocal: () => false,
    claims(spec) {
      const { connection, target } = parsed(spec);
      const { group, protocol, port, lastPort } = target;
      const ports = `${protocol}/${portsOf(port, lastPort ?? port)}`;
      const what = `The way to ${group} ${ports} in ${connection.account} ${connection.region}`;
      return [timerClaim(what, connection)];
    },
    way: (json) => wayTo(parse(handleSchema, json)),
    wayThrough: (spec) => wayTo(parsed(spec).connection),

    async plan(ask, io): Promise<Plan> {
      const { connection, target } = parsed(ask.spec);
      const given = Object.hasOwn(ask.inputs, target.key) ? ask.inputs[target.key] : undefined;
      if (given === undefined)
        return { kind: 'refused', why: `Say from where: add ${target.key}=…` };
      const source = sourceOf(given, target);
      if (source.kind === 'refused') return source;
      const handle = sealed(handleOf(connection, target, source.cidr), ask.seal);
      const rules = await ec2.rules(connection, target.group, io);
      return planned(ask.spec, handle, rules);
    },

    async converge(json, wish, io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const owned = byOwner(await ec2.rules(handle, handle.group, io), handle);
      const isTaken = wish.wanted.kind === 'nothing';
      return isTaken ? take(ec2, handle, owned, io) : give(ec2, handle, owned, io);
    },

    async read(json, io): Promise<Reading> {
      const handle = parse(handleSchema, json);
      const rules = await ec2.rules(handle, handle.group, io);
      return readingOf(rules, handle);
    },

    async arm(json, at, io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const { timer, region, profile } = handle;
      if (timer === undefined) return { kind: 'already', owner: 'absent' };
      return timers.set({ region, profile, timer }, markOf(handle), at, callOf(handle), io);
    },

    async list(spec, io, seal) {
      const { connection, target } = parsed(spec);
      const rules = await ec2.rules(connection, target.group, io);
      return rules.map((rule) => heldOf(connection, target.group, rule, seal));
    },

    async doctor(spec, io): Promise<readonly Finding[]> {
      const { connection, target } = parsed(spec);
      const rules = await ec2.rules(connection, target.group, io);
      const mayWrite = await ec2.mayWrite(connection, target.group, io);
      const others = rules.filter(({ mark }) => mark === null).length;
      const needless = await ec2.needless(connection, target.group, io);
      return [
        { level: 'ok', message: `${target.group} is seen in ${connection.account}.` },
        mayWrite
          ? { level: 'ok', message: 'Rules may be added.' }
          : { level: 'fault', message: 'Rules may not be added: see examples/aws.' },
        ...(others === 0 ? [] : [shared(target.group, others)]),
        ...untimed(connection),
        ...needless.map(besides),
      ];
    },
  };
}

function shared(group: string, others: number): Finding {
  const message =
    `${group} holds ${others} rules of others: a bot that may take rules from it may take those ` +
    'too. Give it a group of its own.';
  return { level: 'warning', message };
}

function untimed({ timer }: Connection): readonly Finding[] {
  if (timer !== undefined) return [];
  const message = 'Nothing there takes a rule away at its end, should Hallpass be dead by then.';
  return [{ level: 'warning', message }];
}

/**
 * What a timer can call before there is a rule, and so no id: AWS has one rule at most that says just this. One that
 * was edited since is none of it, and stays until Hallpass takes it by its id.
 */
function callOf(handle: Handle): Call {
  const input = { GroupId: handle.group, IpPermissions: [permissionOf(handle)] };
  return { api: 'ec2:revokeSecurityGroupIngress', input };
}

function wayTo({ account, region }: Pick<Connection, 'account' | 'region'>) {
  return { scope: `ec2 ${account} ${region}`, perSecond: 20 };
}

function handleOf(connection: Connection, target: Target, cidr: string): Handle {
  const { group, protocol, port: from, lastPort } = target;
  return { v: 1, ...connection, group, protocol, from, to: lastPort ?? from, cidr };
}

type Tuple = Pick<Rule, 'protocol' | 'from' | 'to' | 'cidr'>;

function keyOf(right: Tuple & Pick<Handle, 'account' | 'region' | 'group'>): string {
  const { account, region, group, protocol, from, to, cidr } = right;
  return `${account} ${region} ${group} ${protocol} ${from}-${to} ${cidr}`;
}

function sealed(handle: Handle, seal: Seal): Handle {
  return { ...handle, mark: seal(keyOf(handle)) };
}

/** NB. By the right and not by the request: two people behind one address share a rule. */
function markOf(handle: Handle): string {
  return handle.mark ?? unsealedMark(handle);
}

/** As rules were marked before there were seals: those that still stand are ours to end, too. */
function unsealedMark(handle: Handle): string {
  return sha256(keyOf(handle)).slice(0, 32);
}

/** NB. A seal is of one right: on a rule that somebody has edited since, it proves nothing. */
function heldOf(connection: Connection, group: string, rule: Rule, seal: Seal): Held {
  const { id, protocol, from, to, cidr, mark } = rule;
  const plain = { v: 1, ...connection, group, protocol, from, to, cidr };
  const key = keyOf({ ...connection, ...rule, group });
  const held = { key, until: null };
  if (mark === null) return { ...held, owner: 'foreign', evidence: `${id} by somebody else` };
  const handle = handleSchema.safeParse({ ...plain, mark: seal(key) });
  if (!handle.success || handle.data.mark !== mark)
    return { ...held, evidence: `${id} by a Hallpass, and not by this one, or edited since` };
  return { ...held, owner: 'ours', handle: handle.data, evidence: `${id} by Hallpass` };
}

function portsOf(from: number, to: number): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

function planned(spec: TargetSpec, handle: Handle, rules: readonly Rule[]): Plan {
  const { group, protocol, from, to, cidr } = handle;
  const isThere = byOwner(rules, handle).foreign.length > 0;
  const standing = isThere ? ' A rule for it stands there by somebody else’s hand, and stays.' : '';
  return {
    kind: 'planned',
    key: keyOf(handle),
    handle,
    summary: `${spec.provider} ${group} ${protocol}/${portsOf(from, to)} from ${cidr.replace(/\/(32|128)$/, '')}`,
    residue: { text: `${RESIDUE}${standing}`, lasts: null },
  };
}

interface Owned {
  readonly ours: readonly Rule[];
  readonly foreign: readonly Rule[];
}

/**
 * Ours by our tag on the way that was approved, whatever somebody has made of it since; somebody else's by what it
 * says. Of the two errors, to leave open what was ours and made wider is the worse one: nobody approved it and nobody
 * would look for it, while a foreign rule that is taken is missed at once, in a group that is Hallpass's own.
 */
function byOwner(rules: readonly Rule[], handle: Handle): Owned {
  const marks = [markOf(handle), unsealedMark(handle)];
  const isOurs = (rule: Rule) =>
    rule.mark !== null && marks.includes(rule.mark) && opensPartOf(rule, handle);
  const ours = rules.filter(isOurs);
  const foreign = rules.filter((rule) => !isOurs(rule) && isSame(rule, handle));
  return { ours, foreign };
}

/** From wherever: a tag that stands on a rule for other ports altogether was copied there. */
function opensPartOf({ protocol, from, to }: Rule, handle: Handle): boolean {
  if (protocol === ALL_PROTOCOLS) return true;
  return protocol === handle.protocol && from <= handle.to && handle.from <= to;
}

function isSame(one: Tuple, other: Tuple): boolean {
  const { protocol, from, to, cidr } = one;
  return (
    protocol === other.protocol && from === other.from && to === other.to && cidr === other.cidr
  );
}

function readingOf(rules: readonly Rule[], handle: Handle): Reading {
  const { ours, foreign } = byOwner(rules, handle);
  const [first, ...others] = ours;
  if (first !== undefined && (others.length > 0 || !isSame(first, handle)))
    return { kind: 'partial', evidence: `${ours.map(said).join(', ')}, and not ${handle.cidr}` };
  const found = first ?? foreign[0];
  if (found === undefined)
    return { kind: 'absent', evidence: `no rule for ${handle.cidr} in ${handle.group}` };
  return { kind: 'present', until: null, evidence: said(found) };
}

function said({ id, protocol, from, to, cidr }: Rule): string {
  return `${id}: ${protocol}/${from}-${to} from ${cidr}`;
}

async function give(ec2: Ec2, handle: Handle, { ours, foreign }: Owned, io: Io): Promise<Answer> {
  const right = ours.find((rule) => isSame(rule, handle));
  const edited = ours.filter((rule) => rule !== right).map(({ id }) => id);
  if (right !== undefined && edited.length === 0) return { kind: 'already', owner: 'ours' };
  if (right === undefined && foreign.length > 0) return { kind: 'already', owner: 'foreign' };
  return written(async () => {
    // What somebody has made of ours goes first: a wider one would let in more than was approved.
    if (edited.length > 0) await ec2.revoke(handle, edited, io);
    if (right === undefined) await ec2.authorize(handle, markOf(handle), io);
  });
}

async function take(ec2: Ec2, handle: Handle, { ours, foreign }: Owned, io: Io): Promise<Answer> {
  if (ours.length === 0)
    return { kind: 'already', owner: foreign.length > 0 ? 'foreign' : 'absent' };
  const ids = ours.map(({ id }) => id);
  return written(() => ec2.revoke(handle, ids, io));
}

async function written(work: () => Promise<void>): Promise<Answer> {
  try {
    await work();
    return { kind: 'done' };
  } catch (error) {
    return isGone(error) ? { kind: 'already', owner: 'absent' } : answerOf(error);
  }
}

function parsed(spec: TargetSpec) {
  return {
    connection: parse(connectionSchema, spec.connection),
    target: parse(targetSchema, spec.target),
  };
}
