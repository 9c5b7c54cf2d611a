import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seal, sealedBy } from '../../../test/support/seal.ts';
import { ACCOUNT, inSession, TrailStand } from '../../../test/support/trail-stand.ts';
import { systemClock } from '../../clock.ts';
import { principalIdFrom, sha256 } from '../../core/ids.ts';
import type { Json, TargetSpec } from '../../core/policy.ts';
import { HOUR, SECOND } from '../../core/time.ts';
import { readPolicyBytes } from '../../policy-file.ts';
import { Trail } from '../aws-trail.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Answer, Io, PlanAsk, Provider, Wish } from '../provider.ts';
import { CenterServer, fault, type Hook, send } from './fixtures/center-server.ts';
import { identityCenterProvider } from './index.ts';
import { connectionSchema, handleSchema, targetSchema } from './target.ts';

const START = Date.UTC(2026, 10, 21, 12);
const END = START + HOUR;
const ROLE = 'arn:aws:iam::123456789012:role/hallpass-timer';

async function listening(): Promise<CenterServer> {
  const server = new CenterServer(['ada@example.com', 'grace@example.com']);
  vi.stubEnv('AWS_ENDPOINT_URL', await server.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return server;
}

afterAll(() => {
  vi.unstubAllEnvs();
});

let server: CenterServer;
let provider: Provider;
const io = (time = 5_000): Io => ({ now: START, signal: AbortSignal.timeout(time) });
const give: Wish = {
  wanted: { kind: 'until', until: END },
  aims: [END],
  held: false,
  receipt: null,
  note: async () => {},
};
const take: Wish = { ...give, wanted: { kind: 'nothing' } };

beforeEach(async () => {
  server = await listening();
  // NB. A client keeps the address that it was made with.
  provider = identityCenterProvider(new Trail(systemClock));
});
afterEach(() => server.stop());

function specOf(target: object = {}, connection: object = {}): TargetSpec {
  const { region, instance, store, account, permissionSet } = server;
  return {
    provider: 'center',
    type: 'aws-identity-center',
    connection: connectionSchema.parse({ region, instance, store, ...connection }),
    target: targetSchema.parse({ account, permissionSet, ...target }),
  };
}

const inGroup = () => specOf({ account: undefined, permissionSet: undefined, group: server.group });

function askOf(email: string, spec: TargetSpec): PlanAsk {
  const id = principalIdFrom(new Uint8Array(10));
  return { spec, inputs: {}, requester: { id, name: 'Somebody', email, accounts: [] }, seal };
}

async function planned(spec = specOf(), email = 'ada@example.com') {
  const plan = await provider.plan(askOf(email, spec), io());
  if (plan.kind !== 'planned') throw new Error(plan.why);
  const { userId } = handleSchema.parse(plan.handle);
  return { ...plan, key: server.keyOf(userId), userId };
}

const MARGIN = 30 * SECOND;

describe.each(['assignment', 'membership'] as const)('an %s', (kind) => {
  describeProvider('aws-identity-center', async () => {
    const center = await listening();
    const { group } = center;
    const isAssignment = kind === 'assignment';
    const target = isAssignment ? {} : { account: undefined, permissionSet: undefined, group };
    const timer = isAssignment ? { timer: { role: ROLE } } : {};
    const spec = specOf({ ...target, key: 'who' }, timer);
    const of = (who: string): PlanAsk => ({ ...askOf('', spec), inputs: { who } });
    const held = isAssignment ? center.assignments : center.members;
    const nameOf = ({ handle }: Pick<Planned, 'handle'>) => {
      const { userId } = handleSchema.parse(handle);
      return isAssignment ? center.keyOf(userId) : userId;
    };
    let now = START;
    const { arm: _arm, ...untimed } = identityCenterProvider(new Trail(systemClock));
    return {
      provider: isAssignment ? identityCenterProvider(new Trail(systemClock)) : untimed,
      spec,
      now: () => now,
      isUnmarked: true,
      ask: of('ada@example.com'),
      otherAsk: of('grace@example.com'),
      sameAsk: of(' ADA@example.com '),
      hostileAsks: ['', '*', 'ada', 'mallory@example.com', '__proto__', 'a'.repeat(300)].map(of),
      opens: async (planned) => held.has(nameOf(planned)),
      pass: async (time) => {
        now += time;
        // Its schedules come late on purpose.
        center.ring(now + MARGIN);
      },
      putByHand: async (planned) => {
        held.add(nameOf(planned));
      },
      hide: async () => {
        center.hook = ({ response }) => send(response, fault('AccessDeniedException'));
      },
      end: () => center.stop(),
    };
  });
});

/** As the workflow goes on: with what the attempt before it was given along. */
async function through(handle: Json, wish: Wish): Promise<readonly Answer['kind'][]> {
  const kinds: Answer['kind'][] = [];
  let receipt: Json | null = wish.receipt;
  for (let tries = 0; tries < 12; tries += 1) {
    const answer = await provider.converge(handle, { ...wish, receipt }, io());
    kinds.push(answer.kind);
    if (answer.kind !== 'pending') return kinds;
    receipt = answer.receipt ?? null;
  }
  return kinds;
}

describe('an assignment', () => {
  it('is asked for, waited for and taken back, and each is read', async () => {
    server.slowness = 3;
    const { handle, key } = await planned();
    expect(await through(handle, give)).toEqual([
      ...['pending', 'pending', 'pending', 'pending', 'done'],
    ]);
    expect(server.assignments).toEqual(new Set([key]));
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present', until: null });
    expect(await through(handle, { ...take, held: true })).toContain('pending');
    expect(server.assignments.size).toBe(0);
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
  });

  it('that stood there before is somebody else’s, and stays', async () => {
    const { handle, key } = await planned();
    server.assignments.add(key);
    const foreign = { kind: 'already', owner: 'foreign' };
    expect(await provider.converge(handle, give, io())).toEqual(foreign);
    expect(await provider.converge(handle, take, io())).toEqual(foreign);
    expect(server.assignments.has(key)).toBe(true);
    const again = await planned();
    expect(again.residue?.text).toContain('somebody else’s hand');
  });

  it('of which the answer was lost is ours by what was noted before', async () => {
    const { handle, key } = await planned();
    const noted: Json[] = [];
    const note = async (receipt: Json) => void noted.push(receipt);
    server.hook = ({ request, response }, what, answer) => {
      if (what === 'write') request.socket.destroy();
      else send(response, answer());
    };
    await provider.converge(handle, { ...give, note }, io());
    server.hook = ({ response }, _what, answer) => send(response, answer());
    server.assignments.add(key);
    const [receipt = null] = noted;
    expect(receipt).not.toBeNull();
    expect(await provider.converge(handle, { ...give, receipt }, io())).toMatchObject({
      kind: 'done',
    });
    expect(await through(handle, { ...take, receipt })).toContain('pending');
    expect(server.assignments.size).toBe(0);
  });

  it('that was accepted and fails is not given, and says why', async () => {
    server.slowness = 1;
    const { handle } = await planned();
    server.failsNext = true;
    expect(await through(handle, give)).toContain('failed');
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
  });

  it('whose deletion is accepted and fails is deleted again', async () => {
    const { handle, key } = await planned();
    await through(handle, give);
    server.slowness = 1;
    server.failsNext = true;
    expect(await through(handle, { ...take, held: true })).not.toContain('failed');
    expect(server.assignments.has(key)).toBe(false);
  });

  it('tells how long sessions go on after its end', async () => {
    expect((await planned()).residue).toMatchObject({ lasts: HOUR });
  });

  it('is listed to the last page, and nobody knows whose it is', async () => {
    server.pageSize = 2;
    for (let nth = 0; nth < 5; nth += 1) server.assignments.add(server.keyOf(`user-${nth}`));
    const held = await provider.list(specOf(), io(), seal);
    expect(held).toHaveLength(5);
    expect(held.every(({ owner }) => owner === undefined)).toBe(true);
  });

  it('is taken away by a schedule of its own, which moves and goes', async () => {
    const { handle, key } = await planned(specOf({}, { timer: { role: ROLE } }));
    expect(await provider.arm?.(handle, END, io())).toEqual({ kind: 'done' });
    expect(await provider.arm?.(handle, END + HOUR, io())).toEqual({ kind: 'done' });
    expect(server.schedules.size).toBe(1);
    await through(handle, give);
    server.ring(END + HOUR);
    expect(server.assignments.has(key)).toBe(true);
    server.ring(END + HOUR + 60 * SECOND);
    expect(server.assignments.has(key)).toBe(false);
    await provider.arm?.(handle, END, io());
    expect(await provider.arm?.(handle, null, io())).toEqual({ kind: 'done' });
    expect(await provider.arm?.(handle, null, io())).toEqual({ kind: 'already', owner: 'absent' });
    expect(server.schedules.size).toBe(0);
  });

  it('keeps its schedule, whatever another installation asks for the same person and set', async () => {
    const spec = specOf({}, { timer: { role: ROLE } });
    const ask = { ...askOf('ada@example.com', spec), seal: sealedBy('another installation') };
    const { handle } = await planned(spec);
    const other = await provider.plan(ask, io());
    if (other.kind !== 'planned') throw new Error(other.why);
    await provider.arm?.(handle, END + HOUR, io());
    await provider.arm?.(other.handle, END, io());
    await provider.arm?.(other.handle, null, io());
    expect([...server.schedules.values()].map(({ at }) => at)).toEqual([END + HOUR + MARGIN]);
    await provider.arm?.(handle, null, io());
    expect(server.schedules.size).toBe(0);
  });

  it('moves the schedule of a handle from before there were seals by its old name', async () => {
    const spec = specOf({}, { timer: { role: ROLE } });
    const plan = await provider.plan(askOf('ada@example.com', spec), io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    const { mark: _mark, ...before } = handleSchema.parse(plan.handle);
    await provider.arm?.(before, END, io());
    await provider.arm?.(before, END + HOUR, io());
    const name = `hallpass-${sha256(plan.key).slice(0, 32)}`;
    expect([...server.schedules.keys()]).toEqual([name]);
    expect(await provider.arm?.(before, null, io())).toEqual({ kind: 'done' });
  });

  it('without a timer says so, and sets none', async () => {
    const { handle } = await planned();
    expect(await provider.arm?.(handle, END, io())).toMatchObject({ kind: 'already' });
    const findings = await provider.doctor(specOf(), io());
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'warning']);
  });
});

describe('two providers that give one access', () => {
  const role = (name: string, provider: string, target: object) => `
  ${name}:
    description: The way in
    who: [ops]
    channel: local:#ops
    duration: { max: 1h }
    approve: { count: 1, of: ops }
    targets: [${JSON.stringify({ provider, ...target })}]`;
  function faultsOf(other: object, target: object) {
    const { region, instance, store } = server;
    const center = { type: 'aws-identity-center', region, instance, store };
    const timed = { ...center, timer: { role: ROLE, group: 'hallpass' } };
    const text = `version: 1
groups:
  ops: { members: [ada@example.com, grace@example.com] }
providers:
  center: ${JSON.stringify(timed)}
  other: ${JSON.stringify({ ...timed, ...other })}
  untimed: ${JSON.stringify(center)}
roles:${role('one', 'center', target)}${role('two', 'other', target)}${role('three', 'untimed', target)}
`;
    const providers = new Map([['aws-identity-center', provider]]);
    const reading = readPolicyBytes(Buffer.from(text), { providers, platforms: ['local'] });
    const found = reading.kind === 'faulty' ? reading.issues : reading.warnings;
    return found.filter(({ severity }) => severity === 'fault').map(({ path }) => path[1]);
  }

  it('have one timer for it, or the policy is at odds with itself', () => {
    const { account, permissionSet, group } = server;
    const target = { account, permissionSet };
    expect(faultsOf({}, target)).toEqual(['three']);
    expect(faultsOf({ timer: { role: ROLE } }, target)).toEqual(['two', 'three']);
    expect(faultsOf({ timer: { role: `${ROLE}-2`, group: 'hallpass' } }, target)).toEqual([
      'two',
      'three',
    ]);
    expect(faultsOf({ profile: 'other' }, target)).toEqual(['two', 'three']);
    expect(faultsOf({ timer: { role: ROLE } }, { group })).toEqual([]);
  });
});

describe('a membership', () => {
  it('is joined and left, and is ours by what was noted', async () => {
    const { handle, userId } = await planned(inGroup());
    expect(await through(handle, give)).toEqual(['done']);
    expect(server.members).toEqual(new Set([userId]));
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
    expect(await through(handle, { ...take, held: true })).toEqual(['done']);
    expect(server.members.size).toBe(0);
  });
});

describe('a person', () => {
  it('is found by their address in lower case, or by the name that policy gives', async () => {
    expect((await planned(specOf(), 'Ada@Example.com')).userId).toBe(
      server.users.get('ada@example.com'),
    );
    const people = { 'hopper@example.com': 'grace' };
    const grace = server.users.get('grace@example.com');
    expect((await planned({ ...specOf(), people }, 'Hopper@Example.com')).userId).toBe(grace);
  });

  it('is found in a target that was stored before there was `people`', async () => {
    const { connection, ...rest } = specOf();
    const users = { 'Hopper@example.com': 'grace' };
    const spec = { ...rest, connection: { ...(connection as object), users } };
    const plan = await planned(spec, 'hopper@example.com');
    expect(plan.userId).toBe(server.users.get('grace@example.com'));
    expect(await provider.list(spec, io(), seal)).toEqual([]);
    expect(await provider.doctor(spec, io())).toHaveLength(2);
  });

  it.each(['', 'mallory@example.com', 'ada@example.org', '__proto__', 'a'.repeat(300)])(
    'is not guessed by %j',
    async (email) => {
      expect(await provider.plan(askOf(email, specOf()), io())).toMatchObject({ kind: 'refused' });
    },
  );
});

/** Whatever is listed is answered by this. */
function answeringLists(body: string): Hook {
  return ({ request, response }, _what, answer) => {
    const isList = String(request.headers['x-amz-target']).includes('.List');
    if (!isList) send(response, answer());
    else response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  };
}

describe('Identity Center', () => {
  it.each([
    ['ThrottlingException', 400, 'rate-limited'],
    ['AccessDeniedException', 400, 'permission-denied'],
    ['ValidationException', 400, 'misconfigured'],
    ['InternalServerException', 500, 'unavailable'],
  ])('that answers %s has not said that anything is gone', async (code, status, meaning) => {
    const { handle } = await planned();
    server.hook = ({ response }) => send(response, fault(code, status));
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: meaning });
  });

  it.each([
    ['assignments', '{}'],
    ['assignments', ''],
    ['assignments', '{"AccountAssignments":null}'],
    ['members', '{}'],
    ['members', ''],
  ] as const)('that answers without a list of %s (%j) says nothing of them', async (held, body) => {
    const { handle, key, userId } = await planned(held === 'members' ? inGroup() : specOf());
    server[held].add(held === 'members' ? userId : key);
    server.hook = answeringLists(body);
    await expect(provider.read(handle, io())).rejects.toMatchObject({ code: 'bad-answer' });
    server.hook = answeringLists('{"AccountAssignments":[],"GroupMemberships":[]}');
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
  });

  it('that tells of no status has not forgotten what it accepted', async () => {
    const { handle } = await planned();
    const accepted = { kind: 'accepted', way: 'create', request: 'r-1', at: START, polls: 12 };
    const wish = { ...take, receipt: accepted };
    server.hook = ({ response }) => send(response, { status: 200, body: {} });
    const later = { ...io(), now: END };
    await expect(provider.converge(handle, wish, later)).rejects.toMatchObject({
      code: 'bad-answer',
      message: 'Identity Center tells of no status',
    });
  });

  it('that has not spread what was written before is asked again', async () => {
    const { handle } = await planned();
    server.hook = ({ response }, what, answer) =>
      send(response, what === 'write' ? fault('ConflictException') : answer());
    const asked = (receipt: Json) => provider.converge(handle, { ...give, receipt }, io());
    // Whoever was about to ask may have, and died.
    const receipt = { kind: 'asked', at: io().now - 30 * SECOND };
    expect(await asked(receipt)).toMatchObject({ kind: 'pending', receipt });
    // Nobody of us has asked yet: somebody else is being given it.
    expect(await asked(null)).toEqual({ kind: 'pending', pollAfter: 5 * SECOND });
  });

  it('of a bot that may do more than it must says what', async () => {
    const besides = async () => {
      const findings = await provider.doctor(specOf(), io());
      return findings.filter(({ message }) => message.includes('which it never does'));
    };
    expect(await besides()).toEqual([]);
    server.isGenerous = true;
    expect((await besides()).map(({ message }) => message).join(' ')).toMatch(
      /permission sets.*users/,
    );
  });

  it('is named by an account and a set, or by a group alone', () => {
    const check = (target: object) => provider.check({ spec: specOf(target), inputs: {} });
    expect(check({})).toEqual([]);
    expect(check({ group: server.group })).toHaveLength(1);
    expect(check({ permissionSet: undefined })).toHaveLength(1);
    expect(check({ key: 'whom' })).toMatchObject([{ path: ['key'] }]);
  });
});

describe('what is done by an assignment', () => {
  const TRAIL = { trail: { profile: null, regions: ['eu-central-1', 'us-east-1'] } };
  const span = { since: START, until: END };
  let trail: TrailStand;

  beforeEach(async () => {
    trail = new TrailStand();
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDTRAIL', await trail.listen());
    trail.events.push({ at: START - HOUR, name: 'hallpass', by: {} });
  });
  afterEach(() => trail.stop());

  it('is told of sessions of its set, by the name under which they sign in', async () => {
    const plan = await planned(specOf(TRAIL));
    expect(plan.tellsUse).toBe(true);
    expect(await provider.used?.(plan.handle, span, io())).toEqual({ kind: 'unused' });
    for (const set of ['jit-admin', 'another'])
      trail.events.push({ at: START + SECOND, ...inSession('ada@example.com', set) });
    expect(await provider.used?.(plan.handle, span, io())).toEqual({
      ...{ kind: 'used', count: 1, lastAt: START + SECOND },
      what: ['ec2 StopInstances'],
    });
  });

  it('is not told where policy names no trail', async () => {
    const { handle, tellsUse } = await planned();
    expect(tellsUse).toBeUndefined();
    expect(await provider.used?.(handle, span, io())).toMatchObject({ kind: 'unknown' });
    expect(trail.asked).toEqual([]);
    expect([specOf(), specOf(TRAIL)].map((spec) => provider.tellsUse?.(spec))).toEqual([
      false,
      true,
    ]);
  });

  it.each(['a', 'ada lovelace', `${'a'.repeat(65)}`])(
    'is not told of somebody called %j, since no session is',
    async (name) => {
      const id = server.users.get('ada@example.com') ?? '';
      server.users.clear();
      server.users.set(name, id);
      server.users.set('ada@example.com', id);
      expect((await planned(specOf(TRAIL))).tellsUse).toBeUndefined();
    },
  );

  it('is nothing that a membership tells', () => {
    const { group } = server;
    const target = { account: undefined, permissionSet: undefined, group, ...TRAIL };
    const faults = provider.check({ spec: specOf(target), inputs: {} });
    expect(faults).toMatchObject([{ path: ['trail'] }]);
  });

  it('is looked for by the doctor, who says where it shows', async () => {
    const levels = async () =>
      (await provider.doctor(specOf(TRAIL), io())).map(({ level }) => level);
    expect(await levels()).toEqual(['ok', 'warning', 'ok', 'warning']);
    trail.events.push({ at: START, name: 'hallpass', by: {}, region: 'us-east-1', account: '1' });
    expect(await levels()).toEqual(['ok', 'warning', 'ok', 'fault']);
    expect(server.account).toBe(ACCOUNT);
  });
});
