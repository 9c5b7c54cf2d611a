import { describe, expect, it } from 'vitest';
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
