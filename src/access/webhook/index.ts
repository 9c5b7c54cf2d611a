/**
 * Any system that answers signed questions: what is wanted of a right, what stands there. The receiver
 * does the giving; this side decides nothing by its answers that it has not read back.
 * How to write one: docs/webhook.md.
 */

import type { TargetSpec } from '../../core/policy.ts';
import { formatInstant, SECOND } from '../../core/time.ts';
import { parse } from '../parse.ts';
import type { Answer, Held, Plan, PlanAsk, Provider, Seal, Wish } from '../provider.ts';
import { resolveByDns } from './address.ts';
import {
  convergeAnswer,
  doctorAnswer,
  type Listed,
  listAnswer,
  planAnswer,
  readAnswer,
} from './answers.ts';
import { type Means, Receiver, type WebhookSettings } from './client.ts';
import {
  type Connection,
  connectionSchema,
  handleSchema,
  isOnLoopback,
  targetFaults,
  targetSchema,
} from './target.ts';

const NOTHING: WebhookSettings = { secrets: new Map(), hosts: new Map() };

/** @param settings null where policy is only read, and nothing is asked */
export function webhookProvider(settings: WebhookSettings | null, clock: Means['clock']): Provider {
  const receiver = new Receiver(settings ?? NOTHING, { clock, resolve: resolveByDns });
  const known = settings === null ? undefined : namesOf(settings);
  const isUsed = settings !== null && settings.secrets.size > 0;

  return {
    type: 'webhook',
    // What receivers keep of ends differs, so it is not counted on.
    capabilities: {
      nativeExpiry: 'none',
      settle: 2 * SECOND,
      callTimeout: (isUsed ? 10 : 5) * SECOND,
    },
    connectionSchema,
    targetSchema,
    check: ({ spec, inputs }) => {
      const { connection, target } = parsed(spec);
      return targetFaults(target, inputs, connection, known);
    },
    way: (json) => ({ scope: `webhook ${parse(handleSchema, json).url}` }),
    isLocal: ({ connection }) => isOnLoopback(parse(connectionSchema, connection)),

    async plan(ask, io): Promise<Plan> {
      const { connection, target } = parsed(ask.spec);
      const who = whoOf(ask, target.key);
      if (who === undefined) return { kind: 'refused', why: `There is no ${target.key}.` };
      const { id: _, name, email } = ask.requester;
      const question = {
        op: 'plan',
        target: target.target,
        who,
        requester: { name, email },
      } as const;
      const plan = await receiver.ask(connection, question, planAnswer, io);
      if (plan.kind === 'refused') return plan;
      const { handle, summary, residue } = plan;
      const key = keyOf(connection, plan.key);
      return {
        kind: 'planned',
        key,
        handle: { v: 1, ...connection, handle, mark: ask.seal(key) },
        summary: `${ask.spec.provider} ${summary}`,
        residue,
      };
    },

    async converge(json, wish, io) {
      const { handle, mark = null, ...where } = parse(handleSchema, json);
      const question = { op: 'converge', handle, mark, ...said(wish) } as const;
      const answer = await receiver.ask(where, question, convergeAnswer, io);
      return stillAtIt(answer, wish);
    },

    async read(json, io) {
      const { handle, ...where } = parse(handleSchema, json);
      return receiver.ask(where, { op: 'read', handle }, readAnswer, io);
    },

    async list(spec, io, seal) {
      const { connection, target } = parsed(spec);
      const question = { op: 'list', target: target.target } as const;
      const { held } = await receiver.ask(connection, question, listAnswer, io);
      return held.map((one) => heldOf(connection, one, seal));
    },

    async doctor(spec, io) {
      const { connection, target } = parsed(spec);
      const question = { op: 'doctor', target: target.target } as const;
      const { findings } = await receiver.ask(connection, question, doctorAnswer, io);
      return [{ level: 'ok', message: `${connection.url} answers, signed.` }, ...findings];
    },
  };
}

function keyOf({ url }: Connection, key: string): string {
  return `${url} ${key}`;
}

/** NB. A receiver that keeps no marks tells nothing of whose it is: then nobody says it is ours. */
function heldOf(connection: Connection, { mark, handle, ...listed }: Listed, seal: Seal): Held {
  const key = keyOf(connection, listed.key);
  const held = { ...listed, key };
  if (mark === null) return { ...held, owner: 'foreign' };
  if (handle === undefined || mark !== seal(key)) return held;
  return { ...held, owner: 'ours', handle: { v: 1, ...connection, handle, mark } };
}

function namesOf({ secrets, hosts }: WebhookSettings) {
  return { secrets: new Set(secrets.keys()), hosts };
}

const MOST = 300;

function whoOf({ inputs, requester }: PlanAsk, key: string): string | undefined {
  const given = key === 'email' ? requester.email : Object.hasOwn(inputs, key) ? inputs[key] : '';
  const who = (given ?? '').trim();
  return who === '' || who.length > MOST ? undefined : who;
}

const AGAIN = 5 * SECOND;

/** What it said to be at work on is not over because something is in the way of asking again. */
function stillAtIt(answer: Answer, { receipt }: Wish): Answer {
  const isInTheWay = answer.kind === 'conflict' && receipt !== null;
  return isInTheWay ? { kind: 'pending', pollAfter: AGAIN, receipt } : answer;
}

/** Times as RFC 3339 in UTC. */
function said({ wanted, aims, held, receipt }: Wish) {
  const until = wanted.kind === 'until' ? formatInstant(wanted.until) : null;
  return { until, aims: aims.map(formatInstant), held, receipt };
}

function parsed(spec: TargetSpec) {
  return {
    connection: parse(connectionSchema, spec.connection),
    target: parse(targetSchema, spec.target),
  };
}
