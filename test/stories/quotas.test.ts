/** Limits of one person, raced. What they come to in each chat is in everywhere/limits.ts. */
import { expect, test } from 'vitest';
import type { Provider } from '../../src/access/provider.ts';
import type { Platform } from '../../src/chat/platform.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { changed, POLICY } from './cast.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const LIMITED = POLICY.replaceAll(
  'approve: automatic\n',
  'approve: automatic\n    limits: { perDay: 3h, live: 2, cooldown: 20m }\n',
);
const ONE = 'lb-shared 2h ip=192.0.2.7 look at the shared gate';

test('two asks at once do not slip past the limit together', async () => {
  const stage = await Stage.open({ policy: LIMITED });
  const asks = ['192.0.2.7', '192.0.2.8', '192.0.2.9'].map((ip) => ONE.replace('192.0.2.7', ip));
  await Promise.all(asks.map((ask) => stage.workspace.type('ada', ask)));
  await stage.settle();
  const open = await stage.store.requests({ statuses: ['active'], limit: 10 });
  expect(open).toHaveLength(1);
  expect(stage.gate.entries.size).toBe(1);
  const refused = (await allEntries(stage)).filter(({ body }) => body.includes('cooling-down'));
  expect(refused.length).toBeGreaterThan(0);
  await proved(stage);
  await stage.halt();
});

test('of two asks at once, one gets in by a condition that lets in once, and the other waits', async () => {
  const policy = POLICY.replace(
    'approve: automatic\n',
    `approve: { of: leads }
    conditions:
      incident: { when: 'request.reason.fits("^INC-")', approve: { automatic: { most: 1, within: 7d } } }
`,
  );
  const stage = await Stage.open({ policy });
  const asks = ['lb-shared 1h ip=192.0.2.7 INC-7 one', 'lb-shared 1h ip=192.0.2.8 INC-8 other'];
  await Promise.all(asks.map((ask) => stage.workspace.type('ada', ask)));
  await stage.settle();
  const both = await stage.store.requests({ limit: 10 });
  expect(both.map(({ value }) => value.status).toSorted()).toEqual(['active', 'pending']);
  expect(stage.gate.entries.size).toBe(1);
  await proved(stage);
  await stage.halt();
});

test('two approvals at once do not slip past the limit together', async () => {
  const one = changed('approve: { count: 2, of: leads }', 'approve: { of: leads }');
  const stage = await Stage.open({ policy: one });
  const ids = [
    await stage.ask('ada', 'lb-pair ip=192.0.2.7 one'),
    await stage.ask('ada', 'lb-pair ip=192.0.2.8 two'),
  ];
  await stage.reload(one.replace('approve: { of: leads }', '$&\n    limits: { live: 1 }'));
  await Promise.all(
    ids.map((id, nth) => stage.workspace.press(nth === 0 ? 'grace' : 'linus', id, 'approve')),
  );
  await stage.settle();
  const statuses = await Promise.all(ids.map((id) => stage.status(id)));
  expect(statuses.toSorted()).toEqual(['active', 'pending']);
  expect(['grace', 'linus'].map((who) => stage.answer(who)).join()).toContain('hold 1 at once');
  await proved(stage);
  await stage.halt();
});

/** The second target of the role is down: what is written there is lost. */
const halfDown = (real: Provider): Provider => ({
  ...real,
  converge: async (handle, wish, io) =>
    JSON.stringify(handle).includes('edge-two')
      ? { kind: 'unknown', why: 'no answer' }
      : real.converge(handle, wish, io),
});

test('access that was open at one of its targets was had, though it was never whole', async () => {
  const shared = '{ provider: lab, resource: edge-shared, key: ip }';
  const policy = POLICY.replace(shared, `${shared}, ${shared.replace('-shared', '-two')}`).replace(
    'approve: automatic\n',
    'approve: { automatic: { most: 1, within: 7d } }\n    limits: { perDay: 1h, cooldown: 2h }\n',
  );
  const platform = (real: Platform) => real;
  const stage = await Stage.open({ policy }, { around: { platform, provider: halfDown } });
  const id = await stage.ask('ada', ONE.replace('2h', '1h'));
  await stage.pass(20 * MINUTE, 30 * SECOND);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(await stage.type('ada', ONE.replace('2h', '1h'))).not.toContain('Request #');
  await stage.pass(2 * HOUR, 5 * MINUTE);
  expect(await stage.type('ada', ONE.replace('2h', '30m'))).toContain('used up');
  await proved(stage);
  await stage.halt();
});
