/**
 * A server of a backend in HAProxy that is drained, put into maintenance, made ready or given another weight for a
 * time, and then what it is otherwise. How to set it up, and what remains: docs/haproxy.md.
 *
 * Both states are in policy, and were approved with the plan. What it was at the moment is not put back: that may
 * have been somebody's doing, who is done by then.
 */

import type { Json, TargetSpec } from '../../core/policy.ts';
import { SECOND } from '../../core/time.ts';
import { answerOf } from '../haproxy-errors.ts';
import { fulfilled, joinAnswers, joinSeen } from '../haproxy-fleet.ts';
import { parse } from '../parse.ts';
import type { Answer, Finding, Held, Io, Plan, Provider, Reading, Wish } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { ServerNode } from './client.ts';
import {
  type Found,
  firstAnswer,
  isNowhere,
  isOfEachNode,
  joinEach,
  NOTED,
  notedAgain,
  type Step,
  stepAt,
  stepsTogether,
  type Taken,
} from './decide.ts';
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
      return isOfEachNode(wish) ? each(handle, wish, io) : together(handle, wish, io);
    },

    async read(json: Json, io: Io): Promise<Reading> {
      const places = await placesOf(parse(handleSchema, json), io);
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

async function placeOf(node: string, handle: Handle, io: Io): Promise<Place> {
  return placeAt(node, handle, await new ServerNode(node, io).servers(handle.backend));
}

function placesOf(handle: Handle, io: Io): Promise<readonly PromiseSettledResult<Place>[]> {
  return Promise.allSettled(handle.nodes.map((node) => placeOf(node, handle, io)));
}

async function each(handle: Handle, wish: Wish, io: Io): Promise<Answer> {
  const back = wish.wanted.kind === 'until' && (await backSeen(handle, wish, io));
  if (back) await wish.note(back);
  const taken = handle.nodes.map(async (node): Promise<Taken> => {
    const [place] = await Promise.allSettled([placeOf(node, handle, io)]);
    if (place.status === 'rejected') return { node, place: null, answer: answerOf(place.reason) };
    const answer = await stepTaken(stepAt(handle, place.value, wish), handle, io);
    return { node, place: place.value, answer };
  });
  return joinEach(await Promise.all(taken), wish);
}

async function backSeen(handle: Handle, wish: Wish, io: Io) {
  if (wish.receipt === null) return null;
  const places = await placesOf(handle, io);
  const seen = places.map((one, nth) => ({
    node: handle.nodes[nth] ?? '',
    place: one.status === 'fulfilled' ? one.value : null,
  }));
  return notedAgain(seen, wish);
}

async function together(handle: Handle, wish: Wish, io: Io): Promise<Answer> {
  const found = (await placesOf(handle, io)).map(foundBy);
  const steps = stepsTogether(handle, found, wish);
  const isFirst = isNowhere(found, wish) && steps.some(({ kind }) => kind === 'write');
  if (isFirst) await wish.note(NOTED);
  const answers = await Promise.all(steps.map((step) => stepTaken(step, handle, io)));
  return isFirst ? firstAnswer(answers) : joinAnswers(answers);
}

function foundBy(result: PromiseSettledResult<Place>): Found {
  return result.status === 'fulfilled'
    ? { kind: 'seen', place: result.value }
    : { kind: 'unseen', answer: answerOf(result.reason) };
}

async function stepTaken(step: Step, handle: Handle, io: Io): Promise<Answer> {
  if (step.kind === 'leave') return step.answer;
  try {
    await new ServerNode(step.node, io).set(handle, step.to);
    return { kind: 'done' };
  } catch (error) {
    return answerOf(error);
  }
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
