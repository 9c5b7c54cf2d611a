/** What stands at a target and no request holds is told of, and only what is ours is ever taken away. */
import { expect, test } from 'vitest';
import type { Provider } from '../../src/access/provider.ts';
import { ProviderError } from '../../src/access/provider.ts';
import type { Platform } from '../../src/chat/platform.ts';
import { placesOf } from '../../src/core/reconciling.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { changed } from './cast.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 4h rotate the edge certificate';
const ORPHAN = 'edge-admin for ghost@example.com';
const policyWith = (more: string) =>
  changed('killSwitch: [security]', `killSwitch: [security]\n${more}`);
const REPORTED = policyWith('reconcile: { every: 30m, orphans: report }');
const REMOVED = policyWith('reconcile: { every: 30m, orphans: remove }');

const STUCK = 'sticks for ghost@example.com';
/** What is given there cannot be taken away. */
const sticking = (policy: string) => policy.replace('resource: edge-admin', 'resource: sticks');

const told = (stage: Stage) =>
  stage.notes('alarms').filter((text) => text.includes('no request holds'));
/** When the first target is looked through next. */
async function nextLook({ app, store }: Stage): Promise<number> {
  const [place] = placesOf(app.service.shell.policy()).keys();
  return (await store.effect(`reconcile/${place}`))?.dueAt ?? 0;
}

const alarms = (stage: Stage) =>
  stage.notes('alarms').filter((text) => text.includes('could not be taken away since'));
const ours = (until: number | null) => ({ until, byHand: false });

test('an orphan is told of once, and left alone where policy says no more', async () => {
  const stage = await Stage.open({ policy: REPORTED });
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', `approve ${id}`);
  stage.gate.entries.set(ORPHAN, ours(null));
  await stage.pass(2 * HOUR, MINUTE);
  expect(told(stage)).toHaveLength(1);
  expect(told(stage)[0]).toContain(
    'What stands at lab (lb-admin) and no request holds: 1 given by this Hallpass',
  );
  expect(told(stage)[0]).toContain(ORPHAN);
  expect(told(stage)[0]).not.toContain('ada@example.com');
  expect(stage.gate.opens(ORPHAN)).toBe(true);
  expect(stage.gate.opens('edge-admin for ada@example.com')).toBe(true);
  await proved(stage);
  await stage.halt();
});

test('an orphan is taken away where policy says so, by two looks, and proven gone', async () => {
  const stage = await Stage.open({ policy: REMOVED });
  stage.gate.entries.set(ORPHAN, ours(null));
  await stage.pass(90_000);
  expect(stage.gate.opens(ORPHAN)).toBe(true);
  await stage.pass(3 * MINUTE);
  expect(stage.gate.opens(ORPHAN)).toBe(false);
  const entries = (await allEntries(stage)).map(({ body }) => body).join('\n');
  expect(entries).toContain('"type":"adopted"');
  expect(entries).toContain('"type":"confirmed-absent"');
  await stage.pass(HOUR, MINUTE);
  expect(told(stage)).toHaveLength(2);
  expect(told(stage)[1]).toContain(
    'Nothing stands at lab (lb-admin) any more that no request holds.',
  );
  await proved(stage);
  await stage.halt();
});

test('what somebody else put there is told of, and never taken', async () => {
  const stage = await Stage.open({ policy: REMOVED });
  stage.gate.putByHand(ORPHAN, null);
  await stage.pass(2 * HOUR, MINUTE);
  expect(told(stage)).toHaveLength(1);
  expect(told(stage)[0]).toContain('1 by somebody else, and left alone');
  expect(stage.gate.opens(ORPHAN)).toBe(true);
  await proved(stage);
  await stage.halt();
});

test('one of many that is swapped for another is told, though only a few are named', async () => {
  const stage = await Stage.open({ policy: REPORTED });
  for (const nth of [1, 2, 3, 4, 5, 6, 7])
    stage.gate.putByHand(`edge-admin for ghost-${nth}@example.com`, null);
  await stage.pass(HOUR, MINUTE);
  stage.gate.entries.delete('edge-admin for ghost-7@example.com');
  stage.gate.putByHand('edge-admin for ghost-8@example.com', null);
  await stage.pass(2 * HOUR, MINUTE);
  expect(told(stage)).toHaveLength(2);
  expect(told(stage)[1]).toContain('7 by somebody else');
  await proved(stage);
  await stage.halt();
});

test('what a request holds is no orphan, nor what is just being given or taken', async () => {
  const stage = await Stage.open({ policy: REMOVED });
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', `approve ${id}`);
  await stage.pass(3 * HOUR, MINUTE);
  await stage.type('ada', `return ${id}`);
  await stage.pass(2 * HOUR, MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(told(stage)).toEqual([]);
  await proved(stage);
  await stage.halt();
});

test('an orphan that cannot be taken away alarms, and again while it lasts, until it is gone', async () => {
  const to = 'orphans: remove, channel: local:#lb-access';
  const stage = await Stage.open({
    policy: sticking(policyWith(`reconcile: { every: 30m, ${to} }`)),
  });
  stage.gate.entries.set(STUCK, ours(null));
  await stage.pass(90_000);
  expect(stage.notes('lb-access').join()).toContain(`to be taken away: ${STUCK}`);
  expect(alarms(stage)).toEqual([]);
  await stage.pass(10 * MINUTE);
  expect(alarms(stage)).toHaveLength(1);
  expect(alarms(stage)[0]).toContain(STUCK);
  await stage.pass(12 * HOUR, MINUTE);
  const many = alarms(stage).length;
  expect(many).toBeGreaterThan(4);
  expect(many).toBeLessThan(9);
  stage.gate.entries.delete(STUCK);
  await stage.pass(DAY, 5 * MINUTE);
  expect(alarms(stage)).toHaveLength(many);
  expect(stage.notes('lb-access').at(-1)).toContain('Nothing stands at lab');
  await proved(stage);
  await stage.halt();
});

test('of any number of orphans all are taken away, and none waits for the first', async () => {
  const stage = await Stage.open({ policy: sticking(REMOVED) });
  for (let nth = 0; nth < 150; nth += 1)
    stage.gate.entries.set(`sticks for ghost-${nth}@example.com`, ours(null));
  await stage.pass(15 * MINUTE, MINUTE);
  const adopted = (await allEntries(stage)).filter(({ body }) => body.includes('"adopted"'));
  expect(adopted).toHaveLength(150);
  await proved(stage);
  await stage.halt();
});

test.each([
  ['report', REPORTED],
  ['remove', REMOVED],
])('more orphans than fit in a look are not looked at each minute: %s', async (_, policy) => {
  const stage = await Stage.open({ policy: sticking(policy) });
  for (let nth = 0; nth < 101; nth += 1)
    stage.gate.entries.set(`sticks for ghost-${nth}@example.com`, ours(null));
  const dues = new Set<number>();
  for (let minute = 0; minute < 90; minute += 1) {
    await stage.pass(MINUTE, MINUTE);
    dues.add(await nextLook(stage));
  }
  expect(dues.size).toBeLessThan(9);
  await stage.halt();
});

test('an orphan that somebody asks for meanwhile is theirs until their end', async () => {
  const stage = await Stage.open({ policy: REMOVED });
  stage.gate.entries.set('edge-admin for ada@example.com', ours(null));
  await stage.pass(90_000);
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', `approve ${id}`);
  await stage.pass(HOUR, MINUTE);
  expect(stage.gate.opens('edge-admin for ada@example.com')).toBe(true);
  await stage.pass(4 * HOUR, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.opens('edge-admin for ada@example.com')).toBe(false);
  await proved(stage);
  await stage.halt();
});

test('a target that cannot be listed is told of, and nothing is taken by half a list', async () => {
  const stage = await Stage.open({ policy: REMOVED });
  stage.gate.entries.set(ORPHAN, ours(null));
  await stage.pass(90_000);
  stage.gate.unreachable = true;
  await stage.pass(HOUR, MINUTE);
  const notes = stage
    .notes('alarms')
    .filter((text) => text.includes('lab (lb-admin) could not be listed'));
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain('so nothing was compared');
  stage.gate.unreachable = false;
  await stage.pass(HOUR, MINUTE);
  expect(stage.gate.opens(ORPHAN)).toBe(false);
  await proved(stage);
  await stage.halt();
});

test('what cannot be said in the channel that policy names is said where alarms go', async () => {
  const policy = policyWith('reconcile: { every: 30m, channel: local:#audit }');
  const stage = await Stage.open({ policy });
  stage.gate.entries.set(ORPHAN, ours(null));
  await stage.pass(2 * HOUR, MINUTE);
  expect(told(stage)).toHaveLength(1);
  expect(told(stage)[0]).toContain(ORPHAN);
  await proved(stage);
  await stage.halt();
});

test('an account that throttles is left alone as a whole, and that is nothing to tell', async () => {
  const lists: number[] = [];
  const retryAfter = 10 * MINUTE;
  const turnedAway = (provider: Provider): Provider => ({
    ...provider,
    list: async (spec, io, seal) => {
      if (lists.push(io.now) > 1) return provider.list(spec, io, seal);
      throw new ProviderError('rate-limited', 'Too many calls.', { retryAfter });
    },
  });
  const around = { platform: (platform: Platform) => platform, provider: turnedAway };
  const stage = await Stage.open({ policy: REPORTED }, { around });
  stage.gate.entries.set(ORPHAN, ours(null));
  await stage.pass(10 * MINUTE);
  expect(lists).toHaveLength(1);
  await stage.pass(2 * MINUTE);
  expect(lists).toHaveLength(4);
  expect(stage.notes('alarms')).toHaveLength(1);
  expect(stage.notes('alarms')[0]).toContain(ORPHAN);
  await proved(stage);
  await stage.halt();
});

test('a provider that fails by a fault of its own blinds nobody silently', async () => {
  const list = async () => {
    throw new TypeError('no such page');
  };
  const provider = (real: Provider): Provider => ({ ...real, list });
  const around = { platform: (platform: Platform) => platform, provider };
  const stage = await Stage.open({ policy: REPORTED }, { around });
  await stage.pass(2 * HOUR, MINUTE);
  const notes = stage.notes('alarms').filter((text) => text.includes('could not be listed'));
  expect(notes[0]).toContain('its provider failed');
  expect(notes.join()).not.toContain('no such page');
  expect(stage.log.errors.join()).toContain('a provider failed to list');
  await stage.halt();
});

test('an account that throttles for ever is told of', async () => {
  const list = async () => {
    throw new ProviderError('rate-limited', 'Too many calls.');
  };
  const provider = (real: Provider): Provider => ({ ...real, list });
  const around = { platform: (platform: Platform) => platform, provider };
  const stage = await Stage.open({ policy: REPORTED }, { around });
  await stage.pass(4 * HOUR, MINUTE);
  const notes = stage.notes('alarms').filter((text) => text.includes('could not be listed'));
  expect(notes).toHaveLength(3);
  await proved(stage);
  await stage.halt();
});

test('targets of a policy that comes later are looked through too, wherever it says that is told', async () => {
  const stage = await Stage.open({ channels: ['audit'] });
  const other = changed('resource: edge-admin', 'resource: edge-later').replace(
    'killSwitch: [security]',
    'killSwitch: [security]\nreconcile: { every: 10m, channel: local:#audit }',
  );
  stage.gate.entries.set('edge-later for ghost@example.com', ours(null));
  await stage.reload(other);
  await stage.restart();
  await stage.pass(15 * MINUTE);
  expect(stage.notes('audit').join('\n')).toContain('edge-later for ghost@example.com');
  expect(stage.gate.opens('edge-later for ghost@example.com')).toBe(true);
  await proved(stage);
  await stage.halt();
});

test.each([
  ['while it runs', async (stage: Stage, policy: string) => stage.reload(policy)],
  [
    'at its next start',
    async (stage: Stage, policy: string) => {
      stage.write(policy);
      await stage.restart();
    },
  ],
])('a policy that wants targets looked through more often is heard %s', async (_when, put) => {
  const seldom = policyWith('reconcile: { every: 7d, orphans: report }');
  const stage = await Stage.open({ policy: seldom });
  await stage.pass(5 * MINUTE, MINUTE);
  stage.gate.entries.set(ORPHAN, ours(null));
  await put(stage, policyWith('reconcile: { every: 5m, orphans: remove }'));
  await stage.pass(5 * MINUTE);
  expect(stage.gate.opens(ORPHAN)).toBe(false);
  expect(told(stage)).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
