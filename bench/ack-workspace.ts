/**
 * A process that plays Slack: a small Web API, and an open loop of signed slash commands. Each command is
 * sent at its own moment, whether or not those before it were answered, and its time counts from that
 * moment: a stall is felt by all who come into it.
 */
import { createHmac } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APPROVERS, ASKERS, addressOf, CHANNEL, PORTS, SECURITY } from './policy.ts';

interface Order {
  readonly port: number;
  readonly secret: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Seconds that are not counted: code that ran never before is compiled as it runs. */
const WARM_UP = 3;
const TEAM = 'T01BENCH';
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  operators: ASKERS,
  leads: APPROVERS,
  security: SECURITY,
};

const idOf = (name: string) => `U${name.toUpperCase()}`;
const agent = new Agent({ keepAlive: true });
let posted = 0;

const server = createServer((incoming, response) => {
  let body = '';
  incoming.on('data', (chunk) => {
    body += chunk;
  });
  incoming.on('end', () => answer(incoming, new URLSearchParams(body), response));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ apiUrl: `http://127.0.0.1:${port}/api/` });
});
process.once('message', (order: Order) => void load(order));

function answer(incoming: IncomingMessage, args: URLSearchParams, response: ServerResponse): void {
  const method = (incoming.url ?? '').replace('/api/', '');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ok: true, ...METHODS[method]?.(args) }));
}

const METHODS: Readonly<Record<string, (args: URLSearchParams) => object>> = {
  'auth.test': () => ({ team_id: TEAM, user_id: 'U0BOT' }),
  'users.info': (args) => ({ user: userOf(args.get('user') ?? '') }),
  'usergroups.list': () => ({
    usergroups: Object.keys(GROUPS).map((handle) => ({ id: `S${handle.toUpperCase()}`, handle })),
  }),
  'usergroups.users.list': (args) => {
    const handle = (args.get('usergroup') ?? '').slice(1).toLowerCase();
    return { users: (GROUPS[handle] ?? []).map(idOf) };
  },
  'conversations.list': () => ({
    channels: [CHANNEL, ...PORTS].map((name, nth) => ({ id: `C${nth}`, name, is_member: true })),
  }),
  'conversations.open': (args) => ({ channel: { id: `D${args.get('users')}` } }),
  'conversations.history': () => ({ messages: [] }),
  'conversations.replies': () => ({ messages: [] }),
  'chat.postMessage': (args) => {
    posted += 1;
    return { channel: args.get('channel'), ts: `1795224535.${String(posted).padStart(6, '0')}` };
  },
};

function userOf(id: string) {
  const name = id.slice(1).toLowerCase();
  const profile = { email: `${name}@example.com`, display_name: name };
  return { id, name, team_id: TEAM, profile };
}

async function load(order: Order): Promise<void> {
  const count = order.perSecond * (WARM_UP + order.seconds);
  const begin = performance.now() + 500;
  const answers = await Promise.all(
    Array.from({ length: count }, (_, nth) =>
      one(order, nth, begin + (nth * 1_000) / order.perSecond),
    ),
  );
  const millis = answers.slice(order.perSecond * WARM_UP).map((one) => one.millis);
  process.send?.({
    millis,
    refused: answers.filter(({ status }) => status !== 200).length,
  });
}

async function one(order: Order, nth: number, at: number) {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
  // A timer of this process that rings late is its own fault, and no more than a millisecond or so.
  const body = command(nth);
  const status = await post(order, body);
  return { status, millis: performance.now() - at };
}

function command(nth: number): string {
  const user = ASKERS[nth % ASKERS.length] ?? '';
  return new URLSearchParams({
    team_id: TEAM,
    channel_id: 'C0',
    channel_name: CHANNEL,
    user_id: idOf(user),
    user_name: user,
    command: '/jit',
    text: `${PORTS[nth % PORTS.length]} 1h ip=${addressOf(nth)} rotate the edge certificate`,
    api_app_id: 'A01BENCH',
    trigger_id: `1.${nth}.bench`,
  }).toString();
}

function post({ port, secret }: Order, body: string): Promise<number> {
  const stamp = `${Math.floor(Date.now() / 1_000)}`;
  const digest = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': stamp,
    'x-slack-signature': `v0=${digest}`,
  };
  const to = { host: '127.0.0.1', port, path: '/slack/events', method: 'POST', agent, headers };
  return new Promise((resolve) => {
    const sent = request(to, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}
