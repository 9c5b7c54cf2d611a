import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import type { Role } from '../core/policy.ts';
import { DAY, HOUR } from '../core/time.ts';
import { silentLog } from '../log.ts';
import { ada, ben, commit, NOON, person, request, role } from '../store/contract-examples.ts';
import { openSqlite } from '../store/sqlite.ts';
import { run } from './run.ts';

const folder = makeTempFolder('hallpass-replay');
afterAll(() => folder.remove());
afterEach(() => vi.unstubAllEnvs());

let files = 0;
const PLAIN = { inputs: {}, role: { ...role, who: ['engineers'], inputs: {} } satisfies Role };
const TEXT = { salt: 'salt', text: 'rotate the certificate' };

interface Told {
  readonly count?: number;
  readonly erased?: boolean;
  readonly changes?: object;
  readonly args?: readonly string[];
}

/** Asked by ada at noon, approved by ben, one of sre; then replayed under a policy with these lines. */
async function replay(lines: Readonly<Record<string, string>>, told: Told = {}) {
  const { count = 1, erased = false, changes = {}, args = [] } = told;
  const database = join(folder.path, `${++files}.db`);
  const store = openSqlite({ file: database, log: silentLog });
  const ids = Array.from({ length: count }, (_, nth) => `r${nth}`);
  await store.commit(
    commit({
      people: [person(ada, ['U1'], 'ada@example.com'), person(ben, ['U2'], 'ben@example.com')],
      requests: ids.map((id) => request(id, 'ended', { ...PLAIN, ...changes })),
      texts: erased ? [] : ids.map((id) => ({ digest: `reason of ${id}`, ...TEXT })),
    }),
  );
  await store.close();
  const policy = join(folder.path, `${files}.yaml`);
  writeFileSync(policy, policyOf(lines));
  vi.stubEnv('DATABASE_URL', database);
  const [out, err]: [string[], string[]] = [[], []];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await run(['policy', 'replay', '--against', policy, '--json', ...args], io);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  return out.map((line) => JSON.parse(line));
}

const LINES = {
  engineers: '{ members: [ada@example.com] }',
  sre: '{ members: [ben@example.com, grace@example.com, linus@example.com] }',
  name: 'lb-admin',
  max: '8h',
  approve: '{ of: sre }',
  more: 'warnBefore: 5m',
};

function policyOf(lines: Readonly<Record<string, string>>): string {
  const { engineers, sre, name, max, approve, more } = { ...LINES, ...lines };
  return `
version: 1
groups:
  engineers: ${engineers}
  sre: ${sre}
  oncall: { slack: "@oncall" }
providers:
  edge: { type: haproxy, nodes: ["unix:/run/haproxy/admin.sock"] }
roles:
  ${name}:
    description: The admin pages
    targets: [{ provider: edge, map: /etc/haproxy/jit/admin.map, key: email }]
    who: [engineers]
    duration: { max: ${max}, default: 15m }
    approve: ${approve}
    channel: slack:#lb-access
    ${more}
`;
}

const when = (text: string, then: string) => `conditions: { some: { when: '${text}', ${then} } }`;

describe('policy replay', () => {
  it('lists nothing where the same would come of it', async () => {
    const [summary, ...others] = await replay({});
    expect(others).toEqual([]);
    expect(summary.summary).toMatchObject({ same: 1, refused: 0, unknown: 0 });
  });

  it.each([
    ['role-gone', { name: 'lb-other' }, 'There is no such role'],
    ['refused', { engineers: '{ members: [grace@example.com] }' }, 'lb-admin'],
    ['refused', { more: when('time.hour == 12', 'refuse: not at noon') }, 'not at noon'],
    ['shorter', { max: '30m' }, 'at most 30m'],
    ['automatic', { approve: 'automatic' }, 'Nobody would be asked. Then: 1 of sre'],
    ['approvers', { approve: '{ count: 2, of: sre }' }, 'Would need 2 of sre'],
    [
      'approvers',
      { sre: '{ members: [grace@example.com] }' },
      'Approved then, and may not now: ben@example.com',
    ],
    [
      'unknown',
      { more: when('memberOf("oncall")', 'approve: automatic') },
      'It depends on whether they were in oncall then.',
    ],
    [
      'unknown',
      { more: when('usedWithin(duration("24h")) == 0', 'max: 30m') },
      'how often the role was used',
    ],
    ['unknown', { approve: '{ automatic: { most: 3, within: 7d } }' }, 'its cap'],
  ])('says %s of %j', async (outcome, lines, why) => {
    const [change, { summary }] = await replay(lines);
    expect(change).toMatchObject({ request: 'r0', askedAt: NOON, role: 'lb-admin', outcome });
    expect(change.why).toContain(why);
    expect(summary).toMatchObject({ [outcome]: 1, same: 0 });
  });

  const rule = { who: ['engineers'], max: HOUR, often: { most: 2, within: 7 * DAY } };
  const broken = { breakGlass: { ...rule, review: { by: ['sre'], within: DAY } } };
  const glass = (most: number) =>
    `breakGlass: { who: [engineers], max: 1h, often: { most: ${most}, within: 7d }, review: { by: [sre], within: 1d } }`;

  it.each([
    ['same', glass(2), ''],
    ['unknown', glass(1), 'its rule of then and the new one'],
    ['refused', 'warnBefore: 5m', 'lets nobody break the glass'],
  ])('says %s of a break-glass under %s', async (outcome, more, why) => {
    const told = await replay({ more }, { changes: broken });
    expect(told.at(-1).summary).toMatchObject({ [outcome]: 1 });
    if (told.length > 1) expect(told[0].why).toContain(why);
  });

  it('takes the asking for proof of having been in the only group that could ask', async () => {
    const [{ summary }] = await replay({ engineers: '{ slack: "@engineers" }' });
    expect(summary).toMatchObject({ same: 1 });
  });

  it('does not know which of two groups somebody was in', async () => {
    const changes = { role: { ...PLAIN.role, who: ['engineers', 'sre'] } };
    const [change] = await replay({ engineers: '{ slack: "@engineers" }' }, { changes });
    expect(change).toMatchObject({
      outcome: 'unknown',
      why: 'It depends on whether they were in engineers then.',
    });
  });

  it('knows what is the same with and without a group', async () => {
    const more = when('memberOf("oncall") && time.hour == 3', 'refuse: never');
    expect((await replay({ more }))[0].summary).toMatchObject({ same: 1 });
  });

  it('misses an erased reason only where policy reads it', async () => {
    const more = `reason: { pattern: 'cert', example: the cert }`;
    expect((await replay({ more }))[0].summary).toMatchObject({ same: 1 });
    expect((await replay({ more }, { erased: true }))[0].why).toBe('Its reason was erased.');
    expect((await replay({}, { erased: true }))[0].summary).toMatchObject({ same: 1 });
  });

  it('reads each of more requests than a page holds, once', async () => {
    const told = await replay({ max: '30m' }, { count: 1_001 });
    expect(new Set(told.map(({ request: id }) => id)).size).toBe(1_002);
    expect(told.at(-1).summary).toMatchObject({ shorter: 1_001 });
  });

  it('leaves out what was asked before --since', async () => {
    const changes = { askedAt: Date.now() - 3 * HOUR };
    const [{ summary }] = await replay({ max: '30m' }, { changes, args: ['--since', '2h'] });
    expect(summary).toMatchObject({ shorter: 0, same: 0 });
  });

  it.each([[[]], [['--against', 'x.yaml', '--since', 'ever']]])(
    'is called wrongly with %j',
    async (args) => {
      const io = { out: () => undefined, err: () => undefined };
      expect(await run(['policy', 'replay', ...args], io)).toBe(2);
    },
  );
});
