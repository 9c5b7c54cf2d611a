import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import type { ChatIo } from '../platform.ts';
import { Directory } from './directory.ts';
import { type Entra, openEntra, TENANT } from './fixtures/entra.ts';
import { GraphClient } from './graph.ts';
import { Tokens } from './tokens.ts';

const io = { signal: new AbortController().signal };
const patient = (): ChatIo => ({ signal: new AbortController().signal });
let entra: Entra;
let clock: ManualClock;
let directory: Directory;
beforeEach(async () => {
  entra = await openEntra();
  clock = new ManualClock(Date.UTC(2026, 10, 21));
  const tokens = new Tokens({ credentials: entra.credentials, clock, loginUrl: entra.url });
  const graph = new GraphClient({ tokens, clock, graphUrl: entra.graphUrl });
  directory = new Directory({ graph, clock, tenant: TENANT });
});
afterEach(() => entra.close());

const account = (userId: string, tenant = TENANT) => ({ platform: 'teams', tenant, userId });
const count = (path: RegExp) => entra.asked.filter((one) => path.test(one.path)).length;

describe('a manager', () => {
  test('is whom the directory names, and nobody where it names none', async () => {
    const grace = entra.addUser({ displayName: 'Grace' });
    const ada = entra.addUser({ displayName: 'Ada', manager: grace });
    expect(await directory.managerOf(account(ada), io)).toEqual(account(grace));
    expect(await directory.managerOf(account(grace), io)).toBeUndefined();
  });

  test('of another tenant is asked of nobody', async () => {
    const grace = entra.addUser({});
    const ada = entra.addUser({ manager: grace });
    expect(await directory.managerOf(account(ada, 'elsewhere'), io)).toBeUndefined();
    expect(await directory.managerOf(account('ada'), io)).toBeUndefined();
    expect(count(/manager/)).toBe(0);
  });

  test('who cannot be read is not nobody', async () => {
    const ada = entra.addUser({});
    entra.fail(/manager/, { status: 403, error: 'Authorization_RequestDenied' });
    const asked = directory.managerOf(account(ada), io);
    await expect(asked).rejects.toMatchObject({ code: 'permission-denied' });
  });
});

describe('a person', () => {
  const ada = {
    displayName: 'Ada',
    mail: 'Ada@Example.com',
    userPrincipalName: 'ada@example.onmicrosoft.com',
  };
  const profile = (more: object) =>
    directory.profile(account(entra.addUser({ ...ada, ...more })), io);

  test.each([
    ['a member', 'member', {}],
    ['a member from before there were types', 'member', { userType: null }],
    ['a guest', 'guest', { userType: 'Guest' }],
    ['of a type that is new', 'guest', { userType: 'Visitor' }],
    ['a guest who counts as a member', 'guest', { userPrincipalName: 'a_b.c#ext#@example.com' }],
    ['deactivated', 'deactivated', { accountEnabled: false, userType: 'Guest' }],
  ])('is known as %s', async (_name, standing, more) => {
    expect(await profile(more)).toEqual({ name: 'Ada', email: 'ada@example.com', standing });
  });

  test('without an e-mail has their sign-in name, unless they are a guest', async () => {
    expect(await profile({ mail: null })).toMatchObject({ email: 'ada@example.onmicrosoft.com' });
    expect(await profile({ mail: '', userType: 'Guest' })).toMatchObject({ email: '' });
  });

  test('without a name is called by what there is', async () => {
    expect(await profile({ displayName: null })).toMatchObject({ name: ada.userPrincipalName });
    const id = entra.addUser({});
    expect(await directory.profile(account(id), io)).toMatchObject({ name: id, email: '' });
  });

  test('of whom it is not told whether they are enabled is nobody', async () => {
    await expect(profile({ accountEnabled: null })).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('User.Read.All'),
    });
  });

  test('who is gone is not found; one who may not be read is not gone', async () => {
    const nobody = account('00000000-0000-4000-8000-000000000404');
    await expect(directory.profile(nobody, io)).rejects.toMatchObject({ code: 'not-found' });
    entra.fail(/users/, { status: 403, error: 'Request_ResourceNotFound' });
    await expect(directory.profile(nobody, io)).rejects.toMatchObject({
      code: 'permission-denied',
    });
  });

  test.each([
    ['of another tenant', account('00000000-0000-4000-8000-000000000001', 'elsewhere')],
    ['with a path for an id', account('../groups')],
    ['with a sign-in name for an id', account('ada@example.com')],
  ])('%s is not found, and not asked about', async (_name, stranger) => {
    await expect(directory.profile(stranger, io)).rejects.toMatchObject({ code: 'not-found' });
    expect(entra.asked).toEqual([]);
  });

  test('who was not asked about is no answer', async () => {
    const id = entra.addUser(ada);
    const other = { ...ada, id: '00000000-0000-4000-8000-000000000666', accountEnabled: true };
    entra.fail(/users/, { change: () => ({ status: 200, body: other }) });
    await expect(directory.profile(account(id), io)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  test('is asked about every time, because a decision hangs on it', async () => {
    const id = entra.addUser(ada);
    expect(await directory.profile(account(id), io)).toMatchObject({ standing: 'member' });
    entra.users.set(id, { ...entra.users.get(id), accountEnabled: false });
    expect(await directory.profile(account(id), io)).toMatchObject({ standing: 'deactivated' });
  });

  test('is asked about once by many at the same moment', async () => {
    const someone = account(entra.addUser(ada));
    await Promise.all(Array.from({ length: 20 }, () => directory.profile(someone, patient())));
    expect(count(/users/)).toBe(1);
  });
});

describe('an e-mail', () => {
  test('is found as an address or as a sign-in name', async () => {
    const ada = entra.addUser({ mail: 'ada@example.com', userPrincipalName: 'a1@example.com' });
    expect(await directory.accountByEmail('ada@example.com', io)).toEqual(account(ada));
    expect(await directory.accountByEmail('A1@example.com', io)).toEqual(account(ada));
    expect(await directory.accountByEmail('grace@example.com', io)).toBeUndefined();
  });

  test('cannot ask for somebody else', async () => {
    entra.addUser({ mail: 'ada@example.com' });
    const ohara = entra.addUser({ mail: "o'hara+x@example.com" });
    const hostile = "x' or mail eq 'ada@example.com";
    expect(await directory.accountByEmail(hostile, io)).toBeUndefined();
    expect(await directory.accountByEmail("o'hara+x@example.com", io)).toEqual(account(ohara));
  });

  test('of several people is nobody’s', async () => {
    entra.addUser({ mail: 'ada@example.com' });
    entra.addUser({ userPrincipalName: 'ada@example.com' });
    await expect(directory.accountByEmail('ada@example.com', io)).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });

  test('is not that of somebody who has another', async () => {
    const mallory = { id: '00000000-0000-4000-8000-000000000666', mail: 'mallory@example.com' };
    entra.fail(/users/, { change: () => ({ status: 200, body: { value: [mallory] } }) });
    await expect(directory.accountByEmail('ada@example.com', io)).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });

  test('that could not be looked for is not nobody’s', async () => {
    entra.fail(/users/, { status: 404 });
    await expect(directory.accountByEmail('ada@example.com', io)).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });
});

describe('a group', () => {
  let ada: string;
  let grace: string;
  let sre: string;
  beforeEach(() => {
    ada = entra.addUser({ displayName: 'Ada' });
    grace = entra.addUser({ displayName: 'Grace', userType: 'Guest' });
    sre = entra.addGroup('SRE on call', [ada]);
  });
  const members = async (group: string) =>
    (await directory.groupMembers(group, io)).map(({ userId }) => userId);

  test('is found by its id or its name', async () => {
    expect(await directory.groupMembers(sre, io)).toEqual([account(ada)]);
    expect(await members(sre.toUpperCase())).toEqual([ada]);
    expect(await members('SRE on call')).toEqual([ada]);
    expect(await members('@sre on call')).toEqual([ada]);
  });

  test('holds the people in its groups, once, and nothing but people', async () => {
    const inner = entra.addGroup('inner', [ada, grace, sre]);
    entra.groups.get(sre)?.members.add(inner);
    entra.others.set('00000000-0000-4000-8000-00000000de01', 'device');
    entra.others.set('00000000-0000-4000-8000-00000000de02', 'servicePrincipal');
    for (const id of entra.others.keys()) entra.groups.get(inner)?.members.add(id);
    expect((await members(sre)).toSorted()).toEqual([ada, grace].toSorted());
  });

  test('loses whoever was put out of it a moment ago', async () => {
    entra.groups.get(sre)?.members.add(grace);
    expect(await members(sre)).toEqual([ada, grace]);
    entra.groups.get(sre)?.members.delete(grace);
    expect(await members(sre)).toEqual([ada]);
    expect(count(/ConsistencyLevel|\$count/)).toBe(0);
  });

  test('is read whole, however many pages it has', async () => {
    const many = Array.from({ length: 2_500 }, () => entra.addUser({}));
    const large = entra.addGroup('everybody', many);
    expect(await members(large)).toEqual(many);
    expect(count(/transitiveMembers/)).toBe(3);
  });

  test('counts once whoever is on two of its pages', async () => {
    const member = { '@odata.type': '#microsoft.graph.user', id: ada };
    const again = { ...member, id: ada.toUpperCase() };
    entra.fail(/transitive/, { change: () => ({ status: 200, body: { value: [member, again] } }) });
    expect(await members(sre)).toEqual([ada]);
  });

  test('may have a quote in its name, and no more than that', async () => {
    const quoted = entra.addGroup("Ada's “best” & 100% + more", [grace]);
    expect(await members("Ada's “best” & 100% + more")).toEqual(await members(quoted));
    await expect(members("x' or displayName eq 'SRE on call")).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('that is not there is not an empty one', async () => {
    const nothing = '00000000-0000-4000-8000-000000000404';
    await expect(members(nothing)).rejects.toMatchObject({ code: 'not-found' });
    await expect(members('@nobody')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('with the name of another is neither of them', async () => {
    entra.addGroup('sre ON CALL', [grace]);
    await expect(members('SRE on call')).rejects.toMatchObject({
      code: 'bad-answer',
      message: expect.stringContaining('object id'),
    });
  });

  test('that was not asked about is no answer', async () => {
    const other = { id: sre, displayName: 'Everybody' };
    entra.fail(/groups/, { change: () => ({ status: 200, body: { value: [other] } }) });
    await expect(members('admins')).rejects.toMatchObject({ code: 'bad-answer' });
  });

  test.each([
    ['no id', { '@odata.type': '#microsoft.graph.user', id: '' }],
    ['a path for an id', { '@odata.type': '#microsoft.graph.user', id: '../x' }],
    ['no type', { id: '00000000-0000-4000-8000-000000000001' }],
  ])('with a member that has %s is unknown', async (_name, member) => {
    entra.fail(/transitive/, { change: () => ({ status: 200, body: { value: [member] } }) });
    await expect(members(sre)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  test.each([
    ['hang up', 'unavailable'],
    ['html', 'bad-answer'],
    [{ status: 429, retryAfter: '4' }, 'rate-limited'],
    [{ status: 403 }, 'permission-denied'],
  ] as const)('that cannot be read is not an empty one: %j', async (failure, code) => {
    entra.fail(/transitive/, failure);
    await expect(members(sre)).rejects.toMatchObject({ name: 'ChatError', code });
  });

  test('is unreachable with Entra ID gone', async () => {
    await entra.close();
    await expect(members(sre)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('asked for by many at the same time is asked for once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => directory.groupMembers(sre, patient())));
    expect(count(/transitive/)).toBe(1);
  });

  test('is asked for anew when the answer has been out for half a second', async () => {
    entra.fail(/transitive/, 'silent');
    const hung = directory.groupMembers(sre, io).catch(() => {});
    clock.advance(SECOND / 2 + 1);
    expect(await members(sre)).toEqual([ada]);
    clock.advance(10 * SECOND);
    await hung;
  });

  test('is still told to the others when the first who asked gives up', async () => {
    const hasty = new AbortController();
    const first = directory.groupMembers(sre, { signal: hasty.signal });
    const second = directory.groupMembers(sre, io);
    hasty.abort();
    await expect(first).rejects.toMatchObject({ code: 'timeout' });
    expect(await second).toEqual([account(ada)]);
  });
});
