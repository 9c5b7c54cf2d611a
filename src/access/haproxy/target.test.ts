import { describe, expect, it } from 'vitest';
import { readPolicyBytes } from '../../policy-file.ts';
import { parseNode } from '../haproxy-node.ts';
import { haproxyProvider } from './index.ts';
import { connectionSchema, type Target, targetFaults, targetSchema } from './target.ts';

describe('a node', () => {
  it.each([
    ['unix:/run/haproxy/admin.sock', { path: '/run/haproxy/admin.sock' }],
    ['127.0.0.1:9999', { host: '127.0.0.1', port: 9999 }],
    ['tcp:127.0.0.5:9999', { host: '127.0.0.5', port: 9999 }],
    ['[::1]:9999', { host: '::1', port: 9999 }],
  ])('is %s', (text, address) => {
    expect(parseNode(text)).toEqual(address);
  });

  it.each([
    '10.0.0.1:9999',
    '0.0.0.0:9999',
    'localhost:9999',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:70000',
    '127.0.0.999:1',
    '[2001:db8::1]:9999',
    'unix:admin.sock',
    'unix:/a b',
    `unix:/${'x'.repeat(107)}`,
    'http://127.0.0.1:9999',
  ])('is not %s, and the fault says why', (text) => {
    const result = connectionSchema.safeParse({ nodes: [text] });
    expect(result.error?.issues).toMatchObject([
      { path: ['nodes', 0], message: expect.stringContaining('loopback') },
    ]);
  });

  it('is named once', () => {
    const nodes = ['127.0.0.1:9999', '127.0.0.1:9999'];
    expect(connectionSchema.safeParse({ nodes }).success).toBe(false);
    expect(connectionSchema.safeParse({ nodes: [] }).success).toBe(false);
  });
});

describe('a target', () => {
  const target = (more: object): Target =>
    targetSchema.parse({ map: '/etc/haproxy/jit.map', key: 'from', ...more });

  it.each(['jit.map', '/etc/ha proxy.map', '/etc/x;show', '/etc/x\n', '#0'])(
    'has no map %j',
    (map) => {
      expect(targetSchema.safeParse({ map, key: 'email' }).success).toBe(false);
    },
  );

  it('goes by e-mail or by an ip input of its role', () => {
    expect(targetFaults(target({}), { from: 'ip' })).toEqual([]);
    expect(targetFaults(target({ key: 'email' }), {})).toEqual([]);
    expect(targetFaults(target({}), {})).toMatchObject([{ path: ['key'] }]);
    expect(targetFaults(target({}), { from: 'text' })).toMatchObject([{ path: ['key'] }]);
    expect(targetFaults(target({ key: 'toString' }), {})).toMatchObject([{ path: ['key'] }]);
  });

  it('knows no e-mail on TCP, and cuts nothing on HTTP', () => {
    expect(targetFaults(target({ key: 'email', style: 'tcp' }), {})).toMatchObject([
      { path: ['key'] },
    ]);
    expect(targetFaults(target({ cut: ['db'] }), { from: 'ip' })).toMatchObject([
      { path: ['cut'] },
    ]);
  });
});

describe('a stick table in which uses are counted', () => {
  const role = (name: string, provider: string, map: string, table: string) => `
  ${name}:
    description: The way in
    who: [ops]
    channel: local:#ops
    duration: { max: 1h }
    approve: { count: 1, of: ops }
    targets: [{ provider: ${provider}, map: ${map}, key: email, uses: { table: ${table}, expire: 1h } }]`;
  function faultsOf(other: readonly [provider: string, map: string, table: string]) {
    const text = `version: 1
groups:
  ops: { members: [ada@example.com, grace@example.com] }
providers:
  edge: { type: haproxy, nodes: ["unix:/run/a.sock", "unix:/run/b.sock"] }
  second: { type: haproxy, nodes: ["unix:/run/b.sock"] }
  elsewhere: { type: haproxy, nodes: ["unix:/run/c.sock"] }
roles:${role('site', 'edge', '/etc/site.map', 'seen')}${role('other', ...other)}
`;
    const providers = new Map([['haproxy', haproxyProvider()]]);
    const reading = readPolicyBytes(Buffer.from(text), { providers, platforms: ['local'] });
    const found = reading.kind === 'faulty' ? reading.issues : reading.warnings;
    return found.filter(({ severity }) => severity === 'fault');
  }

  it.each([
    ['one map of two roles', ['edge', '/etc/site.map', 'seen']],
    ['a map that has no other one by its side', ['edge', '/etc/other.map', 'seen_other']],
    ['a map of another process', ['elsewhere', '/etc/other.map', 'seen']],
  ] as const)('counts for %s', (_what, other) => {
    expect(faultsOf(other)).toEqual([]);
  });

  it.each(['edge', 'second'])('counts for one map of a process alone, as at %s', (provider) => {
    expect(faultsOf([provider, '/etc/other.map', 'seen'])).toMatchObject([
      {
        code: 'bad-target',
        path: ['roles', 'other', 'targets', 0, 'uses', 'table'],
        message:
          'The stick table seen of unix:/run/b.sock is for /etc/site.map alone, by roles.site.targets.0: /etc/other.map needs another one.',
      },
    ]);
  });
});

describe('the entries of a map', () => {
  const FIRST = 'provider: edge, map: /etc/db.map, key: from, style: tcp';
  function faultsOf(first: string, second: string) {
    const role = (name: string, target: string) => `
  ${name}:
    description: The way in
    who: [ops]
    channel: local:#ops
    duration: { max: 1h }
    approve: { count: 1, of: ops }
    inputs: { from: { type: ip, label: from where } }
    targets: [{ ${target} }]`;
    const text = `version: 1
groups:
  ops: { members: [ada@example.com, grace@example.com] }
providers:
  edge: { type: haproxy, nodes: ["unix:/run/a.sock", "unix:/run/b.sock"] }
  second: { type: haproxy, nodes: ["unix:/run/b.sock"] }
  elsewhere: { type: haproxy, nodes: ["unix:/run/c.sock"] }
roles:${role('db', first)}${role('other', second)}
`;
    const providers = new Map([['haproxy', haproxyProvider()]]);
    const reading = readPolicyBytes(Buffer.from(text), { providers, platforms: ['local'] });
    const found = reading.kind === 'faulty' ? reading.issues : reading.warnings;
    return found.filter(({ severity }) => severity === 'fault');
  }

  it.each([
    ['are cut off alike', `${FIRST}, cut: [db, db2]`, `${FIRST}, cut: [db2, db]`],
    ['stand elsewhere', `${FIRST}, cut: [db]`, FIRST.replace('edge', 'elsewhere')],
    ['are of another map', `${FIRST}, cut: [db]`, FIRST.replace('db.map', 'other.map')],
    ['may be wider', FIRST, `${FIRST}, networks: { v4: 24 }`],
  ])('are given by two roles where they %s', (_what, first, second) => {
    expect(faultsOf(first, second)).toEqual([]);
  });

  it.each([
    ['cut', `${FIRST}, cut: [db]`, FIRST],
    ['cut, at one of the processes', `${FIRST}, cut: [db]`, FIRST.replace('edge', 'second')],
    ['counted', `${FIRST}, uses: { table: seen, expire: 1h }`, FIRST],
    [
      'counted, and for how long',
      `${FIRST}, uses: { table: seen, expire: 1h }`,
      `${FIRST}, uses: { table: seen, expire: 2h }`,
    ],
  ])(
    'are one right, whichever role gives it, so that all agree on what is %s',
    (_what, first, second) => {
      const found = faultsOf(first, second);
      expect(new Set(found.map(({ path }) => path.join('.')))).toEqual(
        new Set(['roles.other.targets.0']),
      );
    },
  );

  it('that roles disagree on are named, with what each of them says', () => {
    expect(faultsOf(`${FIRST}, cut: [db]`, FIRST.replace('edge', 'second'))).toMatchObject([
      {
        message:
          'The map /etc/db.map of unix:/run/b.sock is for `cut: [db]` without `uses` alone, by roles.db.targets.0: `cut: []` without `uses` needs another one.',
      },
    ]);
  });
});
