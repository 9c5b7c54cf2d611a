/** A real HAProxy before one map, and ways to knock at it. For tests. */
import { type Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Planned } from '../../src/access/contract.ts';
import { connectionSchema, targetSchema } from '../../src/access/haproxy/target.ts';
import type { Io, PlanAsk, Provider, Wish } from '../../src/access/provider.ts';
import { principalIdFrom } from '../../src/core/ids.ts';
import type { TargetSpec } from '../../src/core/policy.ts';
import { HOUR, type Instant, SECOND, wholeSecond } from '../../src/core/time.ts';
import { type Haproxy, startHaproxy } from './haproxy.ts';
import { seal } from './seal.ts';

type Port = 'http' | 'proxied' | 'tcp' | 'mail';

export type Gate = Haproxy<Port>;

interface GateOptions {
  /** The port of the server behind the TCP frontend. */
  readonly echo?: number;
  /** The folder of the map file, where several gates share its name. */
  readonly maps?: string;
}

/** One map before an HTTP frontend, one that takes the PROXY protocol's word, and a TCP frontend. */
export function startGate({ echo = 1, maps }: GateOptions = {}): Promise<Gate> {
  return startHaproxy({
    ports: ['http', 'proxied', 'tcp', 'mail'],
    files: { 'jit.map': '', 'mail.map': '' },
    config: ({ dir, ports, socket }) => `
global
    stats socket ${socket} mode 600 level admin
    stats socket ${dir}/user.sock mode 600 level user
defaults
    mode http
    timeout connect 2s
    timeout client 20s
    timeout server 20s
backend seen
    stick-table type ip size 1k expire 1h store http_req_cnt
backend seen6
    stick-table type ipv6 size 1k expire 1h store http_req_cnt
backend seen_mails
    stick-table type string len 120 size 1k expire 1h store http_req_cnt
frontend web
    bind 127.0.0.1:${ports.http}
    bind [::1]:${ports.http}
    bind 127.0.0.1:${ports.proxied} accept-proxy
    http-request set-var(txn.now) date()
    http-request set-var(txn.jit) src,map_ip_int(${maps ?? dir}/jit.map,0)
    http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }
    http-request track-sc0 src table seen
    http-request track-sc1 src table seen6
    http-request return status 200 content-type text/plain string ok
frontend mail
    bind 127.0.0.1:${ports.mail}
    http-request set-var(txn.now) date()
    http-request set-var(txn.jit) req.hdr(X-Email),lower,map_str_int(${dir}/mail.map,0)
    http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }
    http-request track-sc0 req.hdr(X-Email),lower table seen_mails
    http-request return status 200 content-type text/plain string ok
frontend db
    mode tcp
    bind 127.0.0.1:${ports.tcp}
    tcp-request connection set-var(sess.now) date()
    tcp-request connection set-var(sess.jit) src,map_ip_int(${maps ?? dir}/jit.map,0)
    tcp-request connection reject unless { var(sess.jit),sub(sess.now) gt 0 }
    default_backend dbs
backend dbs
    mode tcp
    server one 127.0.0.1:${echo}
`,
  });
}

interface Visit {
  readonly from?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
}

export function visit(
  port: number,
  { from = '127.0.0.1', ...options }: Visit = {},
): Promise<number> {
  const host = from === '::1' ? '::1' : '127.0.0.1';
  return new Promise((resolve, reject) => {
    const asked = request(
      { host, port, localAddress: from, agent: false, ...options },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    asked.once('error', reject).end();
  });
}

/** A visit whose source address is whatever the PROXY protocol says. */
export async function visitAs(port: number, source: string): Promise<number> {
  const family = source.includes(':') ? 'TCP6' : 'TCP4';
  const here = family === 'TCP6' ? '2001:db8::1' : '10.0.0.1';
  const socket = connect(port, '127.0.0.1');
  socket.end(`PROXY ${family} ${source} ${here} 1000 2000\r\nGET / HTTP/1.0\r\n\r\n`);
  let answer = '';
  for await (const part of socket) answer += String(part);
  return Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1]);
}

export const requester = {
  id: principalIdFrom(new Uint8Array(10)),
  name: 'Maya',
  email: 'maya@example.com',
  accounts: [],
};

export function specOf(gates: readonly Gate[], target: object = {}): TargetSpec {
  const nodes = gates.map(({ socket }) => `unix:${socket}`);
  const map = `${gates[0]?.dir ?? ''}/jit.map`;
  return {
    provider: 'edge',
    type: 'haproxy',
    connection: connectionSchema.parse({ nodes }),
    target: targetSchema.parse({ map, key: 'from', ...target }),
  };
}

export function askOf(spec: TargetSpec, from: string): PlanAsk {
  return { spec, inputs: { from }, requester, seal };
}

export const io = (signal: AbortSignal = AbortSignal.timeout(5_000)): Io => ({
  signal,
  now: Date.now(),
});
export const inAnHour = () => wholeSecond(Date.now()) + HOUR;
export const epoch = (at: Instant) => String(at / SECOND);
export const give = (until: Instant): Wish => ({
  wanted: { kind: 'until', until },
  aims: [until],
  held: false,
  receipt: null,
  note: async () => {},
});
export const take = (...aims: Instant[]): Wish => ({
  wanted: { kind: 'nothing' },
  aims,
  held: false,
  receipt: null,
  note: async () => {},
});

export async function planFor(
  provider: Provider,
  spec: TargetSpec,
  from: string,
): Promise<Planned> {
  const planned = await provider.plan(askOf(spec, from), io());
  if (planned.kind !== 'planned') throw new Error(planned.why);
  return planned;
}

export async function openLine(port: number, from: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  await says(socket);
  return socket;
}

/** @throws when the connection is closed instead of answered */
export function says(socket: Socket): Promise<string> {
  socket.write('hello');
  return new Promise((resolve, reject) => {
    socket.once('data', (answer) => resolve(String(answer)));
    socket.once('close', () => reject(new Error('turned away')));
  });
}

export async function isTurnedAway(port: number, from: string): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  return socket.bytesRead === 0;
}
