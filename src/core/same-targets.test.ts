import { describe, expect, it } from 'vitest';
import { ada, grace, linus } from './fixtures/cast.ts';
import { factsFrom, rightAt } from './fixtures/facts.ts';
import { policyOf, roleWith, targetNamed } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { CallNames, Policy } from './policy.ts';
import { seenWith } from './principal.ts';
import { targetsFor } from './same-targets.ts';
import { MINUTE } from './time.ts';

const NAMES = { 'ada@example.com': 'ada.l', 'grace@example.com': 'grace.h' };

const calling = (people?: CallNames): Policy =>
  policyOf(roleWith({ targets: [{ ...targetNamed('edge'), ...(people && { people }) }] }));

/** Ada has asked, while people were called so. */
function asked(people?: CallNames) {
  const world = new World(calling(people));
  return { world, id: given(world.ask(ada)) };
}

describe('with a request', () => {
  it('the requester’s name is stored, and nobody else’s', () => {
    const { world, id } = asked(NAMES);
    expect(world.request(id).role.targets).toEqual([
      { ...targetNamed('edge'), people: { 'ada@example.com': 'ada.l' } },
    ]);
    expect(world.log.map(({ body }) => body).join()).not.toContain('grace.h');
  });

  it('of which nobody is called otherwise nothing is stored', () => {
    const others = asked({ 'grace@example.com': 'grace.h' });
    expect(others.world.request(others.id).role.targets).toEqual([targetNamed('edge')]);
    const none = asked();
    expect(none.world.request(none.id).role.targets).toEqual([targetNamed('edge')]);
  });

  it('that names somebody by an input they are stored, by address or by name', () => {
    const role = roleWith({ targets: [{ ...targetNamed('edge'), people: NAMES }] });
    const namedBy = (who: string) => {
      const about = { requester: linus.id, inputs: { who } };
      return targetsFor(role, about, factsFrom())[0]?.people;
    };
    expect(namedBy('Grace@example.com ')).toEqual({ 'grace@example.com': 'grace.h' });
    expect(namedBy('grace.h')).toEqual({ 'grace@example.com': 'grace.h' });
    for (const nobody of ['', 'grace', 'constructor', '__proto__'])
      expect(namedBy(nobody)).toBeUndefined();
  });

  it('all addresses of the requester are looked for, also those of before', () => {
    const hopper = seenWith(linus, ['grace@example.com']);
    const role = roleWith({ targets: [{ ...targetNamed('edge'), people: NAMES }] });
    const about = { requester: linus.id, inputs: {} };
    const [target] = targetsFor(role, about, factsFrom({ people: [hopper] }));
    expect(target?.people).toEqual({ 'grace@example.com': 'grace.h' });
  });
});

describe('a request', () => {
  it('is untouched by who else comes, goes or is called otherwise', () => {
    const { world, id } = asked(NAMES);
    const { 'ada@example.com': own } = NAMES;
    world.policy = calling({ 'ada@example.com': own, 'linus@example.com': 'linus' });
    expect(world.does(grace, 'approve', id)).toBe('activating');
    world.sees(rightAt('edge').accessId);
    world.policy = calling({ 'ada@example.com': own });
    const longer = given(world.extend(ada, id, MINUTE));
    expect(world.request(longer).role.targets).toEqual(world.request(id).role.targets);
    world.policy = calling(NAMES);
    expect(world.does(grace, 'approve', longer)).toBe('activating');
  });

  it.each([
    ['is called otherwise', NAMES, { ...NAMES, 'ada@example.com': 'root' }],
    ['has no name any more', NAMES, { 'grace@example.com': 'grace.h' }],
    ['is nobody any more', NAMES, undefined],
    ['has a name now', { 'grace@example.com': 'grace.h' }, NAMES],
    ['is the first who has a name', undefined, NAMES],
  ])('must be asked again when its requester %s', (_what, before, after) => {
    const { world, id } = asked(before);
    world.policy = calling(after);
    expect(world.does(grace, 'approve', id)).toBe('targets-changed');
    world.policy = calling(before);
    expect(world.does(grace, 'approve', id)).toBe('activating');
    world.sees(rightAt('edge').accessId);
    world.policy = calling(after);
    expect(world.extend(ada, id, MINUTE)).toBe('targets-changed');
  });
});
