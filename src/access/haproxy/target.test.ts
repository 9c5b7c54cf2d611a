import { describe, expect, it } from 'vitest';
import { parseNode } from '../haproxy-node.ts';
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
