/** Conditions: a policy, a script of asks at various times, and the rule that each comes under. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { POLICY } from './cast.ts';
import { allEntries, lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

/** The stage's clock begins at 03:00 UTC on a Saturday: that is 04:00 in Berlin. */
const RULED = POLICY.replace(
  'alarms:',
  'zone: Europe/Berlin\nfreezes: { move: { from: "2026-11-21 08:00", until: "2026-11-21 09:00" } }\nalarms:',
).replace(
  'approve: { count: 1, of: leads }',
  `$&
    conditions:
      oncall: { when: 'memberOf("security") || request.reason.fits("^INC-[0-9]+")', approve: { automatic: { most: 1, within: 7d } } }
      long: { when: 'request.duration > duration("1h")', approve: { stages: [{ of: leads }, { of: security }] } }
      night: { when: time.hour < 5, max: 2h }
      move: { when: '"move" in time.freezes', refuse: the gates are being moved }`,
);

test('the strictest of what applies is what counts, and the card names it', async () => {
  const stage = await Stage.open({ policy: RULED });
  expect(await stage.type('ada', 'lb-admin 3h rotate')).toContain('at most 2h');
  const id = await stage.ask('ada', 'lb-admin 90m INC-7 rotate');
  expect((await stage.request(id)).applied).toEqual(['oncall', 'long', 'night']);
  expect(stage.card()).toContain('1 of leads, then 1 of security');
  expect(stage.card()).toMatch(/Conditions: .*long/);
  expect(stage.thread().join()).toContain('under the conditions');
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('pending');
  await stage.press('margaret', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('what opens without approval is said to be automatic, and only so often', async () => {
  const stage = await Stage.open({ policy: RULED });
  const id = await stage.ask('ada', 'lb-admin 30m INC-7 rotate');
  expect(await stage.status(id)).toBe('active');
  expect(stage.answer('ada')).toContain('Granted without approval by its rule');
  expect(stage.card()).toContain('Automatic: nobody approved it.');
  expect(stage.card()).toContain('automatic: the rule asks for nobody, at most 1 times within');
  expect(stage.thread().join()).toContain('Automatic: the rule asks for nobody.');
  const again = await stage.ask('ada', 'lb-admin 30m INC-8 rotate');
  expect(await stage.status(again)).toBe('pending');
  expect(await lifeOf(stage, again)).toEqual(['asked']);
  await proved(stage);
  await stage.halt();
});

test('a freeze that begins meanwhile refuses the last approval, and its end lets it through', async () => {
  const stage = await Stage.open({ policy: RULED.replace('expireAfter: 30m', 'expireAfter: 3h') });
  await stage.pass(3 * HOUR + 50 * MINUTE, 5 * MINUTE);
  const id = await stage.ask('ada', 'lb-admin 30m rotate');
  await stage.pass(10 * MINUTE);
  expect(await stage.press('grace', id, 'approve')).toContain('(move): the gates are being moved.');
  expect(await stage.type('ada', 'lb-admin 30m another')).toContain('the gates are being moved');
  expect(await stage.status(id)).toBe('pending');
  const refused = (await allEntries(stage)).filter(({ body }) => body.includes('"forbidden"'));
  expect(refused).toHaveLength(2);
  await stage.pass(HOUR, 5 * MINUTE);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('a group that cannot be read opens nothing, and what it might forbid is refused', async () => {
  const unread = RULED.replace('security: {', 'oncall: { local: "@unreachable" }\n  security: {')
    .replaceAll('memberOf("security")', 'memberOf("oncall")')
    .replace(
      'night: {',
      'others: { when: \'request.duration > duration("1h") && !memberOf("oncall")\', refuse: short only }\n      night: {',
    );
  const stage = await Stage.open({ policy: unread });
  const id = await stage.ask('ada', 'lb-admin 30m rotate');
  expect(await stage.status(id)).toBe('pending');
  expect((await stage.request(id)).applied).toEqual(['night']);
  expect(await stage.type('ada', 'lb-admin 90m rotate')).toContain('cannot be told at the moment');
  expect(stage.gate.entries.size).toBe(0);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});
