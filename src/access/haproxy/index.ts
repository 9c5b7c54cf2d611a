/**
 * A gate in HAProxy: a map file whose keys are source addresses or e-mails and whose values are ends.
 * A deny rule compares the value with `date()`, so HAProxy turns people away at the end by itself.
 * How to set it up: docs/haproxy.md.
 */

import type { Json, TargetSpec } from '../../core/policy.ts';
import { SECOND } from '../../core/time.ts';
import { answerOf, outOfTime } from '../haproxy-errors.ts';
import { fulfilled, joinAnswers, joinSeen } from '../haproxy-fleet.ts';
import { parse } from '../parse.ts';
import type { Answer, Held, Io, Provider, Reading, Use, Wish } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { NodeClient } from './client.ts';
import { examine } from './doctor.ts';
import { heldOf } from './held.ts';
import { readKey } from './key.ts';
import { Lanes } from './lanes.ts';
import { convergeNode, readNode, type Slot } from './node-map.ts';
import { askedKey, planOf } from './plan.ts';
import {
  claimsOf,
  connectionSchema,
  type Handle,
  handleSchema,
  targetFaults,
  targetSchema,
} from './target.ts';
import { joinUses, usesAt } from './uses.ts';

export function haproxyProvider(): Provider {
  const lanes = new Lanes();

  /** The same for every node at once; within a node and map, one after another. */
  function atEach<T>(
    where: Pick<Handle, 'nodes' | 'map'>,
    io: Io,
    work: (node: string) => Promise<T>,
  ): Promise<readonly PromiseSettledResult<T>[]> {
    const lane = (node: string) => lanes.run(`${node} ${where.map}`, io.signal, () => work(node));
    return Promise.allSettled(where.nodes.map((node) => lane(node).catch(inTime(node, io))));
  }

  async function mapsOf(where: Pick<Handle, 'nodes' | 'map'>, io: Io) {
    const results = await atEach(where, io, (node) => new NodeClient(node, io).entries(where.map));
    return results.map(fulfilled);
  }

  return {
    type: 'haproxy',
    capabilities: { nativeExpiry: 'enforced', settle: SECOND, callTimeout: 5 * SECOND },
    connectionSchema,
    targetSchema,

    check: ({ spec, inputs }) => targetFaults(parse(targetSchema, spec.target), inputs),

    /** Nodes that are not on this machine are refused by the schema. */
    isLocal: () => true,

    async plan(ask, io) {
      const { connection, target } = parsed(ask.spec);
      const asked = askedKey(ask, target);
      if (asked.kind === 'refused') return asked;
      const maps = await mapsOf({ nodes: connection.nodes, map: target.map }, io);
      return planOf(ask.spec, connection, target, { key: asked.key, maps, now: io.now });
    },

    async converge(json: Json, wish: Wish, io: Io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const slot = slotOf(handle);
      const results = await atEach(handle, io, (node) => convergeNode(node, slot, wish, io));
      return joinAnswers(
        results.map((one) => (one.status === 'fulfilled' ? one.value : answerOf(one.reason))),
      );
    },

    async read(json: Json, io: Io): Promise<Reading> {
      const handle = parse(handleSchema, json);
      const slot = slotOf(handle);
      const results = await atEach(handle, io, (node) => readNode(node, slot, io));
      return joinSeen(results);
    },

    async list(spec: TargetSpec, io: Io): Promise<readonly Held[]> {
      const { connection, target } = parsed(spec);
      const where = { nodes: connection.nodes, map: target.map };
      return heldOf(connection.nodes, target, await mapsOf(where, io));
    },

    claims(spec) {
      const { connection, target } = parsed(spec);
      return claimsOf(connection, target);
    },

    tellsUse: (spec) => parsed(spec).target.uses !== undefined,

    async used(json, { since }, io): Promise<Use> {
      const handle = parse(handleSchema, json);
      const { key, uses } = slotOf(handle);
      if (uses === undefined) return { kind: 'unknown', why: 'no stick table counts it' };
      return joinUses(
        await Promise.all(handle.nodes.map((node) => usesAt(node, uses, key, since, io))),
      );
    },

    doctor(spec, io) {
      const { connection, target } = parsed(spec);
      return examine(connection, target, io);
    },
  };
}

function parsed(spec: TargetSpec) {
  return {
    connection: parse(connectionSchema, spec.connection),
    target: parse(targetSchema, spec.target),
  };
}

function slotOf(handle: Handle): Slot {
  const key = readKey(handle.mode, handle.key);
  if (key === undefined) throw new ProviderError('misconfigured', `no such key: ${handle.key}`);
  return { map: handle.map, key, cut: handle.cut, uses: handle.uses };
}

/** What was aborted while it waited for its turn throws the signal's own reason. */
function inTime(node: string, io: Io) {
  return (error: unknown): never => {
    throw io.signal.aborted && !(error instanceof ProviderError) ? outOfTime(node) : error;
  };
}
