import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seal } from '../../../test/support/seal.ts';
import { principalIdFrom } from '../../core/ids.ts';
import type { Json, TargetSpec } from '../../core/policy.ts';
import { HOUR } from '../../core/time.ts';
import { connectionSchema } from '../aws-elb.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Answer, Io, PlanAsk, Provider, Wish } from '../provider.ts';
import { ActionServer, type StoredTarget, send } from './fixtures/action-server.ts';
import { fault, type Tree } from './fixtures/query.ts';
import { elbActionProvider } from './index.ts';
import { handleSchema, targetSchema } from './target.ts';

const START = Date.UTC(2026, 10, 21, 12);
const requester = {
  id: principalIdFrom(new Uint8Array(10)),
  name: 'Ada',
  email: 'ada@example.com',
  accounts: [],
};
const HOSTILE = ['', '*', 'nobody', '__proto__', 'constructor', 'shop;', 'web-1&Action=DeleteRule'];
const WEIGHTS = { set: { blue: 0, green: 100 }, otherwise: { blue: 100, green: 0 } };
const FIRST = { id: 'i-00000000000000001', port: 8080 };
const SECOND = { id: '10.0.0.2', port: 8080 };

async function listening(): Promise<ActionServer> {
  const server = new ActionServer();
  for (const nth of [1, 2]) server.weigh(nth, 100, 0);
  for (const { id, port } of [FIRST, SECOND, { id: 'i-00000000000000009', port: 8080 }])
    server.register({ id, port: String(port), state: 'healthy' });
  vi.stubEnv('AWS_ENDPOINT_URL', await server.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return server;
}

afterAll(() => {
  vi.unstubAllEnvs();
});

function specOf({ account, region }: ActionServer, target: object): TargetSpec {
  return {
    provider: 'edge',
    type: 'aws-elb-action',
    connection: connectionSchema.parse({ account, region }),
    target: targetSchema.parse(target),
  };
}

const askOf = (spec: TargetSpec, which = ''): PlanAsk => ({
  spec,
  inputs: { which },
  requester,
  seal,
});

function worldOf(server: ActionServer, spec: TargetSpec, names: readonly [string, string]) {
  return {
    provider: elbActionProvider(),
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
    const server = await listening();
    const rules = { shop: server.rule(1), admin: server.rule(2) };
    const nthOf = ({ key }: Planned) => (key.startsWith(server.rule(1)) ? 1 : 2);
    return {
      ...worldOf(server, specOf(server, { rules, ...WEIGHTS, key: 'which' }), ['shop', 'admin']),
      opens: async (planned) => server.weights(nthOf(planned))?.[1] === '100',
      putByHand: async (planned) => server.weigh(nthOf(planned), 0, 100),
    };
  });
});

describe('a deregistration of one target and another', () => {
  describeProvider('aws-elb-action', async () => {
    const server = await listening();
    const { group } = server;
    const servers = { 'web-1': FIRST, 'web-2': SECOND };
    const memberOf = ({ key }: Planned) => (key.includes(FIRST.id) ? FIRST : SECOND);
    return {
      ...worldOf(server, specOf(server, { group, servers, key: 'which' }), ['web-1', 'web-2']),
      opens: async (planned) => !server.isRegistered(memberOf(planned).id),
      putByHand: async (planned) => {
        const { id, port } = memberOf(planned);
        server.deregister({ id, port: String(port) });
      },
    };
  });
});

let server: ActionServer;
let provider: Provider;
const io = (time = 5_000): Io => ({ now: START, signal: AbortSignal.timeout(time) });
const give: Wish = {
  wanted: { kind: 'until', until: START + HOUR },
  aims: [START + HOUR],
  held: false,
  receipt: null,
};
const take: Wish = { ...give, wanted: { kind: 'nothing' } };

beforeEach(async () => {
  server = await listening();
  // NB. A client keeps the address that it was made with.
  provider = elbActionProvider();
});
afterEach(() => server.stop());

const shop = (target: object = {}) =>
  specOf(server, { rule: server.rule(1), ...WEIGHTS, ...target });
const first = (target: object = {}) =>
  specOf(server, { group: server.group, deregister: FIRST, ...target });

async function planned(spec: TargetSpec) {
  const plan = await provider.plan(askOf(spec), io());
  if (plan.kind !== 'planned') throw new Error(plan.why);
  return plan;
}

async function refusal(spec: TargetSpec): Promise<string> {
  const plan = await provider.plan(askOf(spec), io());
  return plan.kind === 'refused' ? plan.why : plan.kind;
}

/** As the workflow goes on: with what the attempt before it was given along. */
async function through(handle: Json, wish: Wish): Promise<readonly Answer['kind'][]> {
  const kinds: Answer['kind'][] = [];
  let receipt: Json | null = wish.receipt;
  for (let tries = 0; tries < 5; tries += 1) {
    const answer = await provider.converge(handle, { ...wish, receipt }, io());
    kinds.push(answer.kind);
    if (answer.kind !== 'pending') return kinds;
    receipt = answer.receipt ?? null;
  }
  return kinds;
}

describe('an action', () => {
  it('is written down before it is done', async () => {
    const { handle } = await planned(shop());
    expect(await through(handle, give)).toEqual(['pending', 'done']);
    expect(await provider.read(handle, io())).toEqual({
      kind: 'present',
      until: null,
      evidence: 'blue 0, green 100',
    });
    expect(await through(handle, { ...take, held: true })).toEqual(['done']);
    expect(server.weights(1)).toEqual(['100', '0']);
  });

  it('that stands so by another hand is theirs, unless it was written down before', async () => {
    const { handle } = await planned(shop());
    server.weigh(1, 0, 100);
    const foreign = { kind: 'already', owner: 'foreign' };
    expect(await provider.converge(handle, give, io())).toEqual(foreign);
    expect(await provider.converge(handle, take, io())).toEqual(foreign);
    const receipt = { kind: 'wished' };
    expect(await provider.converge(handle, { ...give, receipt }, io())).toEqual({ kind: 'done' });
    expect(await provider.converge(handle, { ...take, receipt }, io())).toEqual({ kind: 'done' });
    expect(server.weights(1)).toEqual(['100', '0']);
  });

  it('says when it is asked for that it stands so already', async () => {
    server.weigh(1, 0, 100);
    expect((await planned(shop())).residue?.text).toContain('It stands so already');
  });

  it('that somebody changed since is left as they made it, and is over', async () => {
    const { handle } = await planned(shop());
    await through(handle, give);
    server.weigh(1, 70, 30);
    const reading = await provider.read(handle, io());
    expect(reading).toMatchObject({
      kind: 'absent',
      evidence: 'blue 70, green 30, by somebody else’s hand',
    });
    expect(await through(handle, { ...give, held: true })).toEqual(['conflict']);
    expect(await through(handle, { ...take, held: true })).toEqual(['already']);
    expect(server.weights(1)).toEqual(['70', '30']);
  });

  it('that does not show yet is still known as ours', async () => {
    const { handle } = await planned(shop());
    const before = server.rules;
    server.hook = ({ response }, what, answer) => {
      const { rules } = server;
      if (what === 'read') server.rules = before;
      send(response, answer());
      if (what === 'read') server.rules = rules;
    };
    const receipt = { kind: 'wished' };
    const answer = await provider.converge(handle, { ...give, receipt }, io());
    expect(answer).toMatchObject({ kind: 'pending', receipt });
    expect(server.weights(1)).toEqual(['0', '100']);
  });

  it('is of one right with what it goes back to', async () => {
    const one = await planned(shop());
    const byArn = { [server.blue]: 0, [server.green]: 100 };
    const back = { [server.blue]: 100, [server.green]: 0 };
    expect(await planned(shop({ set: byArn, otherwise: back }))).toEqual(one);
    server.weigh(1, 90, 10);
    const other = await planned(shop({ otherwise: { blue: 90, green: 10 } }));
    expect(other.key).not.toBe(one.key);
  });
});

describe('weights', () => {
  const sticky = { TargetGroupStickinessConfig: { Enabled: 'true', DurationSeconds: '3600' } };
  const oidc: Tree = {
    Type: 'authenticate-oidc',
    Order: '1',
    AuthenticateOidcConfig: {
      Issuer: 'https://login.example.com',
      AuthorizationEndpoint: 'https://login.example.com/authorize',
      TokenEndpoint: 'https://login.example.com/token',
      UserInfoEndpoint: 'https://login.example.com/me',
      ClientId: 'edge',
      ClientSecret: 'kept',
      AuthenticationRequestExtraParams: { entry: [{ key: 'prompt', value: 'login' }] },
    },
  };

  it('change, and nothing beside them: stickiness, order, sign-in and its secret stay', async () => {
    server.act(1, [oidc]);
    server.weigh(1, 100, 0, sticky);
    const before = structuredClone(server.rules);
    const { handle, residue } = await planned(shop());
    expect(residue?.lasts).toBe(HOUR);
    await through(handle, give);
    expect(server.weights(1)).toEqual(['0', '100']);
    await through(handle, { ...take, held: true });
    expect(server.rules).toEqual(before);
  });

  it('may be those of a listener by default', async () => {
    server.act(0, []);
    server.weigh(0, 100, 0);
    const { handle } = await planned(shop({ rule: undefined, listener: server.listener }));
    expect(await through(handle, give)).toEqual(['pending', 'done']);
    expect(server.weights(0)).toEqual(['0', '100']);
    expect(server.weights(1)).toEqual(['100', '0']);
  });

  it.each([
    ['at which somebody is', () => server.weigh(1, 50, 50), 'blue 50, green 50, which is neither'],
    [
      'with an action that could be lost',
      () => server.act(1, [{ Type: 'to-the-moon' }, ...server.actions(1)]),
      'to-the-moon',
    ],
    [
      'of other target groups',
      () => server.act(1, [{ Type: 'forward', TargetGroupArn: server.blue }]),
      'other target groups',
    ],
    [
      'of a rule that is gone',
      () => {
        server.rules = server.rules.filter(({ arn }) => arn !== server.rule(1));
      },
      'no such rule',
    ],
    [
      'of a listener that nobody knows',
      () => {
        server.removed = true;
      },
      'knows no such listener',
    ],
  ])('%s are refused with a sentence', async (_which, change, why) => {
    change();
    expect(await refusal(shop())).toContain(why);
  });

  it('of a rule that is gone are over, and cannot be given', async () => {
    const { handle } = await planned(shop());
    await through(handle, give);
    server.rules = server.rules.filter(({ arn }) => arn !== server.rule(1));
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
    expect(await through(handle, { ...take, held: true })).toEqual(['already']);
    expect(await through(handle, give)).toEqual(['failed']);
  });

  it('whose way back would lose something are left, and that fails aloud', async () => {
    const { handle } = await planned(shop());
    await through(handle, give);
    server.act(1, [{ Type: 'to-the-moon' }, ...server.actions(1)]);
    expect(await through(handle, { ...take, held: true })).toEqual(['failed']);
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
  });

  it('are found to the last page', async () => {
    server.pageSize = 1;
    expect((await planned(shop())).summary).toBe(
      'edge edge blue 0, green 100, then blue 100, green 0',
    );
  });
});

describe('a deregistered target', () => {
  const own = () => server.targets.filter(({ id }) => id === FIRST.id);

  it('drains, and is registered again as it was', async () => {
    server.register({ ...SECOND, port: '8080', zone: 'all', state: 'healthy' });
    const spec = first({ deregister: { ...SECOND, zone: 'all' } });
    const { handle, residue, summary } = await planned(spec);
    expect(summary).toBe('edge web 10.0.0.2:8080 deregistered, then registered');
    expect(residue).toMatchObject({ lasts: null });
    expect(residue?.text).toContain('for up to 5 minutes');
    expect(await through(handle, give)).toEqual(['pending', 'done']);
    expect(server.targets.at(-1)).toMatchObject({ id: SECOND.id, state: 'draining' });
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
    await through(handle, { ...take, held: true });
    expect(server.targets.at(-1)).toEqual({
      ...{ id: SECOND.id, port: '8080', zone: 'all', state: 'initial' },
    });
  });

  it('that is back is back, whether healthy or not', async () => {
    const { handle } = await planned(first());
    await through(handle, give);
    await through(handle, { ...take, held: true });
    expect(own()).toMatchObject([{ state: 'initial' }]);
    for (const state of ['initial', 'unhealthy', 'unhealthy.draining', 'healthy']) {
      server.register({ id: FIRST.id, port: '8080', state });
      expect(await provider.read(handle, io()), state).toEqual({
        kind: 'absent',
        evidence: `${FIRST.id}:8080 is registered, ${state}`,
      });
    }
  });

  it('is not the last healthy one, unless policy says so', async () => {
    const { handle } = await planned(first());
    for (const { id } of server.targets)
      if (id !== FIRST.id) server.register({ id, port: '8080', state: 'unhealthy' });
    expect(await refusal(first())).toBe('No other target of the group is healthy.');
    expect(await through(handle, give)).toEqual(['conflict']);
    expect(server.isRegistered(FIRST.id)).toBe(true);
    const { handle: last } = await planned(first({ lastServer: true }));
    expect(await through(last, give)).toEqual(['pending', 'done']);
  });

  it.each<[string, StoredTarget]>([
    ['a zone', { id: FIRST.id, port: '8080', zone: 'all', state: 'healthy' }],
    ['a server id', { id: FIRST.id, port: '8080', quic: '0x1', state: 'healthy' }],
  ])('could not be registered again with %s that policy does not name', async (_what, target) => {
    server.register(target);
    expect(await refusal(first())).toContain('somebody is at it');
  });

  it('of a group that nobody knows is refused, and is never taken for absent', async () => {
    const { handle } = await planned(first());
    server.removed = true;
    expect(await refusal(first())).toContain('knows no such listener or target group');
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it('is told from another port of the same instance', async () => {
    const { handle } = await planned(first());
    server.targets = [{ id: FIRST.id, port: '9090', state: 'healthy' }];
    const { evidence } = (await provider.read(handle, io())) as { readonly evidence: string };
    expect(evidence).toBe(`${FIRST.id}:8080 is not registered, but at 9090`);
  });
});

describe('Elastic Load Balancing', () => {
  it.each([
    ['Throttling', 400, 'rate-limited'],
    ['AccessDenied', 403, 'permission-denied'],
    ['ListenerNotFound', 400, 'misconfigured'],
    ['InternalFailure', 500, 'unavailable'],
  ])('that answers %s has not said that anything is gone', async (code, status, meaning) => {
    const { handle } = await planned(shop());
    server.hook = ({ response }) => send(response, fault(code, status));
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: meaning });
  });

  it.each([
    ['TooManyActions', 'failed'],
    ['TooManyTargets', 'failed'],
    ['OperationNotPermitted', 'conflict'],
  ])('that answers a write by %s is told apart: %s', async (code, kind) => {
    const { handle } = await planned(shop());
    server.hook = ({ response }, what, answer) =>
      send(response, what === 'write' ? fault(code) : answer());
    expect(await through(handle, give)).toEqual(['pending', kind]);
  });

  it('is looked at by the doctor: each choice, and what the bot may besides', async () => {
    const rules = { shop: server.rule(1), admin: server.rule(2), old: server.rule(7) };
    const spec = specOf(server, { rules, ...WEIGHTS, key: 'which' });
    server.weigh(2, 50, 50);
    server.isGenerous = true;
    const findings = await provider.doctor(spec, io());
    expect(findings.map(({ level }) => level)).toEqual([
      ...['ok', 'warning', 'fault', 'warning', 'warning'],
    ]);
    expect(findings.map(({ message }) => message).join(' ')).toMatch(
      /shop: blue 100, green 0\. admin: blue 50, green 50, which is neither.*old: There is no such rule.*load balancers.*target groups/,
    );
  });

  it('is named as policy may name it', () => {
    const paths = (spec: TargetSpec, inputs = {}) =>
      provider.check({ spec, inputs }).map(({ path }) => path.join('.'));
    const rules = { shop: server.rule(1) };
    expect(paths(shop())).toEqual([]);
    expect(paths(first())).toEqual([]);
    expect(paths(shop({ group: server.group }))).toEqual(['']);
    expect(paths(shop({ otherwise: undefined }))).toEqual(['']);
    expect(paths(shop({ listener: server.listener }))).toEqual(['']);
    expect(paths(first({ servers: { 'web-1': FIRST } }))).toEqual(['']);
    expect(paths(shop({ key: 'which' }), { which: 'text' })).toEqual(['key']);
    expect(paths(shop({ rule: undefined, rules }))).toEqual(['key']);
    expect(paths(shop({ otherwise: WEIGHTS.set }))).toEqual(['otherwise']);
    expect(paths(shop({ otherwise: { blue: 1, red: 1 } }))).toEqual(['otherwise']);
    expect(paths(shop({ set: { blue: 0, green: 0 } }))).toEqual(['set']);
    expect(paths(shop({ set: { blue: 1 }, otherwise: { blue: 2 } }))).toEqual(['set']);
    const elsewhere = server.rule(1).replace('123456789012', '210987654321');
    expect(paths(shop({ rule: elsewhere }))).toEqual(['rule']);
    expect(targetSchema.safeParse({ rule: 'x' }).success).toBe(false);
  });

  it('is spoken to one at a time about one rule, or one group', async () => {
    const { handle } = await planned(shop());
    const { handle: other } = await planned(first());
    expect(provider.way?.(handle)).toMatchObject({ alone: server.rule(1) });
    expect(provider.way?.(other)).toMatchObject({ alone: server.group });
    expect(handleSchema.parse(handle).v).toBe(1);
  });
});
