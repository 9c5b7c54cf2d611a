/**
 * A receiver of Hallpass's questions, whole and without dependencies: what is given stands in a map. Put
 * your own system in its place. What is asked and answered is described in docs/webhook.md.
 *
 *   RECEIVER_SECRETS=whsec_… PORT=8080 node examples/webhook/receiver.mjs
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const LARGEST = 256 * 1024;
const SKEW_SECONDS = 300;
const WHO = /^[0-9A-Za-z.@:+_-]{1,100}$/;

/** @typedef {{ until: string, by: 'hallpass' | 'hand', mark?: string }} Entry `mark`: what came with the wish */
/** @typedef {Map<string, Entry>} Gate */

/**
 * @param {{ secrets: readonly string[], now?: () => number, gate?: Gate }} options
 *   `secrets`: the first one signs
 */
export function createReceiver({ secrets, now = Date.now, gate = new Map() }) {
  /** Ids that were seen within the time in which they would be believed again. @type {Map<string, number>} */
  const seen = new Map();

  /** @param {import('node:http').IncomingHttpHeaders} headers @param {string} body */
  function isTrusted(headers, body) {
    const of = (/** @type {string} */ name) => String(headers[`webhook-${name}`] ?? '');
    const [id, timestamp, signatures] = [of('id'), of('timestamp'), of('signature')];
    const isOfThisTime = Math.abs(Number(timestamp) - now() / 1000) <= SKEW_SECONDS;
    const known = secrets.map((secret) => signature(secret, id, timestamp, body));
    const isSigned = signatures.split(' ').some((one) => known.some((other) => same(one, other)));
    return isOfThisTime && isSigned && isNew(id);
  }

  /** @param {string} id */
  function isNew(id) {
    for (const [old, at] of seen) if (now() - at > 2 * SKEW_SECONDS * 1000) seen.delete(old);
    if (seen.has(id)) return false;
    seen.set(id, now());
    return true;
  }

  /**
   * One question, answered. Whatever is asked twice is answered twice, and done once.
   *
   * @param {any} question
   */
  function answer(question) {
    switch (question.op) {
      case 'plan':
        return plan(question);
      case 'converge':
        return converge(question);
      case 'read':
        return read(String(question.handle));
      case 'list':
        return { held: [...gate].map(([key, entry]) => listed(key, entry)) };
      case 'doctor':
        return { findings: [{ level: 'ok', message: `${gate.size} entries in memory` }] };
      default:
        return undefined;
    }
  }

  /** @param {any} question */
  function plan({ target, who }) {
    if (!WHO.test(String(who))) return { kind: 'refused', why: 'This is no name or address.' };
    const key = `${target} for ${String(who).toLowerCase()}`;
    return { kind: 'planned', key, handle: key, summary: key, residue: null };
  }

  /** @param {any} question */
  function converge({ handle, until, mark }) {
    const entry = gate.get(handle);
    if (entry?.by === 'hand') return { kind: 'already', owner: 'foreign' };
    if (until === null)
      return gate.delete(handle) ? { kind: 'done' } : { kind: 'already', owner: 'absent' };
    if (entry?.until === until) return { kind: 'already', owner: 'ours' };
    gate.set(handle, { until, by: 'hallpass', mark: String(mark) });
    return { kind: 'done' };
  }

  /** @param {string} key */
  function read(key) {
    const entry = gate.get(key);
    return entry === undefined
      ? { kind: 'absent', evidence: `no entry for ${key}` }
      : { kind: 'present', ...shown(key, entry) };
  }

  return {
    gate,

    /** Would it let this key in now? It looks at the end itself. @param {string} key */
    opens(key) {
      const entry = gate.get(key);
      return entry !== undefined && now() < Date.parse(entry.until);
    },

    /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
    async handle(request, response) {
      const body = await bodyOf(request);
      if (body === undefined || request.method !== 'POST')
        return void response.writeHead(400).end();
      if (!isTrusted(request.headers, body)) return void response.writeHead(401).end();
      const said = answer(JSON.parse(body));
      if (said === undefined) return void response.writeHead(400).end();
      const text = JSON.stringify(said);
      const timestamp = String(Math.floor(now() / 1000));
      const id = `re_${request.headers['webhook-id']}`;
      response.writeHead(200, {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(secrets[0] ?? '', id, timestamp, text),
      });
      response.end(text);
    },
  };
}

/** @param {string} key @param {Entry} entry */
function shown(key, { until }) {
  return { until, evidence: `${key} until ${until}` };
}

/** What Hallpass gave goes back with its mark, by which it knows its own. @param {string} key @param {Entry} entry */
function listed(key, entry) {
  return { key, handle: key, mark: entry.mark ?? null, ...shown(key, entry) };
}

/** @param {string} secret @param {string} id @param {string} timestamp @param {string} body */
function signature(secret, id, timestamp, body) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return `v1,${mac}`;
}

/** @param {string} one @param {string} other */
function same(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** undefined: too long. @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > LARGEST) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const secrets = (process.env.RECEIVER_SECRETS ?? '').split(' ').filter((one) => one !== '');
  if (secrets.length === 0) throw new Error('RECEIVER_SECRETS holds no secret');
  const receiver = createReceiver({ secrets });
  const server = createServer((request, response) => {
    receiver.handle(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
}
