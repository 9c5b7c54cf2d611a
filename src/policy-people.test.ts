import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { policyContext } from './cli/policy-context.ts';
import type { ProviderKind } from './core/policy-target.ts';
import { placesOf } from './core/reconciling.ts';
import { readPolicyBytes } from './policy-file.ts';

const door = {
  connectionSchema: z.strictObject({}),
  targetSchema: z.strictObject({}),
  check: () => [],
};
const named = { ...door, nameSchema: z.string().regex(/^[A-Za-z.]{1,10}$/, 'Write a name.') };
/** Looks names up in an account, which several providers may share. */
const account = {
  ...named,
  connectionSchema: z.strictObject({ account: z.string() }),
  directory: (connection: unknown) => z.object({ account: z.string() }).parse(connection).account,
};
const store = (id: string) => ({
  region: 'eu-central-1',
  instance: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  store: id,
});
const context = {
  providers: new Map<string, ProviderKind>([
    ['account', account],
    ['door', door],
    ['named', named],
  ]),
  platforms: ['local'],
};

const GOOD = `version: 1
groups: { ops: { members: [ada@example.com] }, leads: { members: [grace@example.com] } }
providers:
  prod: { type: named }
  center: { type: named }
  edge: { type: door }
people:
  Ada@example.com: { prod: ada, center: ada.l }
  grace@example.com: { prod: grace }
alarms: local:#alarms
restore: [leads]
defaults: { channel: local:#access, revoke: [leads], attest: [leads] }
roles:
  all:
    description: Everything
    targets: [{ provider: prod }, { provider: center }, { provider: edge }]
    who: [ops]
    duration: { max: 4h }
    approve: { of: leads }
`;

const read = (text: string) => readPolicyBytes(Buffer.from(text), context);

/** The good policy with one thing changed. */
const but = (from: string, to: string) => {
  const text = GOOD.replace(from, to);
  expect(text).not.toBe(GOOD);
  return text;
};

const faults = (text: string) => {
  const reading = read(text);
  const issues = reading.kind === 'faulty' ? reading.issues : [];
  return issues
    .filter(({ severity }) => severity === 'fault')
    .map(({ code, line, column, path, message }) => ({
      at: `${line}:${column} ${code} ${path.join('.')}`,
      message,
    }));
};

describe('people who are called otherwise', () => {
  it('are known to the targets of that provider, by their address in lower case', () => {
    const reading = read(GOOD);
    const { roles, people } = reading.kind === 'policy' ? reading.policy : {};
    expect(roles?.all?.targets.map((target) => target.people)).toEqual([
      { 'ada@example.com': 'ada', 'grace@example.com': 'grace' },
      { 'ada@example.com': 'ada.l' },
      undefined,
    ]);
    expect(people).toEqual({
      prod: { 'ada@example.com': 'ada', 'grace@example.com': 'grace' },
      center: { 'ada@example.com': 'ada.l' },
    });
  });

  it('are nobody in a policy that names none, which has nothing of them', () => {
    const none = read(GOOD.replace(/people:\n( {2}.*@.*\n)+/, ''));
    expect(none.kind).toBe('policy');
    expect(JSON.stringify(none)).not.toContain('people');
  });

  it('tell two providers of one kind apart, at each of which others are looked through', () => {
    const reading = read(GOOD);
    expect(reading.kind === 'policy' && placesOf(reading.policy).size).toBe(3);
  });

  it.each([
    ['a provider that is not there', 'center: ada.l', 'centre: ada.l', 'unknown-provider'],
    ['a provider that knows nobody by name', 'center: ada.l', 'edge: ada.l', 'bad-value'],
    ['a name that its provider cannot have', 'center: ada.l', 'center: ada/l', 'bad-value'],
    ['a name that is no text', 'center: ada.l', 'center: [ada]', 'bad-value'],
    [
      'a provider called like a part of every object',
      'center:',
      'constructor:',
      'unknown-provider',
    ],
  ])('cannot have %s', (_what, from, to, code) => {
    const provider = to.split(':')[0];
    const text = GOOD.replace(`prod: ada, ${from}`, `prod: ada, ${to}`);
    const [fault, ...more] = faults(text === GOOD ? but(from, to) : text);
    expect(fault?.at).toMatch(
      new RegExp(`^8:\\d+ ${code} people\\.Ada@example\\.com\\.${provider}$`),
    );
    expect(more).toEqual([]);
  });

  it('are told which provider was meant, and which needs no entry', () => {
    const messageOf = (to: string) => faults(GOOD.replace('center: ada.l', to))[0]?.message;
    expect(messageOf('centre: ada.l')).toBe(
      'There is no provider `centre`. Did you mean `center`?',
    );
    expect(messageOf('edge: ada.l')).toBe(
      '`edge` (door) looks nobody up by a name of their own: it needs no entry here.',
    );
    expect(messageOf('center: ada/l')).toBe('Write a name.');
  });

  it.each([
    ['ada', 'bad-name'],
    ['constructor', 'bad-name'],
    ['"ada@example.com; grace@example.com"', 'bad-name'],
  ])('are not known by %s', (key, code) => {
    const [fault, ...more] = faults(but('Ada@example.com', key));
    expect(fault?.at).toMatch(new RegExp(`^8:3 ${code} people\\.`));
    expect(fault?.message).toBe('This is no e-mail address.');
    expect(more).toEqual([]);
  });

  it('cannot stand in it twice, whatever the case', () => {
    expect(faults(but('grace@example.com: { prod', 'ADA@example.com: { prod'))).toEqual([
      {
        at: '9:3 bad-name people.ADA@example.com',
        message: 'This is `ada@example.com` once more: write each address once.',
      },
    ]);
  });

  it.each(['ada', 'ADA'])('have %s at one provider for themselves', (name) => {
    expect(faults(but('prod: grace', `prod: ${name}`))).toEqual([
      {
        at: '9:30 bad-value people.grace@example.com.prod',
        message: `Somebody else is called \`${name}\` at \`prod\`: one name is one person, or what is given to one is given to both.`,
      },
    ]);
  });

  it('may have the name of somebody at another provider', () => {
    expect(read(but('center: ada.l', 'center: grace')).kind).toBe('policy');
  });

  it('have their name for themselves in one account, whichever of its providers names it', () => {
    const shared = but(
      '  edge: { type: door }\n',
      `  edge: { type: door }
  east: { type: account, account: one }
  west: { type: account, account: one }
  far: { type: account, account: two }
`,
    );
    const called = (at: string) =>
      shared
        .replace('prod: ada, ', 'prod: ada, east: ada, ')
        .replace('{ prod: grace }', `{ prod: grace, ${at}: Ada }`);
    expect(faults(called('far'))).toEqual([]);
    expect(faults(called('west'))).toEqual([
      {
        at: '12:43 bad-value people.grace@example.com.west',
        message:
          'Somebody else is called `Ada` at `west`: one name is one person, or what is given to one is given to both.',
      },
    ]);
    const herself = shared.replace('prod: ada, ', 'prod: ada, east: ada, west: ada, ');
    expect(faults(herself)).toEqual([]);
  });

  it.each([
    ['aws-iam-policy', { account: '123456789012' }, { account: '210987654321' }],
    ['aws-identity-center', store('d-0123456789'), store('d-9876543210')],
  ])(
    'are one at %s wherever it is asked by another profile, and another elsewhere',
    (type, one, other) => {
      const kind = policyContext().providers.get(type);
      const where = (connection: object) =>
        kind?.directory?.(kind.connectionSchema.parse(connection));
      expect(where({ ...one, profile: 'east' })).toBe(where(one));
      expect(where(other)).not.toBe(where(one));
    },
  );

  it('are a table, and each of them is one', () => {
    expect(faults(but('{ prod: grace }', 'grace')).map(({ at }) => at)).toEqual([
      '9:22 bad-value people.grace@example.com',
    ]);
    expect(faults(GOOD.replace(/people:\n( {2}.*@.*\n)+/, 'people: [ada]\n'))).toMatchObject([
      { at: '7:9 bad-value people' },
    ]);
  });

  it('are written nowhere else: what stood below a provider moves to `people`', () => {
    const moved = but('prod: { type: named }', 'prod: { type: named, users: { a@b.c: ada } }');
    expect(faults(moved)).toEqual([
      {
        at: '4:24 unknown-key providers.prod.users',
        message:
          'Move this to `people:` at the top of the file: `ada@example.com: { prod: ada }` for each address.',
      },
    ]);
    const [never] = faults(but('edge: { type: door }', 'edge: { type: door, users: {} }'));
    expect(never?.message).toMatch(/^There is no key `users` here/);
  });

  it('who are more than any policy holds are not looked at one by one', () => {
    const crowd = Array.from({ length: 5_001 }, (_, nth) => `  p${nth}@example.com: {}\n`);
    expect(faults(but('people:\n', `people:\n${crowd.join('')}`)).map(({ at }) => at)).toEqual([
      '8:3 bad-value people',
    ]);
  });
});
