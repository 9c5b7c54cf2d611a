/** How much one human may have, told as scripts of what they ask and what they hear. */
import { describe, expect, it } from 'vitest';
import { ada, adaAgain, grace, linus } from './fixtures/cast.ts';
import { rightAt } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith, targetNamed } from './fixtures/policies.ts';
import { given, SETTLE, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import type { Limits, Role } from './policy.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

const automatic = { approval: { kind: 'automatic' } } as const;
const limits = (some: Partial<Limits>): Limits => ({
  ...{ perDay: null, live: null, cooldown: null },
  ...some,
});

const worldOf = (some: Partial<Limits>, more: object = automatic) =>
  new World(policyOf(roleWith({ ...more, limits: limits(some) })));

/** Its end, proven. */
function returned(world: World, id: RequestId): void {
  const [grant] = world.request(id).rights;
  if (grant === undefined) return;
  world.sees(grant.accessId);
  world.does(ada, 'return', id);
  world.proves(grant.accessId);
}

describe('the longest time within 24 hours', () => {
  it('is what all grants of the role come to, under any id of the person', () => {
    const world = worldOf({ perDay: 3 * HOUR });
    given(world.ask(ada, 'lb-admin', 2 * HOUR));
    expect(world.ask(adaAgain, 'lb-admin', 2 * HOUR)).toBe('too-much-today');
    given(world.ask(adaAgain, 'lb-admin', HOUR));
    expect(world.ask(ada, 'lb-admin', MINUTE)).toBe('too-much-today');
    given(world.ask(grace, 'lb-admin', 3 * HOUR));
  });

  it('counts what was returned early only as long as it was had', () => {
    const world = worldOf({ perDay: 2 * HOUR });
    const id = given(world.ask(ada, 'lb-admin', 2 * HOUR));
    world.now += HOUR - SETTLE;
    returned(world, id);
    expect(world.ask(ada, 'lb-admin', HOUR + MINUTE)).toBe('too-much-today');
    given(world.ask(ada, 'lb-admin', HOUR - MINUTE));
  });

  it('forgets what is longer ago than a day', () => {
    const world = worldOf({ perDay: HOUR });
    const id = given(world.ask(ada));
    returned(world, id);
    world.now += DAY - MINUTE;
    expect(world.ask(ada, 'lb-admin', HOUR)).toBe('too-much-today');
    world.now += MINUTE;
    given(world.ask(ada, 'lb-admin', HOUR));
  });

  it('counts what others of their asks may come to, and at the click what was opened', () => {
    const world = worldOf({ perDay: 3 * HOUR }, {});
    const [first, second] = [2 * HOUR, HOUR].map((time) => given(world.ask(ada, 'lb-admin', time)));
    expect(world.ask(ada, 'lb-admin', MINUTE)).toBe('too-much-today');
    world.policy = policyOf(roleWith({ limits: limits({ perDay: 2 * HOUR }) }));
    expect(world.does(linus, 'approve', first as RequestId)).toBe('activating');
    expect(world.does(linus, 'approve', second as RequestId)).toBe('too-much-today');
  });

  it('is the stricter of both policies', () => {
    const world = worldOf({ perDay: HOUR }, {});
    const id = given(world.ask(ada));
    world.policy = policyOf(roleWith(automatic));
    given(world.ask(ada, 'lb-admin', HOUR));
    expect(world.does(linus, 'approve', id)).toBe('too-much-today');
  });
});

describe('the most grants at once', () => {
  it('are of all roles together, asked for or held', () => {
    const other = roleWith({ name: 'lb-other', targets: [targetNamed('db')], ...automatic });
    const admin = roleWith({ approval: quorumOf(1), limits: limits({ live: 2 }) });
    const world = new World(policyOf(admin, other));
    const first = given(world.ask(ada, 'lb-other'));
    const second = given(world.ask(ada));
    expect(world.ask(ada)).toBe('too-many-live');
    expect(world.does(linus, 'approve', second)).toBe('activating');
    expect(world.ask(ada)).toBe('too-many-live');
    returned(world, first);
    given(world.ask(ada));
    given(world.ask(ada, 'lb-other'));
  });

  it('are one with their extension, whether that waits or is being opened', () => {
    const max = limits({ live: 2 });
    const other = roleWith({ name: 'other', targets: [targetNamed('core')], limits: max });
    const world = new World(policyOf(roleWith({ approval: quorumOf(1), limits: max }), other));
    const first = given(world.ask(ada));
    world.does(linus, 'approve', first);
    for (const { accessId } of world.request(first).rights) world.sees(accessId);
    const longer = given(world.extend(ada, first, HOUR));
    const beside = given(world.ask(ada, 'other'));
    expect(world.ask(ada, 'other')).toBe('too-many-live');
    expect(world.does(linus, 'approve', longer)).toBe('activating');
    expect(world.does(linus, 'approve', beside)).toBe('activating');
  });

  it('are counted again at the click', () => {
    const world = worldOf({ live: 1 }, {});
    const id = given(world.ask(ada));
    world.policy = policyOf(roleWith({ ...automatic }));
    const open = given(world.ask(ada));
    world.policy = policyOf(roleWith({ limits: limits({ live: 1 }) }));
    expect(world.does(linus, 'approve', id)).toBe('too-many-live');
    returned(world, open);
    expect(world.does(linus, 'approve', id)).toBe('activating');
  });
});

describe('a cooldown', () => {
  it('is a pause after each end, and nothing lengthens what is held', () => {
    const world = worldOf({ cooldown: 30 * MINUTE });
    const id = given(world.ask(ada));
    expect(world.ask(adaAgain)).toBe('cooling-down');
    returned(world, id);
    expect(world.ask(ada)).toBe('cooling-down');
    world.now += 29 * MINUTE;
    expect(world.ask(ada)).toBe('cooling-down');
    given(world.ask(grace));
    world.now += MINUTE;
    given(world.ask(ada));
  });
});

describe('what could not be given', () => {
  const sides = { targets: [targetNamed('edge'), targetNamed('core')] };
  const [edge, core] = [rightAt('edge').accessId, rightAt('core').accessId];
  const once = { approval: { kind: 'automatic', cap: { most: 1, within: DAY } } } as const;
  const rules: readonly [string, Partial<Role>][] = [
    ['too-much-today', { ...automatic, limits: limits({ perDay: HOUR }) }],
    ['cooling-down', { ...automatic, limits: limits({ cooldown: HOUR }) }],
    ['automatic-used-up', once],
  ];

  /** Ten minutes of looks, none of which confirms all of it. @returns what the next ask hears */
  function afterwards(changes: Partial<Role>, look: (world: World) => void): string {
    const world = new World(policyOf(roleWith({ ...sides, ...changes })));
    const id = given(world.ask(ada));
    look(world);
    world.now += 10 * MINUTE;
    if (world.status(id) === 'activating') world.tick('give-up', id);
    for (const access of [edge, core]) world.proves(access);
    expect(world.status(id)).toBe('activation-failed');
    return world.ask(ada);
  }

  const looks = {
    'open at one target': (world: World) => world.sees(edge),
    'written, and not to be read': (world: World) =>
      world.sees(edge, { wrote: true, left: { kind: 'unreadable', why: 'down' } }),
    'written in part': (world: World) =>
      world.sees(edge, { wrote: true, left: { kind: 'partial', why: 'one node of two' } }),
    'open at one target and refused by the other': (world: World) => {
      world.sees(edge);
      world.sees(core, { left: { kind: 'absent' }, hopeless: 'no such list' });
    },
  };

  for (const [what, look] of Object.entries(looks))
    it.each(rules)(`and was ${what} counts: %s`, (code, changes) => {
      expect(afterwards(changes, look)).toBe(code);
    });

  it.each(rules)(
    'does not count where nothing of it was open, whatever was tried: not %s',
    (_, changes) => {
      for (const look of [
        () => {},
        (world: World) => world.sees(edge, { wrote: true, left: { kind: 'absent' } }),
        (world: World) => world.sees(edge, { left: { kind: 'unreadable', why: 'down' } }),
        (world: World) => world.sees(edge, { wrote: true, left: { kind: 'foreign' } }),
      ])
        expect(afterwards(changes, look)).toMatch(/^req/);
    },
  );
});
