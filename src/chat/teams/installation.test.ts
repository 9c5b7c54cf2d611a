import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { APP, type Entra, openEntra } from './fixtures/entra.ts';
import { GraphClient } from './graph.ts';
import { checkGraph } from './graph-checks.ts';
import { Installation } from './installation.ts';
import { GRAPH_PERMISSIONS } from './permissions.ts';
import { Tokens } from './tokens.ts';

const io = { signal: new AbortController().signal };
let entra: Entra;
let graph: GraphClient;
let installation: Installation;
let ada: string;
beforeEach(async () => {
  entra = await openEntra();
  const clock = new ManualClock(Date.UTC(2026, 10, 21));
  const tokens = new Tokens({ credentials: entra.credentials, clock, loginUrl: entra.url });
  graph = new GraphClient({ tokens, clock, graphUrl: entra.graphUrl });
  installation = new Installation(graph, APP);
  ada = entra.addUser({ displayName: 'Ada' });
});
afterEach(() => entra.close());

const publish = (id = 'catalog-1', more = {}) =>
  void entra.catalog.push({ id, externalId: APP, distributionMethod: 'organization', ...more });

describe('the bot', () => {
  test('is installed for somebody, and no harm is done when it was', async () => {
    publish('other', { externalId: '00000000-0000-4000-8000-000000000001' });
    publish();
    await installation.installFor(ada, io);
    await installation.installFor(ada, io);
    expect([...entra.installed]).toEqual([`${ada} catalog-1`]);
  });

  test('that is not in the catalog can be installed for nobody', async () => {
    publish('mine', { distributionMethod: 'sideloaded' });
    await expect(installation.installFor(ada, io)).rejects.toMatchObject({
      code: 'undeliverable',
      message: expect.stringContaining('publish'),
    });
  });

  test.each(['00000000-0000-4000-8000-000000000404', '..'])(
    'is installed for nobody who is not there: %s',
    async (nobody) => {
      publish();
      await expect(installation.installFor(nobody, io)).rejects.toMatchObject({
        code: 'undeliverable',
      });
    },
  );

  test.each([GRAPH_PERMISSIONS.catalog.name, GRAPH_PERMISSIONS.installation.name])(
    'is not installed without %s, and says so',
    async (name) => {
      publish();
      entra.permissions.delete(name);
      await expect(installation.installFor(ada, io)).rejects.toMatchObject({
        code: 'undeliverable',
        message: expect.stringContaining(name),
      });
    },
  );

  test.each([
    [{ status: 429, retryAfter: '2' }, 'rate-limited'],
    [{ status: 503 }, 'unavailable'],
    [{ status: 401 }, 'permission-denied'],
    ['hang up', 'unavailable'],
  ] as const)('may be installed later: %j', async (failure, code) => {
    publish();
    entra.fail(/installedApps/, failure);
    await expect(installation.installFor(ada, io)).rejects.toMatchObject({ code });
    await installation.installFor(ada, io);
  });

  test('is not taken for another app', async () => {
    const other = { id: 'x', externalId: 'y', distributionMethod: 'organization' };
    entra.fail(/teamsApps/, { change: () => ({ status: 200, body: { value: [other] } }) });
    await expect(installation.installFor(ada, io)).rejects.toMatchObject({ code: 'bad-answer' });
    const hostile = { ...other, id: '../../me', externalId: APP };
    entra.fail(/teamsApps/, { change: () => ({ status: 200, body: { value: [hostile] } }) });
    await expect(installation.installFor(ada, io)).rejects.toMatchObject({ code: 'bad-answer' });
    publish('one');
    publish('two');
    await expect(installation.installFor(ada, io)).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('the doctor', () => {
  const complaints = async () =>
    (await checkGraph(graph, installation, io)).filter(({ level }) => level !== 'ok');

  test('has nothing to say when all is allowed', async () => {
    publish();
    expect(await complaints()).toEqual([]);
  });

  test('names what is missing', async () => {
    publish();
    entra.permissions.clear();
    const { users, groups, catalog } = GRAPH_PERMISSIONS;
    expect(await complaints()).toEqual(
      [users, groups, catalog].map(({ name, required }) => ({
        level: required ? 'fault' : 'warning',
        message: expect.stringContaining(name),
      })),
    );
  });

  test('sees what Graph keeps back, and what was not published', async () => {
    entra.users.set(ada, { id: ada });
    expect(await complaints()).toEqual([
      { level: 'fault', message: expect.stringContaining('accountEnabled') },
      { level: 'warning', message: expect.stringContaining('app package') },
    ]);
  });

  test('says when it could not be told', async () => {
    publish();
    entra.fail(/groups/, { status: 500 });
    expect(await complaints()).toEqual([
      { level: 'fault', message: expect.stringContaining('could not be told') },
    ]);
  });
});
