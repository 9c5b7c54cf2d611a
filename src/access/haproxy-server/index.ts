/**
 * A server of a backend in HAProxy that is drained, put into maintenance, made ready or given another weight for a
 * time, and then what it is otherwise. How to set it up, and what remains: docs/haproxy.md.
 *
 * Both states are in policy, and were approved with the plan. What it was at the moment is not put back: that may
 * have been somebody's doing, who is done by then.
 */

import type { Json, TargetSpec } from '../../core/policy.ts';
import { SECOND } from '../../core/time.ts';
import { fulfilled, joinSeen } from '../haproxy-fleet.ts';
import { parse } from '../parse.ts';
import type { Answer, Finding, Held, Io, Plan, Provider, Reading, Wish } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { ServerNode } from './client.ts';
import { converged, type Nodes } from './converge.ts';
import { examine } from './doctor.ts';
import { heldOf } from './held.ts';
import { type Backend, planOf } from './plan.ts';
import { type Place, placeAt, readingOf } from './position.ts';
import {
  askedServer,
  claimsOf,
  connectionSchema,
  type Handle,
  handleSchema,
  namesIn,
  otherwiseOf,
  parseServerName,
  type Rule,
  type Target,
  targetFaults,
  targetSchema,
} from './target.ts';

export function haproxyServerProvider(): Provider {
  return {
    type: 'haproxy-server',
    capabilities: { nativeExpiry: 'none', settle: SECOND, callTimeout: 5 * SECOND },
    connectionSchema,
    targetSchema,
    check: ({ spec, inputs }) => targetFaults(parse(targetSchema, spec.target), inputs),

    /** Nodes that are not on this machine are refused by the schema. */
    isLocal: () => true,

    /** HAProxy has no compare-and-set, and whether one server is the last depends on the others. */
    way(json) {
      const { nodes, backend } = parse(handleSchema, json);
      const scope = [...nodes].sort().join(',');
      return { scope, alone: `${scope} ${backend}` };
    },

    async plan(ask, io): Promise<Plan> {
      const { target, rule } = ruleOf(ask.spec);
      const asked = askedServer(target, ask);
      if (asked.kind === 'refused') return asked;
      const handle: Handle = { ...rule, backend: asked.backend, server: asked.server };
      return planOf(ask.spec, handle, await backendsOf(handle, io));
    },

    async converge(json: Json, wish: Wish, io: Io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      return converged(atNodes(handle, io), handle, wish);
    },

    async read(json: Json, io: Io): Promise<Reading> {
      const handle = parse(handleSchema, json);
      const all = handle.nodes.map((node) => placeOf(node, handle, io));
      const places = await Promise.allSettled(all);
      return joinSeen(
        places.map((one) =>
          one.status === 'fulfilled' ? { ...one, value: readingOf(one.value) } : one,
        ),
      );
    },

    async list(spec: TargetSpec, io: Io): Promise<readonly Held[]> {
      const { rule, server } = ruleOf(spec);
      return heldOf(rule, server, await backendsOf(rule, io));
    },

    claims(spec, inputs) {
      const { target, rule } = ruleOf(spec);
      return claimsOf(rule, namesIn(target, inputs));
    },

    async doctor(spec, io): Promise<readonly Finding[]> {
      const { rule, server } = ruleOf(spec);
      return examine(rule, server, io);
    },
  };
}

async function backendsOf({ nodes, backend }: Rule, io: Io): Promise<readonly Backend[]> {
  const backends = nodes.map(async (node) => {
    const servers = await new ServerNode(node, io).servers(backend);
    return { node, servers };
  });
  return (await Promise.allSettled(backends)).map(fulfilled);
}

function atNodes(handle: Handle, io: Io): Nodes {
  return {
    place: (node) => placeOf(node, handle, io),
    set: (node, to) => new ServerNode(node, io).set(handle, to),
  };
}

async function placeOf(node: string, handle: Handle, io: Io): Promise<Place> {
  return placeAt(node, handle, await new ServerNode(node, io).servers(handle.backend));
}

interface Ruled {
  readonly target: Target;
  readonly rule: Rule;
  /** null: whichever the requester names. */
  readonly server: string | null;
}

function ruleOf(spec: TargetSpec): Ruled {
  const { nodes } = parse(connectionSchema, spec.connection);
  const target = parse(targetSchema, spec.target);
  const otherwise = otherwiseOf(target);
  const fixed = parseServerName(target.server ?? '');
  const backend = fixed?.backend ?? target.backend;
  if (otherwise === undefined || backend === undefined)
    throw new ProviderError('misconfigured', 'policy names no server, or not what it goes back to');
  const { set, lastServer } = target;
  const rule: Rule = { v: 1, nodes, backend, set, otherwise, lastServer };
  return { target, rule, server: fixed?.server ?? null };
}
