/**
 * Asks a receiver, and believes only what is signed, of this time, and an answer to this question: its
 * id is `re_` and the id of the question, so that neither an older answer nor our own words come back.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Json } from '../../core/policy.ts';
import { MINUTE, type Millis, SECOND } from '../../core/time.ts';
import { type Io, ProviderError } from '../provider.ts';
import { addressOf, type Hosts, type Resolve } from './address.ts';
import { post, type Reply } from './post.ts';
import { distrust, type Hidden, type Signed, sign } from './signature.ts';

export interface WebhookSettings {
  /** By name; the first of each signs. */
  readonly secrets: ReadonlyMap<string, readonly Hidden[]>;
  readonly hosts: Hosts;
}

export interface Question {
  readonly op: 'plan' | 'converge' | 'read' | 'list' | 'doctor';
  readonly [key: string]: Json;
}

interface Where {
  readonly url: string;
  readonly secret: string;
}

/** What receivers are reached by. */
export interface Means {
  /** NB. The machine's: what is signed is of the receiver's time, whatever was committed here last. */
  readonly clock: Pick<Clock, 'now'>;
  readonly resolve: Resolve;
}

export class Receiver {
  readonly #settings: WebhookSettings;
  readonly #means: Means;

  constructor(settings: WebhookSettings, means: Means) {
    this.#settings = settings;
    this.#means = means;
  }

  /** @throws ProviderError */
  async ask<T>(where: Where, question: Question, schema: z.ZodType<T>, io: Io): Promise<T> {
    const secrets = this.#settings.secrets.get(where.secret) ?? [];
    if (secrets.length === 0)
      throw new ProviderError('misconfigured', `there is no webhook secret ${where.secret}`);
    const url = new URL(where.url);
    const { clock, resolve } = this.#means;
    const address = await addressOf(url, this.#settings.hosts, resolve, io.signal);
    const body = JSON.stringify({ v: 1, ...question });
    const signed = sign(secrets, `hp_${randomUUID()}`, clock.now(), body);
    const reply = await post({ url, address, headers: headersOf(signed), body }, io.signal);
    if (reply.status !== 200 && reply.status !== 202) throw refusal(url, reply);
    const said = { ...signedOf(reply), id: `re_${signed.id}` };
    const why = distrust(secrets, said, clock.now(), reply.body);
    if (why !== undefined)
      throw new ProviderError('bad-answer', `${url.host}: the answer is not believed: ${why}`);
    return answerOf(url, reply.body, schema);
  }
}

/** A repeated wish is a new call with a key of its own: what was done for it is found by looking. */
function headersOf({ id, timestamp, signature }: Signed): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'hallpass',
    'idempotency-key': id,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  };
}

function signedOf({ header }: Reply): Omit<Signed, 'id'> {
  return { timestamp: header('webhook-timestamp'), signature: header('webhook-signature') };
}

/** NB. What is not signed may be anybody's, so it is at most a reason to come again. */
function refusal({ host }: URL, { status, header }: Reply): ProviderError {
  const said = `${host} answered ${status}`;
  if (status === 401 || status === 403) return new ProviderError('permission-denied', said);
  if (status === 429) return new ProviderError('rate-limited', said, retryAfter(header));
  if (status >= 500) return new ProviderError('unavailable', said, retryAfter(header));
  if (status >= 300 && status < 400)
    return new ProviderError('misconfigured', `${said}: redirects are not followed`);
  return new ProviderError('bad-answer', said);
}

/** The longest that is waited for whoever does not sign. */
const UNSIGNED: Millis = MINUTE;

/** Seconds only: a date would go by a clock that is not ours. */
function retryAfter(header: Reply['header']): { readonly retryAfter?: Millis } {
  const text = header('retry-after');
  return /^\d{1,5}$/.test(text) ? { retryAfter: Math.min(Number(text) * SECOND, UNSIGNED) } : {};
}

function answerOf<T>({ host }: URL, body: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonIn(body));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ProviderError('bad-answer', `${host}: not an answer to what was asked (${where})`);
}

/** What is no JSON is no answer to anything. */
function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
