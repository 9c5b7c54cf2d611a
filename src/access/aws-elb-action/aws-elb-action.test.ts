import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TargetSpec } from '../../core/policy.ts';
import { describeProvider, type Planned } from '../contract.ts';
import { send } from './fixtures/action-server.ts';
import {
  askOf,
  Edge,
  FIRST,
  give,
  io,
  SECOND,
  START,
  take,
  takeHeld,
  WEIGHTS,
} from './fixtures/edge.ts';
import { fault } from './fixtures/query.ts';
import { handleSchema } from './target.ts';

const HOSTILE = ['', '*', 'nobody', '__proto__', 'constructor', 'shop;', 'web-1&Action=DeleteRule'];

afterAll(() => {
  vi.unstubAllEnvs();
});

function worldOf({ server, provider }: Edge, spec: TargetSpec, names: readonly [string, string]) {
  return {
    provider,
    spec,
    now: () => START,
    isUnmarked: true,
    ask: askOf(spec, names[0]),
    otherAsk: askOf(spec, names[1]),
    sameAsk: askOf(spec, ` ${names[0].toUpperCase()} `),
    hostileAsks: HOSTILE.map((text) => askOf(spec, text)),
    hide: async () => {
      server.hook = ({ response }) => send(response, fault('AccessDenied', 403));
    },
    end: () => server.stop(),
  };
}

describe('weights of one rule and another', () => {
  describeProvider('aws-elb-action', async () => {
    const own = await Edge.open(vi.stubEnv);
    const { server } = own;
    const rules = { shop: server.rule(1), admin: server.rule(2) };
    const nthOf = ({ key }: Planned) => (key.startsWith(server.rule(1)) ? 1 : 2);
    return {
      ...worldOf(own, own.specOf({ rules, ...WEIGHTS, key: 'which' }), ['shop', 'admin']),
      opens: async (planned) => server.weights(nthOf(planned))?.[1] === '100',
      putByHand: async (planned) => server.weigh(nthOf(planned), 0, 100),
    };
  });
});

describe('a deregistration of one target and another', () => {
  describeProvider('aws-elb-action', async () => {
    const own = await Edge.open(vi.stubEnv);
    const { server } = own;
    const servers = { 'web-1': FIRST, 'web-2': SECOND };
    const spec = own.specOf({ group: server.group, servers, key: 'which' });
    const memberOf = ({ key }: Planned) => (key.includes(FIRST.id) ? FIRST : SECOND);
    return {
      ...worldOf(own, spec, ['web-1', 'web-2']),
      opens: async (planned) => !server.isRegistered(memberOf(planned).id),
      putByHand: async (planned) => {
        const { id, port } = memberOf(planned);
        server.deregister({ id, port: String(port) });
      },
    };
  });
});

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.open(vi.stubEnv);
});
afterEach(() => edge.server.stop());

describe('an action', () => {
  it('is noted before it is done', async () => {
    const { handle } = await edge.planned(edge.shop());
    const seen: unknown[] = [];
    const note = async (receipt: unknown) => void seen.push(receipt, edge.server.weights(1));
    expect(await edge.through(handle, { ...give, note })).toEqual(['done']);
    expect(seen).toEqual([{ kind: 'wished', at: expect.any(Number), looks: 0 }, ['100', '0']]);
    expect(await edge.read(handle)).toEqual({
      kind: 'present',
      until: null,
      evidence: 'blue 0, green 100',
    });
    expect(await edge.through(handle, takeHeld)).toEqual(['done']);
    expect(edge.server.weights(1)).toEqual(['100', '0']);
  });

  it('that stands so by another hand is theirs, unless it was noted before', async () => {
    const { handle } = await edge.planned(edge.shop());
    edge.server.weigh(1, 0, 100);
    const foreign = { kind: 'already', owner: 'foreign' };
    expect(await edge.converge(handle, give)).toEqual(foreign);
    expect(await edge.converge(handle, take)).toEqual(foreign);
    const receipt = { kind: 'wished' };
    expect(await edge.converge(handle, { ...give, receipt })).toEqual({ kind: 'done' });
    expect(await edge.converge(handle, { ...take, receipt })).toEqual({ kind: 'done' });
    expect(edge.server.weights(1)).toEqual(['100', '0']);
  });

  it('says when it is asked for that it stands so already', async () => {
    edge.server.weigh(1, 0, 100);
    const { residue } = await edge.planned(edge.shop());
    expect(residue?.text).toContain('It stands so already');
  });

  it('that somebody changed since is left as they made it, and is over', async () => {
    const { handle } = await edge.planned(edge.shop());
    await edge.through(handle, give);
    edge.server.weigh(1, 70, 30);
    const evidence = 'blue 70, green 30, by somebody else’s hand';
    expect(await edge.read(handle)).toEqual({ kind: 'absent', evidence, isTakenOver: true });
    expect(await edge.through(handle, { ...give, held: true })).toEqual(['conflict']);
    expect(await edge.through(handle, takeHeld)).toEqual(['already']);
    expect(edge.server.weights(1)).toEqual(['70', '30']);
  });

  it('that was noted fails where somebody is at it before it is held', async () => {
    const { handle } = await edge.planned(edge.shop());
    edge.server.weigh(1, 70, 30);
    for (const receipt of [null, { kind: 'wished' }]) {
      const answer = await edge.converge(handle, { ...give, receipt });
      expect(answer).toMatchObject({ kind: 'failed', class: 'config' });
    }
    expect(edge.server.weights(1)).toEqual(['70', '30']);
  });

  it('that does not show yet is still known as ours', async () => {
    const { server } = edge;
    const { handle } = await edge.planned(edge.shop());
    const before = server.rules;
    server.hook = ({ response }, what, answer) => {
      const { rules } = server;
      if (what === 'read') server.rules = before;
      send(response, answer());
      if (what === 'read') server.rules = rules;
    };
    const receipt = { kind: 'wished' };
    const answer = await edge.converge(handle, { ...give, receipt });
    expect(answer).toMatchObject({ kind: 'pending', receipt });
    expect(server.weights(1)).toEqual(['0', '100']);
  });

  it('is of one right with what it goes back to', async () => {
    const { blue, green } = edge.server;
    const one = await edge.planned(edge.shop());
    const set = { [blue]: 0, [green]: 100 };
    const otherwise = { [blue]: 100, [green]: 0 };
    expect(await edge.planned(edge.shop({ set, otherwise }))).toEqual(one);
    edge.server.weigh(1, 90, 10);
    const other = await edge.planned(edge.shop({ otherwise: { blue: 90, green: 10 } }));
    expect(other.key).not.toBe(one.key);
  });

  it('is worked on alone at one rule, and at one group', async () => {
    const { handle } = await edge.planned(edge.shop());
    const { handle: other } = await edge.planned(edge.first());
    expect(edge.provider.way?.(handle)).toMatchObject({ alone: edge.server.rule(1) });
    expect(edge.provider.way?.(other)).toMatchObject({ alone: edge.server.group });
    expect(handleSchema.parse(handle).v).toBe(1);
  });
});

describe('Elastic Load Balancing', () => {
  it.each([
    ['Throttling', 400, 'rate-limited'],
    ['AccessDenied', 403, 'permission-denied'],
    ['ListenerNotFound', 400, 'misconfigured'],
    ['InternalFailure', 500, 'unavailable'],
  ])('that answers %s has not said that anything is gone', async (code, status, meaning) => {
    const { handle } = await edge.planned(edge.shop());
    edge.server.hook = ({ response }) => send(response, fault(code, status));
    await expect(edge.read(handle)).rejects.toMatchObject({ code: meaning });
  });

  it.each([
    ['TooManyActions', 'failed'],
    ['TooManyTargets', 'failed'],
    ['OperationNotPermitted', 'conflict'],
  ])('that answers a write by %s is told apart: %s', async (code, kind) => {
    const { handle } = await edge.planned(edge.shop());
    edge.server.hook = ({ response }, what, answer) =>
      send(response, what === 'write' ? fault(code) : answer());
    expect(await edge.through(handle, give)).toEqual([kind]);
  });

  it('is looked at by the doctor: each choice, and what the bot may besides', async () => {
    const { server } = edge;
    const rules = { shop: server.rule(1), admin: server.rule(2), old: server.rule(7) };
    server.weigh(2, 50, 50);
    server.isGenerous = true;
    const spec = edge.specOf({ rules, ...WEIGHTS, key: 'which' });
    const findings = await edge.provider.doctor(spec, io());
    expect(findings.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'ok shop: blue 100, green 0.',
      expect.stringMatching(/^warning admin: blue 50, green 50, which is neither/),
      'fault old: There is no such rule.',
      expect.stringContaining('load balancers'),
      expect.stringContaining('target groups'),
    ]);
  });
});
