/** Less time than was asked for, as approvers agree to it. */
import { describe, expect, it } from 'vitest';
import { ada, grace, linus, margaret } from './fixtures/cast.ts';
import { rightAt } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import type { Principal } from './principal.ts';
import { HOUR, MINUTE, wholeSecond } from './time.ts';

const pair = policyOf(roleWith({ approval: quorumOf(2) }));

function agrees(world: World, by: Principal, request: RequestId, duration?: number): string {
  const command = { kind: 'approve', by: by.id, request } as const;
  return world.send(duration === undefined ? command : { ...command, duration });
}

const endOf = (world: World, id: RequestId) => (world.request(id) as { endsAt: number }).endsAt;

describe('an approver', () => {
  it('may agree to less than was asked for', () => {
    const world = new World();
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    expect(agrees(world, grace, id, 20 * MINUTE)).toBe('activating');
    expect(endOf(world, id)).toBe(wholeSecond(world.now + 20 * MINUTE));
    expect(world.request(id).approvals).toMatchObject([{ by: grace.id, duration: 20 * MINUTE }]);
    expect(world.request(id).duration).toBe(HOUR);
  });

  it('may not agree to more, and just as much is as it was asked', () => {
    const world = new World();
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    expect(agrees(world, grace, id, HOUR + 1)).toBe('too-long');
    expect(agrees(world, grace, id, Number.NaN)).toBe('too-long');
    expect(agrees(world, grace, id, HOUR)).toBe('activating');
    expect(world.request(id).approvals[0]?.duration).toBeUndefined();
  });

  it.each([
    [20 * MINUTE, undefined],
    [undefined, 20 * MINUTE],
    [30 * MINUTE, 20 * MINUTE],
    [20 * MINUTE, 30 * MINUTE],
  ])('is one of several, of whom the least counts: %s and %s', (first, second) => {
    const world = new World(pair);
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    agrees(world, linus, id, first);
    agrees(world, margaret, id, second);
    expect(endOf(world, id)).toBe(wholeSecond(world.now + 20 * MINUTE));
  });

  it('speaks of an extension as of how much longer', () => {
    const world = new World();
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    world.does(linus, 'approve', id);
    world.sees(rightAt('edge').accessId);
    const longer = given(world.extend(ada, id, 30 * MINUTE));
    expect(agrees(world, grace, longer, 31 * MINUTE)).toBe('too-long');
    expect(agrees(world, grace, longer, 10 * MINUTE)).toBe('activating');
    expect(endOf(world, longer)).toBe(endOf(world, id) + 10 * MINUTE);
  });

  it('may agree to what a limit still leaves', () => {
    const limits = { perDay: HOUR, live: null, cooldown: null };
    const world = new World(policyOf(roleWith({ limits })));
    const id = given(world.ask(ada, 'lb-admin', 40 * MINUTE));
    world.policy = policyOf(roleWith({ limits: { ...limits, perDay: 30 * MINUTE } }));
    expect(agrees(world, grace, id)).toBe('too-much-today');
    expect(agrees(world, grace, id, 30 * MINUTE)).toBe('activating');
  });

  it('is not heard twice', () => {
    const world = new World(pair);
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    agrees(world, linus, id);
    expect(agrees(world, linus, id, MINUTE)).toBe('already-approved');
  });
});
