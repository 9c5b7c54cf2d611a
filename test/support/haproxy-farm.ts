/** A backend of three servers in a real HAProxy, which are frontends of the same process that say their names. */

import type { Planned } from '../../src/access/contract.ts';
import { connectionSchema, targetSchema } from '../../src/access/haproxy-server/target.ts';
import type { Answer, PlanAsk, Provider, Wish } from '../../src/access/provider.ts';
import type { Json, TargetSpec } from '../../src/core/policy.ts';
import { type Haproxy, startHaproxy } from './haproxy.ts';
import { io, requester } from './haproxy-gate.ts';
import { seal } from './seal.ts';

const NAMES = ['web1', 'web2', 'web3'] as const;

export type Farm = Haproxy<'http' | (typeof NAMES)[number]>;

export function startFarm(): Promise<Farm> {
  return startHaproxy({
    ports: ['http', ...NAMES],
    config: ({ dir, ports, socket }) => `
global
    stats socket ${socket} mode 600 level admin
    stats socket ${dir}/operator.sock mode 600 level operator
defaults
    mode http
    timeout connect 2s
    timeout client 20s
    timeout server 20s
frontend edge
    bind 127.0.0.1:${ports.http}
    default_backend be_app
backend be_app
    balance roundrobin
${NAMES.map((name) => `    server ${name} 127.0.0.1:${ports[name]} weight 100`).join('\n')}
backend be_light
    server one 127.0.0.1:${ports.web1}
    server two 127.0.0.1:${ports.web2} disabled
backend be_static
    balance source
    server one 127.0.0.1:${ports.web1} weight 100
    server two 127.0.0.1:${ports.web2} weight 100
${NAMES.map(
  (name) => `
frontend ${name}
    bind 127.0.0.1:${ports[name]}
    http-request return status 200 content-type text/plain string ${name}
`,
).join('')}`,
  });
}

export function farmSpec(farms: readonly Farm[], target: object = {}): TargetSpec {
  return {
    provider: 'edge',
    type: 'haproxy-server',
    connection: connectionSchema.parse({ nodes: farms.map(({ socket }) => `unix:${socket}`) }),
    target: targetSchema.parse({ backend: 'be_app', key: 'server', set: 'drain', ...target }),
  };
}

export function farmAsk(spec: TargetSpec, server: string): PlanAsk {
  return { spec, inputs: { server }, requester, seal };
}

/** Who answers new requests. */
export async function answering({ ports }: Farm): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let nth = 0; nth < 12; nth += 1)
    names.add(await (await fetch(`http://127.0.0.1:${ports.http}/`)).text());
  return [...names].sort();
}

/** By another command than the provider's: `show stat`. */
export async function shown(
  farm: Farm,
  name: string,
  backend = 'be_app',
): Promise<{ readonly status: string; readonly weight: string }> {
  const [head = '', ...lines] = (await farm.ask('show stat')).replace(/^# /, '').split('\n');
  const columns = head.split(',');
  const cells = lines
    .map((line) => line.split(','))
    .find(([px, sv]) => px === backend && sv === name);
  const cell = (column: string) => cells?.[columns.indexOf(column)] ?? '';
  return { status: cell('status'), weight: cell('weight') };
}

export async function planAt(
  provider: Provider,
  spec: TargetSpec,
  server: string,
): Promise<Planned> {
  const planned = await provider.plan(farmAsk(spec, server), io());
  if (planned.kind !== 'planned') throw new Error(planned.why);
  return planned;
}

/** As the workflow goes on: with what was written down before. @returns the last answer */
export async function through(provider: Provider, handle: Json, wish: Wish): Promise<Answer> {
  const first = await provider.converge(handle, wish, io());
  if (first.kind !== 'pending') return first;
  return provider.converge(handle, { ...wish, receipt: first.receipt ?? null }, io());
}
