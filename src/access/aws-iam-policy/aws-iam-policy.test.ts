import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seal, sealedBy } from '../../../test/support/seal.ts';
import { asUser, TrailStand } from '../../../test/support/trail-stand.ts';
import { ManualClock, systemClock } from '../../clock.ts';
import { principalIdFrom } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { HOUR, type Instant } from '../../core/time.ts';
import { Trail } from '../aws-trail.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Io, PlanAsk, Wish } from '../provider.ts';
import { documentOf } from './document.ts';
import { fault, IamServer, send } from './fixtures/iam-server.ts';
import { iamPolicyProvider } from './index.ts';
import { connectionSchema, handleSchema, targetSchema } from './target.ts';

const START = Date.UTC(2026, 10, 21, 12);
const ACTIONS = ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'];
const RESOURCES = ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/*'];
const USERS = { 'ada@example.com': 'ada', 'grace@example.com': 'grace' };

async function listening(): Promise<IamServer> {
  const server = new IamServer(['ada', 'grace']);
  vi.stubEnv('AWS_ENDPOINT_URL', await server.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return server;
}

afterAll(() => {
  vi.unstubAllEnvs();
});

function specOf(target: object = {}): TargetSpec {
  return {
    provider: 'prod',
    type: 'aws-iam-policy',
    connection: connectionSchema.parse({ account: '123456789012' }),
    target: targetSchema.parse({ actions: ACTIONS, resources: RESOURCES, ...target }),
    people: USERS,
  };
}

/** As it was stored while policy wrote `users` below each provider. */
function specOfBefore(): TargetSpec {
  const { people: _, ...spec } = specOf();
  const users = { 'Ada@example.com': 'ada', 'grace@example.com': 'grace' };
  return { ...spec, connection: { ...(spec.connection as object), users } };
}

function askOf(email: string, spec = specOf()): PlanAsk {
  const id = principalIdFrom(new Uint8Array(10));
  return { spec, inputs: {}, requester: { id, name: 'Somebody', email, accounts: [] }, seal };
}

const handleIn = ({ handle }: Pick<Planned, 'handle'>) => handleSchema.parse(handle);

describeProvider('aws-iam-policy', async () => {
  const server = await listening();
  const clock = new ManualClock(START);
  return {
    provider: iamPolicyProvider(new Trail(systemClock)),
    spec: specOf(),
    now: () => clock.now(),
    ask: askOf('ada@example.com'),
    otherAsk: askOf('grace@example.com'),
    sameAsk: askOf('Ada@Example.com'),
    hostileAsks: ['', 'mallory@example.com', 'ada@example.org', '__proto__', 'toString'].map(
      (email) => askOf(email),
    ),
    opens: async (planned) => server.allows(handleIn(planned).user, ACTIONS[0] ?? '', clock.now()),
    putByHand: async (planned, until) => {
      const handle = handleIn(planned);
      server.users.get(handle.user)?.policies.set(handle.policy, documentOf(handle, until));
    },
    hide: async () => {
      server.hook = ({ response }) => send(response, fault('AccessDenied', 403));
    },
    end: () => server.stop(),
  };
});

describe('an IAM user', () => {
  let server: IamServer;
  const io = (time = 5_000): Io => ({ now: START, signal: AbortSignal.timeout(time) });
  const give = (until: Instant, held = false): Wish => ({
    wanted: { kind: 'until', until },
    aims: [until],
    held,
    receipt: null,
    note: async () => {},
  });
  const END = START + HOUR;

  beforeEach(async () => {
    server = await listening();
  });
  afterEach(() => server.stop());

  async function planned() {
    const provider = iamPolicyProvider(new Trail(systemClock));
    const plan = await provider.plan(askOf('ada@example.com'), io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    return { provider, plan, handle: plan.handle, policy: handleIn(plan).policy };
  }
  const policies = () => server.users.get('ada')?.policies ?? new Map<string, string>();

  it('is let in until the end, by AWS itself', async () => {
    const { provider, handle } = await planned();
    await provider.converge(handle, give(END), io());
    expect(server.allows('ada', ACTIONS[0] ?? '', END - 1)).toBe(true);
    expect(server.allows('ada', ACTIONS[0] ?? '', END)).toBe(false);
  });

  it.each([
    ['Throttling', 400, 'rate-limited'],
    ['AccessDenied', 403, 'permission-denied'],
    ['ExpiredToken', 403, 'permission-denied'],
    ['InvalidClientTokenId', 403, 'permission-denied'],
    ['ServiceFailure', 500, 'unavailable'],
  ])(
    'whose reading is answered by %s is never read as without rights',
    async (code, status, meaning) => {
      const { provider, handle } = await planned();
      server.hook = ({ response }) => send(response, fault(code, status));
      await expect(provider.read(handle, io())).rejects.toMatchObject({ code: meaning });
    },
  );

  it('who is not seen in the account is not read as without rights', async () => {
    const { provider, handle } = await planned();
    server.users.clear();
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: 'permission-denied' });
    const other = { ...Object(handle), account: '210987654321' };
    server.users.set('ada', { id: 'AIDAEXAMPLE000000000', policies: new Map() });
    await expect(provider.read(other, io())).rejects.toMatchObject({ code: 'permission-denied' });
  });

  it.each([
    ['', 'bad-answer'],
    ['<PolicyNames/>', undefined],
  ])('whose policies are answered by %j has none only if it says so', async (list, fault) => {
    const { provider, handle } = await planned();
    await provider.converge(handle, give(END), io());
    server.hook = ({ response }, _what, answer) => {
      const { status, body } = answer();
      send(response, { status, body: body.replace(/<PolicyNames>.*<\/PolicyNames>/s, list) });
    };
    const held = await provider.list(specOf(), io(), seal).catch((error: unknown) => error);
    if (fault === undefined) expect(held).toEqual([]);
    else expect(held).toMatchObject({ code: fault });
  });

  it('whose name another has now may hold it under another one: that is no end', async () => {
    const { provider, handle } = await planned();
    await provider.converge(handle, give(END), io());
    const ada = server.users.get('ada');
    if (ada === undefined) throw new Error('no user');
    server.users.set('ada.l', ada);
    server.users.set('ada', { id: 'AIDAANOTHER000000000', policies: new Map() });
    const unknown = { code: 'misconfigured', message: expect.stringContaining('another user now') };
    await expect(provider.read(handle, io())).rejects.toMatchObject(unknown);
    const wish = { ...give(END, true), wanted: { kind: 'nothing' } } as const;
    await expect(provider.converge(handle, wish, io())).rejects.toMatchObject(unknown);
    expect(server.allows('ada.l', ACTIONS[0] ?? '', START)).toBe(true);
  });

  it('who has the name of another gets none of theirs, and loses none', async () => {
    const { provider, handle, policy } = await planned();
    await provider.converge(handle, give(END), io());
    const held = new Map([[policy, policies().get(policy) ?? '']]);
    server.users.set('ada', { id: 'AIDAANOTHER000000000', policies: new Map(held) });
    for (const wanted of [{ kind: 'until', until: END + HOUR }, { kind: 'nothing' }] as const)
      await expect(provider.converge(handle, { ...give(END), wanted }, io())).rejects.toThrow();
    expect(policies()).toEqual(held);
  });

  it('is one, however policy writes their name', async () => {
    const { plan } = await planned();
    const spec = { ...specOf(), people: { 'ada@example.com': 'ADA' } };
    const provider = iamPolicyProvider(new Trail(systemClock));
    expect(await provider.plan(askOf('ada@example.com', spec), io())).toEqual(plan);
    await provider.converge(plan.handle, give(END), io());
    const own = { key: plan.key, handle: plan.handle, owner: 'ours' };
    expect(await provider.list(spec, io(), seal)).toMatchObject([own]);
  });

  it('who has no room left is told so, and that is not taken for throttling', async () => {
    const { provider, handle } = await planned();
    policies().set('big', JSON.stringify({ Statement: [], Filler: 'x'.repeat(2_000) }));
    expect(await provider.converge(handle, give(END), io())).toMatchObject({
      kind: 'failed',
      class: 'quota',
    });
    expect(policies().size).toBe(1);
  });

  it('whose condition somebody took away is seen to have no end, and gets it back', async () => {
    const { provider, handle, policy } = await planned();
    await provider.converge(handle, give(END), io());
    const document = JSON.parse(policies().get(policy) ?? '');
    document.Statement[0].Condition = undefined;
    policies().set(policy, JSON.stringify(document));
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present', until: null });
    expect(await provider.converge(handle, give(END, true), io())).toEqual({ kind: 'done' });
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present', until: END });
  });

  it('whose rights somebody widened is seen not to be as wanted', async () => {
    const { provider, handle, policy } = await planned();
    await provider.converge(handle, give(END), io());
    const document = JSON.parse(policies().get(policy) ?? '');
    document.Statement[0].Action = ['*'];
    policies().set(policy, JSON.stringify(document));
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'partial' });
    await provider.converge(handle, give(END, true), io());
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present', until: END });
  });

  it('knows ours by the seal alone, of that user and that right', async () => {
    const { provider, handle, policy } = await planned();
    await provider.converge(handle, give(END), io());
    const owners = async (by = seal) =>
      (await provider.list(specOf(), io(), by)).map(({ owner }) => owner);
    expect(await owners()).toEqual(['ours']);
    expect((await provider.list(specOf(), io(), seal))[0]?.handle).toEqual(handle);
    expect(await owners(sealedBy('another installation'))).toEqual([undefined]);
    const text = policies().get(policy) ?? '';
    policies().set(`hallpass-${'0'.repeat(32)}`, text);
    expect(await owners()).toEqual(['ours', undefined]);
    policies().set(policy, text.replace(/Hallpass[0-9a-f]{32}/, 'Hallpass'));
    expect(await owners()).toEqual([undefined, undefined]);
  });

  it('keeps every other policy, to the byte', async () => {
    const others = new Map([
      ['one', '{ "Statement": [] }'],
      ['two', '{"Version":"2008-10-17","Statement":[],"Id":"x"}'],
      ['three', '{}'],
    ]);
    for (const [name, text] of others) policies().set(name, text);
    const { provider, handle } = await planned();
    await provider.converge(handle, give(END), io());
    expect(await provider.list(specOf(), io(), seal)).toHaveLength(1);
    const wish = { ...give(END, true), wanted: { kind: 'nothing' } } as const;
    await provider.converge(handle, wish, io());
    expect(policies()).toEqual(others);
  });

  it('of a bot that may do more than it must says what', async () => {
    const besides = async () => {
      const findings = await iamPolicyProvider(new Trail(systemClock)).doctor(specOf(), io());
      return findings.filter(({ message }) => message.includes('which it never does'));
    };
    expect(await besides()).toEqual([]);
    server.isGenerous = true;
    expect((await besides()).map(({ message }) => message).join(' ')).toMatch(/users.*roles/);
  });

  it('is known by their address alone, and by nothing that was guessed', async () => {
    const plan = await iamPolicyProvider(new Trail(systemClock)).plan(
      askOf('barbara@example.com'),
      io(),
    );
    expect(plan).toEqual({ kind: 'refused', why: 'Policy names no IAM user for this.' });
  });

  it('is found in a target that was stored before there was `people`', async () => {
    const provider = iamPolicyProvider(new Trail(systemClock));
    const plan = await provider.plan(askOf('ada@example.com', specOfBefore()), io());
    expect(plan).toEqual(await provider.plan(askOf('ada@example.com'), io()));
    if (plan.kind !== 'planned') throw new Error(plan.why);
    await provider.converge(plan.handle, give(END), io());
    expect(await provider.list(specOfBefore(), io(), seal)).toHaveLength(1);
    const findings = await provider.doctor(specOfBefore(), io());
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
  });

  it('has a name, or policy is told that nobody could be given anything', () => {
    const { people: _, ...spec } = specOf();
    const provider = iamPolicyProvider(new Trail(systemClock));
    expect(provider.check({ spec: specOf(), inputs: {} })).toEqual([]);
    expect(provider.check({ spec, inputs: {} })).toMatchObject([{ path: ['provider'] }]);
    expect(provider.nameSchema?.safeParse('ada').success).toBe(true);
    expect(provider.nameSchema?.safeParse('jit/ada').success).toBe(false);
  });

  it('is named by an input only if policy names them', async () => {
    const spec = specOf({ key: 'user' });
    const ask = (user: string) => ({ ...askOf('barbara@example.com', spec), inputs: { user } });
    const provider = iamPolicyProvider(new Trail(systemClock));
    expect(await provider.plan(ask('grace'), io())).toMatchObject({ kind: 'planned' });
    for (const user of ['root', 'grace@example.com', '', 'constructor'])
      expect(await provider.plan(ask(user), io())).toMatchObject({ kind: 'refused' });
  });

  it('is asked once, and given up when there is no answer', async () => {
    const { provider, handle } = await planned();
    let calls = 0;
    server.hook = () => {
      calls += 1;
    };
    await expect(provider.read(handle, io(200))).rejects.toMatchObject({ code: 'timeout' });
    expect(calls).toBe(1);
  });

  describe('with a trail', () => {
    const ELB = { source: 'elasticloadbalancing.amazonaws.com' };
    const TRAIL = { trail: { profile: null, regions: ['eu-central-1'] } };
    let trail: TrailStand;

    beforeEach(async () => {
      trail = new TrailStand();
      vi.stubEnv('AWS_ENDPOINT_URL_CLOUDTRAIL', await trail.listen());
      trail.events.push({ at: START - HOUR, name: 'hallpass', by: {} });
    });
    afterEach(() => trail.stop());

    const ada = () => asUser('ada', server.users.get('ada')?.id ?? '');
    async function seen(actions = ACTIONS) {
      const provider = iamPolicyProvider(new Trail(systemClock));
      const plan = await provider.plan(
        askOf('ada@example.com', specOf({ ...TRAIL, actions })),
        io(),
      );
      if (plan.kind !== 'planned') throw new Error(plan.why);
      expect(plan.tellsUse).toBe(true);
      return provider.used?.(plan.handle, { since: START, until: END }, io());
    }

    it('is told to have used the right by its actions, of whichever version', async () => {
      expect(await seen()).toEqual({ kind: 'unused' });
      trail.events.push({ at: START + 1_000, ...ada(), ...ELB, call: 'RegisterTargets' });
      expect(await seen()).toMatchObject({ count: 1, lastAt: START + 1_000 });
      expect(await seen(['elasticloadbalancing:Register*'])).toMatchObject({ count: 1 });
      expect(await seen(['elasticloadbalancing:registertargets'])).toMatchObject({ count: 1 });
    });

    it('who does something else may have used the right under another name', async () => {
      const at = START + 5_000;
      trail.events.push({ at, ...ada(), source: 'monitoring.amazonaws.com', call: 'PutAlarm' });
      expect(await seen()).toEqual({ kind: 'unused', from: at });
      trail.events.push({ at: START + 1_000, ...ada(), ...ELB, call: 'RegisterTargets' });
      expect(await seen()).toMatchObject({ count: 1, lastAt: START + 1_000, from: at });
    });

    it('is not somebody new of the same name, nor a session called so', async () => {
      const call = { at: START + 1_000, ...ELB, call: 'RegisterTargets' };
      const { by } = ada();
      trail.events.push({ ...call, ...asUser('ada', 'AIDAEXAMPLEANOTHER') });
      trail.events.push({ ...call, name: 'ada', by: { ...by, type: 'AssumedRole' } });
      expect(await seen()).toEqual({ kind: 'unused' });
    });

    it('tells nothing where policy names none', async () => {
      const { provider, plan } = await planned();
      expect(plan).not.toHaveProperty('tellsUse');
      expect(provider.tellsUse?.(specOf())).toBe(false);
      const span = { since: START, until: END };
      expect(await provider.used?.(plan.handle, span, io())).toMatchObject({ kind: 'unknown' });
    });

    it.each([
      ['s3:GetObject', true],
      ['s3:PutObject*', true],
      ['dynamodb:BatchGetItem', true],
      ['lambda:InvokeFunction', true],
      ['sqs:SendMessage', true],
      ['s3:PutBucketPolicy', false],
      ['dynamodb:CreateTable', false],
      ['lambda:UpdateFunctionCode', false],
    ])('is not told about %s: %s, because that only touches data', (action, isData) => {
      const provider = iamPolicyProvider(new Trail(systemClock));
      const faults = (more: object) =>
        provider.check({ spec: specOf({ actions: [action], ...more }), inputs: {} });
      expect(faults(TRAIL)).toHaveLength(isData ? 1 : 0);
      expect(faults({})).toEqual([]);
    });

    it('is looked for by the doctor', async () => {
      const provider = iamPolicyProvider(new Trail(systemClock));
      const messages = (await provider.doctor(specOf(TRAIL), io())).map(({ message }) => message);
      expect(messages).toContain('CloudTrail in eu-central-1 shows what is done in 123456789012.');
    });
  });
});
