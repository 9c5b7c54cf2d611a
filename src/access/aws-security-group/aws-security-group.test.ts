import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScheduleStand } from '../../../test/support/schedule-stand.ts';
import { seal, sealedBy } from '../../../test/support/seal.ts';
import { principalIdFrom } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { HOUR, SECOND } from '../../core/time.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Io, PlanAsk, Wish } from '../provider.ts';
import { Ec2Server, fault, send } from './fixtures/ec2-server.ts';
import { securityGroupProvider } from './index.ts';
import { connectionSchema, handleSchema, targetSchema } from './target.ts';

const START = Date.UTC(2026, 10, 21, 12);
const requester = {
  id: principalIdFrom(new Uint8Array(10)),
  name: 'Ada',
  email: 'ada@example.com',
  accounts: [],
};
const HOSTILE = [
  ...['', '0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.9/24', 'localhost', '1.2.3.4;', '224.0.0.1'],
  ...['1.2.3.4&Action=DeleteSecurityGroup', '2001:db8::/32', '0.0.0.0'],
];

async function listening(): Promise<Ec2Server> {
  const server = new Ec2Server();
  vi.stubEnv('AWS_ENDPOINT_URL', await server.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return server;
}

afterAll(() => {
  vi.unstubAllEnvs();
});

function specOf(
  { account, region, group }: Ec2Server,
  target: object = {},
  connection: object = {},
): TargetSpec {
  return {
    provider: 'edge',
    type: 'aws-security-group',
    connection: connectionSchema.parse({ account, region, ...connection }),
    target: targetSchema.parse({ group, port: 443, key: 'from', ...target }),
  };
}

const askOf = (spec: TargetSpec, from: string): PlanAsk => ({
  spec,
  inputs: { from },
  requester,
  seal,
});
const cidrOf = ({ key }: Pick<Planned, 'key'>) => key.split(' ').at(-1) ?? '';
const byHand = (cidr: string) => ({ protocol: 'tcp', from: 443, to: 443, cidr, tags: {} });

const TIMED = { timer: { role: 'arn:aws:iam::123456789012:role/hallpass-timer' } };
/** A schedule is late rather than early. */
const MARGIN = 30 * SECOND;

async function scheduler(server: Ec2Server): Promise<ScheduleStand> {
  const stand = new ScheduleStand((api, text) => {
    const { GroupId, IpPermissions } = JSON.parse(text);
    expect([api, GroupId]).toEqual(['ec2:revokeSecurityGroupIngress', server.group]);
    for (const permission of IpPermissions) server.revokeBy(permission);
  });
  vi.stubEnv('AWS_ENDPOINT_URL_SCHEDULER', await stand.listen());
  return stand;
}

describeProvider('aws-security-group', async () => {
  const server = await listening();
  const schedules = await scheduler(server);
  const spec = specOf(server, {}, TIMED);
  let now = START;
  return {
    provider: securityGroupProvider(),
    spec,
    now: () => now,
    pass: async (time) => {
      now += time;
      // Its schedules come late on purpose.
      schedules.ring(now + MARGIN);
    },
    ask: askOf(spec, '192.0.2.7'),
    otherAsk: askOf(spec, '2001:db8::7'),
    sameAsk: askOf(spec, ' ::ffff:192.0.2.7 '),
    hostileAsks: HOSTILE.map((from) => askOf(spec, from)),
    opens: async (planned) => server.rules.some(({ cidr }) => cidr === cidrOf(planned)),
    putByHand: async (planned) => {
      server.add(byHand(cidrOf(planned)));
    },
    hide: async () => {
      server.hook = ({ response }) => send(response, fault('UnauthorizedOperation', 403));
    },
    end: async () => {
      await schedules.stop();
      await server.stop();
    },
  };
});

describe('a security group', () => {
  let server: Ec2Server;
  const provider = securityGroupProvider();
  const io = (time = 5_000): Io => ({ now: START, signal: AbortSignal.timeout(time) });
  const give: Wish = {
    wanted: { kind: 'until', until: START + HOUR },
    aims: [START + HOUR],
    held: false,
    receipt: null,
    note: async () => {},
  };
  const take: Wish = { ...give, wanted: { kind: 'nothing' }, held: true };

  beforeEach(async () => {
    server = await listening();
  });
  afterEach(() => server.stop());

  async function planned(fresh = securityGroupProvider(), from = '192.0.2.7') {
    const plan = await fresh.plan(askOf(specOf(server), from), io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    return { fresh, ...plan };
  }

  it('is asked once, whatever it answers', async () => {
    const { fresh, handle } = await planned();
    let calls = 0;
    server.hook = ({ response }) => {
      calls += 1;
      send(response, fault('RequestLimitExceeded', 503));
    };
    await expect(fresh.read(handle, io())).rejects.toMatchObject({ code: 'rate-limited' });
    expect(calls).toBe(1);
  });

  it.each([
    ['RequestLimitExceeded', 503, 'rate-limited'],
    ['Throttling', 400, 'rate-limited'],
    ['UnauthorizedOperation', 403, 'permission-denied'],
    ['AuthFailure', 401, 'permission-denied'],
    ['ExpiredToken', 400, 'permission-denied'],
    ['RequestExpired', 400, 'permission-denied'],
    ['InvalidGroup.NotFound', 400, 'misconfigured'],
    ['InternalError', 500, 'unavailable'],
    ['Unavailable', 503, 'unavailable'],
  ])('that answers %s is never read as one without rules', async (code, status, meaning) => {
    const { fresh, handle } = await planned();
    server.hook = ({ response }) => send(response, fault(code, status));
    await expect(fresh.read(handle, io())).rejects.toMatchObject({ code: meaning });
  });

  it('of another account is not read as empty', async () => {
    const { fresh, handle } = await planned();
    const other = { ...Object(handle), account: '210987654321' };
    await expect(fresh.read(other, io())).rejects.toMatchObject({ code: 'permission-denied' });
    await expect(fresh.converge(other, give, io())).rejects.toMatchObject({
      code: 'permission-denied',
    });
    expect(server.rules).toEqual([]);
  });

  it('that is gone is not read as empty', async () => {
    const { fresh, handle } = await planned();
    server.removed = true;
    await expect(fresh.read(handle, io())).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it.each([
    ['', 'bad-answer'],
    ['<securityGroupRuleSet/>', undefined],
  ])('whose rules are answered by %j is only then empty if it says so', async (list, fault) => {
    const { fresh, handle } = await planned();
    await fresh.converge(handle, give, io());
    server.hook = ({ response }, _what, answer) => {
      const { status, body } = answer();
      const rules = /<securityGroupRuleSet>.*<\/securityGroupRuleSet>/s;
      send(response, { status, body: body.replace(rules, list) });
    };
    const reading = await fresh.read(handle, io()).catch((error: unknown) => error);
    expect(reading).toMatchObject(fault === undefined ? { kind: 'absent' } : { code: fault });
  });

  it('that is full says so, and is not taken for busy', async () => {
    const { fresh, handle } = await planned();
    for (let nth = 0; nth < 60; nth += 1) server.add(byHand(`198.51.100.${nth}/32`));
    expect(await fresh.converge(handle, give, io())).toMatchObject({
      kind: 'failed',
      class: 'quota',
    });
    expect(server.rules).toHaveLength(60);
  });

  it('is read to its last page', async () => {
    server.pageSize = 3;
    for (let nth = 0; nth < 8; nth += 1) server.add(byHand(`198.51.100.${nth}/32`));
    const { fresh, handle } = await planned();
    await fresh.converge(handle, give, io());
    expect(await fresh.read(handle, io())).toMatchObject({ kind: 'present' });
    expect(await fresh.list(specOf(server), io(), seal)).toHaveLength(9);
  });

  it('in which somebody made ours wider loses that, and gets what was approved', async () => {
    const { fresh, handle } = await planned();
    await fresh.converge(handle, give, io());
    const [rule] = server.rules;
    if (rule === undefined) throw new Error('no rule');
    rule.cidr = '192.0.2.0/24';
    expect(await fresh.read(handle, io())).toMatchObject({ kind: 'partial' });
    expect(await fresh.converge(handle, give, io())).toEqual({ kind: 'done' });
    expect(server.rules.map(({ cidr }) => cidr)).toEqual(['192.0.2.7/32']);
    rule.cidr = '0.0.0.0/0';
    server.rules = [rule];
    await fresh.converge(handle, take, io());
    expect(server.rules).toEqual([]);
  });

  it.each([
    ['another port', { from: 22, to: 22 }],
    ['the ports above', { from: 444, to: 500 }],
    ['another protocol', { protocol: 'udp' }],
  ])('keeps a rule for %s that bears a copy of our tag, and tells of it', async (_for, edit) => {
    const { fresh, handle } = await planned();
    await fresh.converge(handle, give, io());
    const tags = { ...server.rules[0]?.tags };
    const copy = server.add({ ...byHand('198.51.100.0/24'), ...edit, tags });
    expect(await fresh.read(handle, io())).toMatchObject({ kind: 'present' });
    const again = await fresh.converge(handle, { ...give, held: true }, io());
    expect(again).toEqual({ kind: 'already', owner: 'ours' });
    const owners = (await fresh.list(specOf(server), io(), seal)).map(({ owner }) => owner);
    expect(owners).toEqual(['ours', undefined]);
    expect(await fresh.converge(handle, take, io())).toEqual({ kind: 'done' });
    expect(server.rules).toEqual([copy]);
  });

  it.each([
    ['more ports', { from: 1, to: 65_535 }],
    ['all protocols', { protocol: '-1', from: -1, to: -1 }],
    ['another address', { cidr: '198.51.100.9/32' }],
  ])('loses ours that somebody has edited to let in %s', async (_more, edit) => {
    const { fresh, handle } = await planned();
    await fresh.converge(handle, give, io());
    server.rules = server.rules.map((rule) => ({ ...rule, ...edit }));
    expect(await fresh.read(handle, io())).toMatchObject({ kind: 'partial' });
    expect(await fresh.converge(handle, take, io())).toEqual({ kind: 'done' });
    expect(server.rules).toEqual([]);
  });

  it('knows ours by the seal alone, and only as it was given', async () => {
    const { fresh, handle } = await planned();
    await fresh.converge(handle, give, io());
    server.add(byHand('198.51.100.9/32'));
    const owners = async (by = seal) =>
      (await fresh.list(specOf(server), io(), by)).map(({ owner }) => owner);
    expect(await owners()).toEqual(['ours', 'foreign']);
    expect((await fresh.list(specOf(server), io(), seal))[0]?.handle).toEqual(handle);
    expect(await owners(sealedBy('another installation'))).toEqual([undefined, 'foreign']);
    const [rule] = server.rules;
    if (rule === undefined) throw new Error('no rule');
    rule.cidr = '192.0.2.0/24';
    expect(await owners()).toEqual([undefined, 'foreign']);
  });

  it('loses ours that was given before there were seals, too', async () => {
    const { fresh, handle } = await planned();
    const { mark: _mark, ...before } = handleSchema.parse(handle);
    await fresh.converge(before, give, io());
    expect(await fresh.read(handle, io())).toMatchObject({ kind: 'present' });
    await fresh.converge(handle, take, io());
    expect(server.rules).toEqual([]);
  });

  it('loses ours by its id, and nothing else', async () => {
    const { fresh, handle } = await planned();
    server.add({ ...byHand('192.0.2.7/32'), to: 444 });
    await fresh.converge(handle, give, io());
    await fresh.converge(handle, take, io());
    expect(server.rules).toMatchObject([{ to: 444 }]);
  });

  it('that never answers is given up', async () => {
    const { fresh, handle } = await planned();
    server.hook = () => {};
    await expect(fresh.read(handle, io(100))).rejects.toMatchObject({ code: 'timeout' });
  });

  it('that others write too is warned of', async () => {
    server.add(byHand('198.51.100.1/32'));
    const findings = await provider.doctor(specOf(server), io()).catch(() => []);
    const fresh = await securityGroupProvider().doctor(specOf(server), io());
    const messages = [...findings, ...fresh].map(({ message }) => message).join(' ');
    expect(messages).toContain('of others');
  });

  it('of a bot that may do more than it must says what', async () => {
    const besides = async () => {
      const findings = await securityGroupProvider().doctor(specOf(server), io());
      return findings.filter(({ message }) => message.includes('which it never does'));
    };
    expect(await besides()).toEqual([]);
    server.isGenerous = true;
    expect((await besides()).map(({ message }) => message).join(' ')).toMatch(
      /ways out.*make groups/,
    );
    expect(server.rules).toEqual([]);
  });

  it('to which nothing may be added is found', async () => {
    server.hook = ({ response }, what, answer) =>
      send(response, what === 'write' ? fault('UnauthorizedOperation', 403) : answer());
    const findings = await securityGroupProvider().doctor(specOf(server), io());
    expect(findings.filter(({ level }) => level === 'fault')).toHaveLength(1);
  });

  it('is named with ports that follow one another', () => {
    const check = (target: object) =>
      provider.check({ spec: specOf(server, target), inputs: { from: 'ip' } });
    expect(check({ port: 443, lastPort: 80 })).toMatchObject([{ path: ['lastPort'] }]);
    expect(check({ port: 80, lastPort: 443 })).toEqual([]);
  });

  describe('with a timer', () => {
    let schedules: ScheduleStand;
    const end = START + HOUR;

    beforeEach(async () => {
      schedules = await scheduler(server);
    });
    afterEach(() => schedules.stop());

    async function armed(from = '192.0.2.7') {
      const fresh = securityGroupProvider();
      const plan = await fresh.plan(askOf(specOf(server, {}, TIMED), from), io());
      if (plan.kind !== 'planned') throw new Error(plan.why);
      expect(await fresh.arm?.(plan.handle, end, io())).toEqual({ kind: 'done' });
      await fresh.converge(plan.handle, give, io());
      expect(server.rules).toHaveLength(1);
      return { fresh, handle: plan.handle };
    }

    it.each(['192.0.2.7', '2001:db8::7'])(
      'has the rule for %s taken by what it says, and no other one',
      async (from) => {
        await armed(from);
        const others = [
          byHand('192.0.2.8/32'),
          { ...byHand('192.0.2.7/32'), to: 444 },
          { ...byHand('192.0.2.7/32'), protocol: 'udp' },
        ].map((rule) => server.add(rule));
        schedules.ring(end);
        expect(server.rules).toHaveLength(4);
        schedules.ring(end + MARGIN);
        expect(server.rules).toEqual(others);
      },
    );

    it('leaves a rule that was edited since to whoever knows it by its id', async () => {
      const { fresh, handle } = await armed();
      for (const rule of server.rules) rule.to = 444;
      schedules.ring(end + MARGIN);
      expect(server.rules).toHaveLength(1);
      expect(await fresh.converge(handle, take, io())).toEqual({ kind: 'done' });
      expect(server.rules).toEqual([]);
    });

    it('has one schedule for each right, which moves and goes', async () => {
      const { fresh, handle } = await armed();
      expect(await fresh.arm?.(handle, end + HOUR, io())).toEqual({ kind: 'done' });
      expect([...schedules.schedules.values()]).toMatchObject([{ at: end + HOUR + MARGIN }]);
      expect(await fresh.arm?.(handle, null, io())).toEqual({ kind: 'done' });
      expect(schedules.schedules.size).toBe(0);
    });

    it('keeps its schedule, whatever another installation asks for the same address', async () => {
      const { fresh, handle } = await armed();
      const ask = askOf(specOf(server, {}, TIMED), '192.0.2.7');
      const other = await fresh.plan({ ...ask, seal: sealedBy('another installation') }, io());
      if (other.kind !== 'planned') throw new Error(other.why);
      await fresh.arm?.(other.handle, START, io());
      await fresh.arm?.(other.handle, null, io());
      expect([...schedules.schedules.values()]).toMatchObject([{ at: end + MARGIN }]);
      await fresh.arm?.(handle, null, io());
      expect(schedules.schedules.size).toBe(0);
    });

    it('is the same at whichever provider names it, or the policy is at odds with itself', () => {
      const claimed = (target: object, connection: object) =>
        provider.claims?.(specOf(server, target, connection), {});
      const place = `in ${server.account} ${server.region}`;
      const role = TIMED.timer.role;
      expect(claimed({}, TIMED)).toEqual([
        {
          path: ['provider'],
          what: `The way to ${server.group} tcp/443 ${place}`,
          by: `a provider with the timer default by ${role}`,
        },
      ]);
      expect(claimed({ lastPort: 445 }, { profile: 'other' })).toEqual([
        {
          path: ['provider'],
          what: `The way to ${server.group} tcp/443-445 ${place}`,
          by: 'a provider with no timer',
        },
      ]);
      expect(claimed({}, { ...TIMED, profile: 'other' })).toMatchObject([
        { by: `a provider with the timer default by ${role} of other` },
      ]);
    });

    it('is a matter of policy, and the doctor misses one', async () => {
      const { handle } = await planned();
      const none = { kind: 'already', owner: 'absent' };
      expect(await provider.arm?.(handle, end, io())).toEqual(none);
      const missing = async (connection: object) => {
        const found = await securityGroupProvider().doctor(specOf(server, {}, connection), io());
        return found.some(({ message }) => message.includes('should Hallpass be dead'));
      };
      expect([await missing({}), await missing(TIMED)]).toEqual([true, false]);
    });
  });
});
