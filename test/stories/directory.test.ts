/** What it costs to know people at a chat platform that may be slow, and whose limits everybody shares. */
import { expect, test } from 'vitest';
import { createLocal } from '../../src/chat/local/index.ts';
import type { Platform } from '../../src/chat/platform.ts';
import { MINUTE } from '../../src/core/time.ts';
import { Directory } from '../../src/workflow/directory.ts';
import { FactFinder } from '../../src/workflow/facts.ts';
import { Gallery } from '../../src/workflow/gallery.ts';
import { Inbox } from '../../src/workflow/intake.ts';
import { Reach } from '../../src/workflow/reach.ts';
import type { Shell } from '../../src/workflow/shell.ts';
import { CAST, changed } from './cast.ts';
import { Stage } from './stage.ts';

const MANY = Array.from({ length: 300 }, (_, nth) => `lead${nth}`);
const BY_GROUP = "operators: { local: '@operators' }";
const VALUES = { role: 'lb-admin', duration: '', reason: 'look', inputs: {} };

/** The stage's people through a platform of which some answers are different, and all are counted. */
function throughA(stage: Stage, changes: Partial<Platform> = {}, parts: Partial<Shell> = {}) {
  const { shell } = stage.app.service;
  const calls: string[] = [];
  const local = { ...createLocal(stage.workspace), ...changes };
  const platform: Platform = {
    ...local,
    profile(account, io) {
      calls.push(`profile ${account.userId}`);
      return local.profile(account, io);
    },
    accountByEmail(email, io) {
      calls.push(`lookup ${email}`);
      return local.accountByEmail(email, io);
    },
  };
  const own = { ...shell, ...parts, platforms: new Map([[platform.name, platform]]) };
  const directory = new Directory(own);
  const reach = new Reach(own, directory);
  const facts = new FactFinder(own, directory, reach);
  const gallery = new Gallery(own, directory, facts, reach);
  const inbox = new Inbox(own, { directory, facts, gallery });
  return { directory, reach, inbox, platform, calls, ada: stage.workspace.account('ada') };
}

test('a form that a slow platform keeps waiting fails in time, and is not let through', async () => {
  const stage = await Stage.open();
  const { inbox, ada } = throughA(stage, { profile: () => new Promise(() => {}) });
  const late = new AbortController();
  const checked = inbox.checkForm(ada, VALUES, { signal: late.signal });
  late.abort();
  await expect(checked).resolves.toMatchObject({ role: expect.stringContaining('cannot read') });
  await stage.halt();
});

test('a group that cannot be read in time fails a form too', async () => {
  const stage = await Stage.open({
    policy: changed('operators: { members: [ada@example.com, linus@example.com] }', BY_GROUP),
    groups: { operators: ['ada'] },
  });
  const late = new AbortController();
  const groupMembers: Platform['groupMembers'] = () => {
    late.abort();
    return new Promise(() => {});
  };
  const { inbox, ada } = throughA(stage, { groupMembers });
  const checked = inbox.checkForm(ada, VALUES, { signal: late.signal });
  await expect(checked).resolves.toMatchObject({ role: expect.stringContaining('cannot read') });
  await stage.halt();
});

test('a form that is fine, but was checked too late, is not let through', async () => {
  const stage = await Stage.open();
  const late = new AbortController();
  const policy = () => {
    late.abort();
    return stage.app.service.shell.policy();
  };
  const { inbox, ada } = throughA(stage, {}, { policy });
  const checked = inbox.checkForm(ada, VALUES, { signal: late.signal });
  await expect(checked).rejects.toMatchObject({ code: 'timeout' });
  await stage.halt();
});

test('equal questions at one moment are one question, and who gives up leaves the others waiting', async () => {
  const stage = await Stage.open();
  const { directory, calls, ada } = throughA(stage);
  const late = new AbortController();
  const impatient = directory.identify(ada, { signal: late.signal });
  const patient = Array.from({ length: 50 }, () => directory.identify(ada));
  late.abort();
  expect(await impatient).toMatchObject({ refusal: { code: 'directory-unreachable' } });
  for (const identity of await Promise.all(patient)) expect(identity.kind).toBe('known');
  expect(calls).toEqual(['profile ada']);
  await directory.identify(ada);
  expect(calls).toHaveLength(2);
  await stage.halt();
});

test('cards that are looked at use up nothing that a click needs, and have their own bound', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  const { inbox, ada } = throughA(stage);
  const io = { signal: new AbortController().signal };
  const look = () => inbox.cardFor(ada, id, null, io);
  for (let nth = 0; nth < 100; nth += 1) expect(await look()).toHaveProperty('card');
  expect(await look()).toMatchObject({ tone: 'no' });
  const delivery = {
    ...{ key: 'local:1', account: ada, replyTo: {}, message: null, receivedAt: stage.clock.now() },
    intent: { kind: 'pressed', action: 'withdraw', request: id },
  } as const;
  expect(await inbox.accept(delivery)).toEqual({ kind: 'accepted' });
  await stage.halt();
});

async function crowded(listed: readonly string[]) {
  const emails = listed.map((userId) => `${userId}@example.com`).join(', ');
  const people = [...CAST, ...MANY.map((userId) => ({ userId }))];
  const leads = 'leads: { members: [grace@example.com, linus@example.com] }';
  const policy = changed(leads, `leads: { members: [${emails}] }`);
  const stage = await Stage.open({ people, policy });
  return { stage, ...throughA(stage) };
}

test('of a large group no more people are looked up than are wanted', async () => {
  const { stage, reach, platform, calls } = await crowded(MANY);
  expect(await reach.members('leads', [platform], { most: 25 })).toHaveLength(25);
  expect(calls.filter((call) => call.startsWith('lookup'))).toHaveLength(25);
  calls.length = 0;
  expect(await reach.members('leads', [platform], { most: 25 })).toHaveLength(25);
  expect(calls).toEqual([]);
  stage.clock.advance(MINUTE);
  expect(await reach.members('leads', [platform], { most: 25 })).toHaveLength(25);
  expect(calls.filter((call) => call.startsWith('lookup'))).toEqual([]);
  await stage.halt();
});

test('those who are known are found first, and of those who are not here few are asked for', async () => {
  const absent = MANY.map((userId) => `no-${userId}`);
  const { stage, reach, platform, calls } = await crowded([...absent, 'grace']);
  await stage.type('grace', 'mine');
  expect(await reach.members('leads', [platform], { most: 1 })).toMatchObject([{ name: 'Grace' }]);
  expect(calls).toEqual(['profile grace']);
  expect(await reach.members('leads', [platform], { most: 25 })).toHaveLength(1);
  expect(calls.filter((call) => call.startsWith('lookup'))).toHaveLength(50);
  await stage.halt();
});
