import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seal, sealedBy } from '../../../test/support/seal.ts';
import { principalIdFrom } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { connectionSchema } from '../aws-elb.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Io, PlanAsk, Provider, Wish } from '../provider.ts';
import { ElbServer, fault, type StoredRule, send } from './fixtures/elb-server.ts';
import { elbRuleProvider } from './index.ts';
import { handleSchema, targetSchema } from './target.ts';

const START = Date.UTC(2026, 10, 21, 12);
const requester = {
  id: principalIdFrom(new Uint8Array(10)),
  name: 'Ada',
  email: 'ada@example.com',
  accounts: [],
};
const HOSTILE = [
  ...['', '0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.9/24', 'localhost', '1.2.3.4;', '224.0.0.1'],
  ...['1.2.3.4&Action=DeleteRule', '2001:db8::/32', '0.0.0.0', '*'],
];

async function listening(): Promise<ElbServer> {
  const server = new ElbServer();
  vi.stubEnv('AWS_ENDPOINT_URL', await server.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return server;
}

afterAll(() => {
  vi.unstubAllEnvs();
});

function specOf(server: ElbServer, target: object = {}): TargetSpec {
  const { account, region, listener, group: forward } = server;
  const priorities = { from: 1_000, until: 1_099 };
  return {
    provider: 'edge',
    type: 'aws-elb-rule',
    connection: connectionSchema.parse({ account, region }),
    target: targetSchema.parse({ listener, forward, priorities, key: 'from', ...target }),
  };
}

const askOf = (spec: TargetSpec, from: string): PlanAsk => ({
  spec,
  inputs: { from },
  requester,
  seal,
});
const cidrOf = ({ key }: Pick<Planned, 'key'>) => key.split(' ').at(-1) ?? '';

function byHand(server: ElbServer, cidr: string, priority: number): Omit<StoredRule, 'arn'> {
  const conditions = { 'source-ip': [cidr] };
  return { priority, conditions, action: `forward ${server.group}`, tags: {} };
}

describeProvider('aws-elb-rule', async () => {
  const server = await listening();
  const spec = specOf(server);
  return {
    provider: elbRuleProvider(),
    spec,
    now: () => START,
    ask: askOf(spec, '192.0.2.7'),
    otherAsk: askOf(spec, '2001:db8::7'),
    sameAsk: askOf(spec, ' ::ffff:192.0.2.7 '),
    hostileAsks: HOSTILE.map((from) => askOf(spec, from)),
    opens: async (planned) => server.opens(cidrOf(planned)),
    putByHand: async (planned) => {
      server.add(byHand(server, cidrOf(planned), 1_050));
    },
    hide: async () => {
      server.hook = ({ response }) => send(response, fault('AccessDenied', 403));
    },
    end: () => server.stop(),
  };
});

describe('a listener', () => {
  let server: ElbServer;
  let provider: Provider;
  const io = (time = 5_000): Io => ({ now: START, signal: AbortSignal.timeout(time) });
  const give: Wish = {
    wanted: { kind: 'until', until: START + 3_600_000 },
    aims: [START + 3_600_000],
    held: false,
    receipt: null,
    note: async () => {},
  };
  const take: Wish = { ...give, wanted: { kind: 'nothing' }, held: true };

  beforeEach(async () => {
    server = await listening();
    // NB. A client keeps the address that it was made with.
    provider = elbRuleProvider();
  });
  afterEach(() => server.stop());

  async function planned(target: object = {}, from = '192.0.2.7') {
    const plan = await provider.plan(askOf(specOf(server, target), from), io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    return { ...plan, own: handleSchema.parse(plan.handle) };
  }
  const own = () => server.rules.filter(({ tags }) => Object.hasOwn(tags, 'hallpass'));

  it('is unreadable, and not gone, where another rule goes while all are read', async () => {
    server.add(byHand(server, '198.51.100.9/32', 1_000));
    const { handle } = await planned();
    let reads = 0;
    server.hook = ({ response }, _what, answer) => {
      reads += 1;
      send(response, reads === 2 ? fault('RuleNotFound') : answer());
    };
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is unreadable, and ours not gone, where an answer shows not even its default', async () => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    server.hook = ({ response }, _what, answer) => {
      const { status, body } = answer();
      send(response, { status, body: body.replace(/<Rules>.*<\/Rules>/s, '<Rules></Rules>') });
    };
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(provider.converge(handle, take, io())).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });

  it.each([
    ['of all its rules', /<TagDescriptions>.*<\/TagDescriptions>/s],
    ['of one of its rules', /<member><ResourceArn>.*?<\/Tags><\/member>/s],
  ])('is unreadable where an answer is without the tags %s', async (_of, missing) => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    for (const rule of own()) rule.conditions['source-ip'] = ['192.0.2.0/24'];
    server.hook = ({ response }, _what, answer) => {
      const { status, body } = answer();
      send(response, { status, body: body.replace(missing, '') });
    };
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('gets a rule of the lowest priority that nobody has, for this host and these paths alone', async () => {
    server.add(byHand(server, '198.51.100.9/32', 1_000));
    const { handle } = await planned({ host: 'admin.example.com', path: '/edge/*' });
    expect(await provider.converge(handle, give, io())).toEqual({ kind: 'done' });
    expect(own()).toMatchObject([
      {
        priority: 1_001,
        conditions: {
          'source-ip': ['192.0.2.7/32'],
          'host-header': ['admin.example.com'],
          'path-pattern': ['/edge/*'],
        },
        action: `forward ${server.group}`,
      },
    ]);
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present', until: null });
  });

  const ADMIN = { host: 'admin.example.com', path: '/admin/users/*' };
  const HOST = { host: 'admin.example.com' };
  const forwarding = (priority: number | null, conditions: StoredRule['conditions']) =>
    server.add({ priority, conditions, action: `forward ${server.group}`, tags: {} });

  it.each<[string, object, number | null, StoredRule['conditions']]>([
    ['its default', {}, null, {}],
    ['a rule after the band', {}, 2_000, {}],
    ['a rule before the band', {}, 10, {}],
    ['a rule of somebody else in the band', {}, 1_050, {}],
    ['every path', {}, 2_000, { 'path-pattern': ['/*'] }],
    ['a path that may be one of these', ADMIN, 2_000, { 'path-pattern': ['/*/users/*'] }],
    ['a wider path', ADMIN, 10, { 'path-pattern': ['/shop/*', '/admin/*'] }],
    ['part of these paths', ADMIN, 10, { 'path-pattern': ['/admin/users/1?'] }],
    ['every host of the domain', HOST, 2_000, { 'host-header': ['*.example.com'] }],
    ['the host in capitals', HOST, 2_000, { 'host-header': ['ADMIN.example.com'] }],
    ['a host, where any is guarded', {}, 2_000, { 'host-header': ['shop.example.com'] }],
    ['hosts by a regular expression', HOST, 2_000, { 'host-header': [] }],
    ['a method', HOST, 10, { 'http-request-method': ['GET'] }],
    ['every source', {}, 2_000, { 'source-ip': ['0.0.0.0/0'] }],
    ['every source of IPv6', {}, 2_000, { 'source-ip': ['192.0.2.9/32', '::/0'] }],
    ['both halves of all sources', {}, 10, { 'source-ip': ['0.0.0.0/1', '128.0.0.0/1'] }],
  ])('that lets whoever asks through by %s guards nothing', async (_by, own, at, conditions) => {
    if (at === null) server.rules = [];
    forwarding(at, conditions);
    const plan = await provider.plan(askOf(specOf(server, own), '192.0.2.7'), io());
    const why = `The listener guards nothing here: its ${at === null ? 'default' : `rule ${at}`} forwards whoever asks.`;
    expect(plan).toEqual({ kind: 'refused', why });
    const findings = await provider.doctor(specOf(server, own), io());
    expect(findings).toContainEqual({ level: 'fault', message: why });
  });

  it('that forwards others elsewhere, and some from where they are, guards all the same', async () => {
    forwarding(10, { 'host-header': ['shop.example.com', '?.example.com'] });
    forwarding(11, { 'host-header': ['*.example.com'], 'path-pattern': ['/shop/*', '/admin'] });
    forwarding(2_000, { 'source-ip': ['10.0.0.0/8', '2001:db8::/32'] });
    forwarding(2_001, { 'path-pattern': ['/ADMIN/*'] });
    await planned(ADMIN);
    const findings = await provider.doctor(specOf(server, ADMIN), io());
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
  });

  it.each<[string, StoredRule['conditions'], boolean]>([
    ['this host', { 'host-header': ['admin.example.com'] }, true],
    ['this host, in whichever letters', { 'host-header': ['Admin.Example.com'] }, true],
    ['wider hosts and paths', { 'host-header': ['*'], 'path-pattern': ['/admin/*'] }, true],
    ['every source', { 'source-ip': ['0.0.0.0/0', '::/0'] }, true],
    ['every source of IPv4', { 'source-ip': ['0.0.0.0/0'] }, false],
    ['fewer paths', { 'path-pattern': ['/admin/users/?'] }, false],
    ['one path of these', { 'path-pattern': ['/admin/users/'] }, false],
    ['a method', { 'http-request-method': ['GET'] }, false],
  ])('guards by a rule that turns away %s, or does not', async (_whom, conditions, guards) => {
    server.rules = [];
    forwarding(null, {});
    server.add({ priority: 1_500, conditions, action: 'fixed-response', tags: {} });
    const plan = await provider.plan(askOf(specOf(server, ADMIN), '192.0.2.7'), io());
    expect(plan.kind).toBe(guards ? 'planned' : 'refused');
  });

  it('guards nothing where a rule for another path may be rewritten to this one', async () => {
    const moved = forwarding(10, { 'path-pattern': ['/old/*'] });
    await planned(ADMIN);
    moved.rewrite = '/admin/users/1';
    await expect(planned(ADMIN)).rejects.toThrow('its rule 10 forwards whoever asks');
    moved.action = server.group.replace('admin', 'shop').replace(/^/, 'forward ');
    await planned(ADMIN);
  });

  it('that turns everybody away before the band lets nobody in, and the doctor says so', async () => {
    const conditions = { 'host-header': ['admin.example.com'] };
    const rule = server.add({ priority: 10, conditions, action: 'fixed-response', tags: {} });
    const faults = async (target: object) => {
      const findings = await provider.doctor(specOf(server, target), io());
      return findings.filter(({ level }) => level === 'fault').map(({ message }) => message);
    };
    expect(await faults(ADMIN)).toEqual([
      'Nobody is let in: its rule 10 turns everybody away before the band.',
    ]);
    expect(await faults({ host: 'other.example.com' })).toEqual([]);
    rule.priority = 2_000;
    expect(await faults(ADMIN)).toEqual([]);
  });

  it('guards nothing by a sign-in, or by what is not known', async () => {
    for (const action of ['authenticate-oidc', 'to-the-moon']) {
      server.rules = [];
      server.add({ priority: null, conditions: {}, action, tags: {} });
      await expect(planned()).rejects.toThrow('its default forwards whoever asks');
    }
  });

  it('guards a host by a rule for all of it, whatever is after that', async () => {
    server.rules = [];
    forwarding(null, {});
    const conditions = { 'host-header': ['admin.example.com'] };
    server.add({ priority: 1_500, conditions, action: 'fixed-response', tags: {} });
    await planned(HOST);
    await expect(planned({ host: 'other.example.com' })).rejects.toThrow('guards nothing');
    await expect(planned()).rejects.toThrow('guards nothing');
  });

  it('whose band is full has no room, and says so', async () => {
    const { handle } = await planned({ priorities: { from: 7, until: 8 } });
    for (const priority of [7, 8]) server.add(byHand(server, '198.51.100.9/32', priority));
    const answer = await provider.converge(handle, give, io());
    expect(answer).toMatchObject({ kind: 'failed', class: 'quota' });
  });

  it('in which somebody made ours wider loses that, and gets what was approved', async () => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    const [rule] = own();
    if (rule === undefined) throw new Error('no rule');
    rule.conditions['source-ip'] = ['192.0.2.0/24'];
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'partial' });
    expect(await provider.converge(handle, give, io())).toEqual({ kind: 'done' });
    expect(own().map(({ conditions }) => conditions)).toEqual([{ 'source-ip': ['192.0.2.7/32'] }]);
    await provider.converge(handle, take, io());
    expect(own()).toEqual([]);
  });

  it('in which somebody made ours lead to another path loses that, and gets what was approved', async () => {
    const { handle } = await planned({ path: '/status' });
    await provider.converge(handle, give, io());
    for (const rule of own()) rule.rewrite = '/admin';
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'partial' });
    expect((await provider.list(specOf(server), io(), seal))[0]?.owner).toBeUndefined();
    expect(await provider.converge(handle, give, io())).toEqual({ kind: 'done' });
    expect(own().map(({ rewrite }) => rewrite)).toEqual([undefined]);
  });

  it('loses ours by its name, whoever has its priority by then', async () => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    for (const rule of own()) rule.priority = 1_007;
    const other = server.add(byHand(server, '198.51.100.9/32', 1_000));
    expect(await provider.converge(handle, take, io())).toEqual({ kind: 'done' });
    expect(server.rules).toContain(other);
    expect(own()).toEqual([]);
  });

  it('keeps a rule of others outside the band that bears a copy of our tag, and tells of it', async () => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    const tags = { ...own()[0]?.tags };
    const conditions = { 'host-header': ['shop.example.com'] };
    const shop = server.add({ priority: 20, conditions, action: 'forward arn:shop', tags });
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
    const again = await provider.converge(handle, { ...give, held: true }, io());
    expect(again).toEqual({ kind: 'already', owner: 'ours' });
    expect(await provider.list(specOf(server), io(), seal)).toMatchObject([
      { owner: 'ours' },
      { key: shop.arn, evidence: expect.stringContaining('rule 20') },
    ]);
    expect(await provider.converge(handle, take, io())).toEqual({ kind: 'done' });
    expect(own()).toEqual([shop]);
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
  });

  it('loses ours that somebody has moved out of the band, as long as it says the same', async () => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    for (const rule of own()) rule.priority = 7;
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
    expect((await provider.list(specOf(server), io(), seal))[0]?.handle).toEqual(handle);
    expect(await provider.converge(handle, take, io())).toEqual({ kind: 'done' });
    expect(own()).toEqual([]);
  });

  it('tells in its band what is ours by the seal, and outside of it nothing that bears no tag', async () => {
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    server.add(byHand(server, '198.51.100.9/32', 1_044));
    server.add(byHand(server, '198.51.100.9/32', 44));
    const owners = async (by = seal) =>
      (await provider.list(specOf(server), io(), by)).map(({ owner }) => owner);
    expect(await owners()).toEqual(['ours', 'foreign']);
    expect((await provider.list(specOf(server), io(), seal))[0]?.handle).toEqual(handle);
    expect(await owners(sealedBy('another installation'))).toEqual([undefined, 'foreign']);
    for (const rule of own()) rule.conditions['source-ip'] = ['192.0.2.0/24'];
    expect(await owners()).toEqual([undefined, 'foreign']);
  });

  it('is read to its last page, and the tags of all of it', async () => {
    server.pageSize = 9;
    for (let nth = 0; nth < 45; nth += 1)
      server.add(byHand(server, `198.51.100.${nth}/32`, 3_000 + nth));
    const { handle } = await planned();
    await provider.converge(handle, give, io());
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
  });

  it.each([
    ['Throttling', 400, 'rate-limited'],
    ['AccessDenied', 403, 'permission-denied'],
    ['ListenerNotFound', 400, 'misconfigured'],
    ['InternalFailure', 500, 'unavailable'],
  ])('that answers %s has not said that anything is gone', async (code, status, meaning) => {
    const { handle } = await planned();
    server.hook = ({ response }) => send(response, fault(code, status));
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: meaning });
  });

  it('that another one writes too is asked again', async () => {
    const { handle } = await planned();
    server.hook = ({ response }, what, answer) =>
      send(response, what === 'write' ? fault('PriorityInUse') : answer());
    expect(await provider.converge(handle, give, io())).toMatchObject({ kind: 'conflict' });
  });

  it('of a bot that may do more than it must says what', async () => {
    const besides = async () => {
      const findings = await provider.doctor(specOf(server), io());
      return findings.filter(({ message }) => message.includes('which it never does'));
    };
    expect(await besides()).toEqual([]);
    server.isGenerous = true;
    expect((await besides()).map(({ message }) => message).join(' ')).toMatch(
      /load balancers.*target groups/,
    );
  });

  it('is named as policy may name it', () => {
    const check = (target: object, inputs = { from: 'ip' }) =>
      provider.check({ spec: specOf(server, target), inputs });
    expect(check({})).toEqual([]);
    expect(check({ priorities: { from: 9, until: 8 } })).toMatchObject([
      { path: ['priorities', 'until'] },
    ]);
    expect(check({}, { from: 'text' })).toMatchObject([{ path: ['key'] }]);
    const elsewhere = server.listener.replace('123456789012', '210987654321');
    expect(check({ listener: elsewhere })).toMatchObject([{ path: ['listener'] }]);
    expect(targetSchema.safeParse({ listener: 'x' }).success).toBe(false);
  });
});
