/** The reference receiver, and a line to it that can be told to fail. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createReceiver } from '../../examples/webhook/receiver.mjs';
import { sign } from '../../src/access/webhook/signature.ts';
import { formatInstant, HOUR } from '../../src/core/time.ts';
import { Secret } from '../../src/secret.ts';
import type { Place, PlaceKind } from '../place.ts';
import { type How, type Trouble, Troubles } from '../troubles.ts';
import { BY_WIRE, bodyOf, exchange, retryAfter } from './wire.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const READ: readonly How[] = [...BY_WIRE, 'throttled', 'forbidden'];
const WRITE: readonly How[] = [...READ, 'fails later'];

export const WEBHOOK: PlaceKind = {
  name: 'webhook',
  type: 'webhook',
  stage: {
    webhook: {
      secrets: new Map([['gate', [new Secret(SECRET)]]]),
      hosts: new Map([['127.0.0.1', []]]),
    },
  },
  async open({ clock }) {
    const troubles = new Troubles(() => clock.now());
    const receiver = createReceiver({ secrets: [SECRET], now: () => clock.now() });
    const server = createServer((request, response) => {
      void through(request, response, troubles, receiver);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    return place(`http://127.0.0.1:${port}/`, receiver, troubles, () => clock.now(), stop);
  },
};

type Receiver = ReturnType<typeof createReceiver>;

async function through(
  request: IncomingMessage,
  response: ServerResponse,
  troubles: Troubles,
  receiver: Receiver,
): Promise<void> {
  const body = await bodyOf(request);
  const what = body.includes('"op":"converge"') ? 'write' : 'read';
  await exchange({ request, response }, troubles, what, {
    answer: (send) => receiver.handle(again(request, body), send ? response : unheard()),
    refuse: (trouble) => {
      if (trouble.how === 'fails later') accept(request, response, troubles);
      else refuse(response, trouble);
    },
  });
}

/** The question once more, for whoever reads it from the line. */
function again({ method, headers }: IncomingMessage, body: string): IncomingMessage {
  return Object.assign(Readable.from([Buffer.from(body)]), { method, headers }) as IncomingMessage;
}

function unheard(): ServerResponse {
  const nobody = { writeHead: () => nobody, end: () => nobody };
  return nobody as unknown as ServerResponse;
}

/** Says that it is at work on it, and never is. */
function accept({ headers }: IncomingMessage, response: ServerResponse, troubles: Troubles): void {
  const body = JSON.stringify({ kind: 'pending', pollAfter: 2, receipt: { job: 7 } });
  const id = `re_${String(headers['webhook-id'])}`;
  const { timestamp, signature } = sign([new Secret(SECRET)], id, troubles.now(), body);
  const signed = { 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  response.writeHead(202, signed).end(body);
}

function refuse(response: ServerResponse, trouble: Trouble): void {
  if (trouble.how === 'throttled') response.writeHead(429, retryAfter(trouble)).end();
  else response.writeHead(403).end();
}

function place(
  url: string,
  { gate, opens }: Receiver,
  troubles: Troubles,
  now: () => number,
  stop: Place['stop'],
): Place {
  const key = (nth: number) => `edge for 192.0.2.${nth}`;
  const later = () => formatInstant(now() + 12 * HOUR);
  return {
    connection: { url, secret: 'gate' },
    target: { target: 'edge', key: 'from' },
    inputs: { from: { type: 'text', label: 'from where', pattern: '.*', example: '192.0.2.1' } },
    asked: (nth) => `from=192.0.2.${nth}`,
    knowsOurs: 'by seal',
    hostile: ['from=é', `from=${'x'.repeat(301)}`, 'from="a b"', 'from=a;b', 'from=<script>'],
    troubles,
    can: { read: READ, write: WRITE },
    endsBy: 'target',
    secrets: [SECRET, SECRET.slice(6)],
    around: (provider) => provider,
    things: () =>
      [...gate].map(([name, { until, by }]) => ({
        text: `${name} ${until}`,
        by: by === 'hand' ? 'hand' : 'bot',
      })),
    opens: (nth) => opens(key(nth)),
    put: (nth) => {
      gate.set(key(nth), { until: later(), by: 'hand' });
    },
    edit: (nth) => {
      const entry = gate.get(key(nth));
      if (entry !== undefined) gate.set(key(nth), { ...entry, until: later() });
    },
    take: (nth) => {
      gate.delete(key(nth));
    },
    stop,
  };
}
