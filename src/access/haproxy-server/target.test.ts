import { describe, expect, it } from 'vitest';
import { readPolicyBytes } from '../../policy-file.ts';
import { haproxyServerProvider } from './index.ts';
import { askedServer, handleSchema, otherwiseOf, targetFaults, targetSchema } from './target.ts';

const target = (more: object = {}) =>
  targetSchema.parse({ backend: 'be_app', key: 'server', set: 'drain', ...more });
const fixed = (server: string) => ({ server, backend: undefined, key: undefined });
const faults = (more: object) => targetFaults(target(more), { server: 'choice' });

describe('a target', () => {
  it.each(
    [
      ['be_app', 'a/b/c', '/web1', 'be_app/', 'be app/web1', 'be_app/web1;show stat', '-x/web1'],
      ['be_app/web1\n', '#1/web1', 'be_app/<<', 'be_app/wéb', `be_app/${'w'.repeat(101)}`],
    ].flat(),
  )('names no server by %j', (server) => {
    expect(targetSchema.safeParse({ server, set: 'drain' }).success).toBe(false);
  });

  it.each(['be app', 'be_app/web1', '@1', '', 'be_app;'])('names no backend by %j', (backend) => {
    expect(targetSchema.safeParse({ backend, key: 'server', set: 'drain' }).success).toBe(false);
  });

  it('names one server, or a backend and an input, and not both', () => {
    expect(faults({})).toEqual([]);
    expect(faults(fixed('be_app/web1'))).toEqual([]);
    expect(faults({ server: 'be_app/web1' })).toMatchObject([{ path: [] }]);
    expect(faults({ key: undefined })).toMatchObject([{ path: [] }]);
    expect(faults({ key: 'whom' })).toMatchObject([{ path: ['key'] }]);
  });

  it.each([
    [{ set: 'drain' }, 'ready'],
    [{ set: 'maint' }, 'ready'],
    [{ set: { weight: '10%' } }, { weight: '100%' }],
    [{ set: 'ready', otherwise: 'maint' }, 'maint'],
    [{ set: { weight: 0 }, otherwise: { weight: 50 } }, { weight: 50 }],
  ])('with %j goes back to %j', (more, otherwise) => {
    expect(faults(more)).toEqual([]);
    expect(otherwiseOf(target(more))).toEqual(otherwise);
  });

  it.each([
    { set: 'ready' },
    { set: 'drain', otherwise: { weight: '100%' } },
    { set: { weight: '10%' }, otherwise: 'ready' },
    { set: 'drain', otherwise: 'drain' },
    { set: { weight: '100%' } },
  ])('with %j goes back to nothing', (more) => {
    expect(faults(more)).toMatchObject([{ path: ['otherwise'] }]);
  });
});

describe('the server that is asked for', () => {
  const asked = (server: string, more: object = {}) =>
    askedServer(target(more), { inputs: { server } });

  it('is of the backend that policy names, or is the one that it names', () => {
    const web1 = { kind: 'server', backend: 'be_app', server: 'web1' };
    expect(asked(' web1 ')).toEqual(web1);
    expect(asked('web2', fixed('be_app/web1'))).toEqual(web1);
  });

  it.each(['', ' ', 'be_app/web1', 'web1 state maint', 'web1;', 'web1\nx', '#1', '@1', '../web1'])(
    'is not %j',
    (name) => {
      expect(asked(name)).toMatchObject({ kind: 'refused' });
    },
  );

  it('is not taken from what an object has anyway', () => {
    expect(askedServer(target({ key: 'constructor' }), { inputs: {} })).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('a handle', () => {
  const handle = {
    ...{ v: 1, nodes: ['127.0.0.1:9999'], backend: 'be_app', server: 'web1' },
    ...{ set: 'drain', otherwise: 'ready', lastServer: false },
  };

  it.each([
    { v: 2 },
    { nodes: ['10.0.0.1:9999'] },
    { nodes: [] },
    { server: 'web1;show stat' },
    { backend: '@1' },
    { set: 'drain;' },
    { otherwise: { weight: '1%;' } },
  ])('with %j is none of ours', (more) => {
    expect(handleSchema.safeParse(handle).success).toBe(true);
    expect(handleSchema.safeParse({ ...handle, ...more }).success).toBe(false);
  });
});

describe('two roles', () => {
  const role = (name: string, target: string, options: string) => `
  ${name}:
    description: A server, for a time
    who: [ops]
    channel: local:#ops
    duration: { max: 1h }
    approve: { count: 1, of: ops }
    inputs: { one: { type: ${options} } }
    targets: [{ ${target} }]`;
  const ANY = 'text, pattern: ".*", example: web1';
  const some = (...names: string[]) => `choice, options: [${names.join(', ')}]`;

  function faultsOf(first: string, second: string, options = [ANY, ANY]) {
    const text = `version: 1
groups:
  ops: { members: [ada@example.com, grace@example.com] }
providers:
  farm: { type: haproxy-server, nodes: ["unix:/run/a.sock", "unix:/run/b.sock"] }
  second: { type: haproxy-server, nodes: ["unix:/run/b.sock"] }
  elsewhere: { type: haproxy-server, nodes: ["unix:/run/c.sock"] }
roles:${role('first', first, options[0] ?? '')}${role('second', second, options[1] ?? '')}
`;
    const providers = new Map([['haproxy-server', haproxyServerProvider()]]);
    const reading = readPolicyBytes(Buffer.from(text), { providers, platforms: ['local'] });
    const found = reading.kind === 'faulty' ? reading.issues : reading.warnings;
    return found
      .filter(({ severity }) => severity === 'fault')
      .map(({ path, message }) => ({ path: path.join('.'), message }));
  }

  const drains = 'provider: farm, server: be/web1, set: drain';
  const asked = 'provider: farm, backend: be, key: one, set: drain';
  const readies = 'provider: farm, server: be/web1, set: ready, otherwise: drain';

  it.each([
    ['set a server to the same', drains, drains],
    [
      'set a server to different states, of which both go back to one',
      drains,
      drains.replace('drain', 'maint'),
    ],
    [
      'set the state and the weight of a server',
      drains,
      drains.replace('drain', '{ weight: 10% }'),
    ],
    ['set two servers', drains, readies.replace('web1', 'web2')],
    ['set servers of two backends', asked, readies.replace('be/', 'other/')],
    ['set servers of two processes', drains, readies.replace('farm', 'elsewhere')],
    [
      'let different servers be named',
      asked,
      readies.replace('server: be/web1', 'backend: be, key: one'),
      some('web1', 'web2'),
      some('web3'),
    ],
    [
      'name different servers, of which one is asked for',
      asked,
      readies,
      some('web2', 'web3'),
      ANY,
    ],
  ])('may both be there where they %s', (_what, first, second, ...options) => {
    expect(faultsOf(first, second, options.length === 0 ? undefined : options)).toEqual([]);
  });

  it.each([
    ['each sets what the other goes back to', drains, readies],
    [
      'one goes back to what the other sets',
      drains,
      'provider: farm, server: be/web1, set: maint, otherwise: drain',
    ],
    [
      'they go back to different states',
      drains,
      'provider: farm, server: be/web1, set: drain, otherwise: maint',
    ],
    [
      'they go back to different weights',
      drains.replace('drain', '{ weight: 10% }'),
      drains.replace('drain', '{ weight: 50%, }, otherwise: { weight: 10% }'),
    ],
    ['one may be for any server', asked, readies],
    ['the other may be for any server', readies, asked],
    [
      'both may be for any server',
      asked,
      readies.replace('server: be/web1', 'backend: be, key: one'),
    ],
    ['one of the choices is the other’s', asked, readies, some('web1', 'web2'), ANY],
    ['they meet at one process', drains, readies.replace('farm', 'second')],
  ])('may not both be there where %s', (_what, first, second, ...options) => {
    const faults = faultsOf(first, second, options.length === 0 ? undefined : options);
    expect(new Set(faults.map(({ path }) => path))).toEqual(
      new Set(['roles.second.targets.0.otherwise']),
    );
  });

  it('are told what they have to agree on', () => {
    expect(faultsOf(drains, readies.replace('farm', 'second'))).toMatchObject([
      {
        message:
          'The state of be/web1 at unix:/run/b.sock is for going back to ready alone, by roles.first.targets.0: going back to drain needs another one.',
      },
    ]);
  });

  it('that give one right agree on whether it may be the last server', () => {
    const last = `${drains}, lastServer: true`;
    expect(faultsOf(last, last)).toEqual([]);
    expect(faultsOf(last, drains.replace('drain', 'maint'))).toEqual([]);
    expect(faultsOf(last, drains.replace('farm', 'second'))[0]).toEqual({
      path: 'roles.second.targets.0.lastServer',
      message:
        'Setting to drain of be/web1 at unix:/run/b.sock is for `lastServer: true` alone, by roles.first.targets.0: `lastServer: false` needs another one.',
    });
  });
});
