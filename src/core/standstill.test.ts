import { describe, expect, it } from 'vitest';
import { ada, grace, margaret } from './fixtures/cast.ts';
import { NOON } from './fixtures/facts.ts';
import { policyOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import { evolveStandstill, freezeCause, isHitBy, whyNotSwitch } from './standstill.ts';
import { countdownText, heldText, switchLabel } from './standstill-text.ts';

const why = { digest: 'why' };
const standstill = { by: margaret.id, why, since: NOON };

describe('the switch', () => {
  it('freezes what is not frozen, and thaws when nothing is held any more', () => {
    expect(whyNotSwitch('freeze', null, 7)).toBeUndefined();
    expect(whyNotSwitch('thaw', standstill, 0)).toBeUndefined();
  });

  it('refuses a second freeze, a thaw of nothing, and a thaw before the freeze has reached everything', () => {
    expect(whyNotSwitch('freeze', standstill, 0)).toEqual({ code: 'frozen', since: NOON });
    expect(whyNotSwitch('thaw', null, 0)).toEqual({ code: 'not-frozen' });
    expect(whyNotSwitch('thaw', standstill, 2)).toEqual({ code: 'still-freezing', left: 2 });
  });

  it('is what its entries say', () => {
    const frozen = evolveStandstill(null, { type: 'frozen', ...standstill });
    expect(frozen).toEqual(standstill);
    expect(evolveStandstill(frozen, { type: 'clock-stepped', by: 1 })).toEqual(standstill);
    expect(() => evolveStandstill(frozen, { type: 'frozen', ...standstill })).toThrow(/frozen/);
    const thawed = { type: 'thawed', by: ada.id, why } as const;
    expect(evolveStandstill(frozen, thawed)).toBeNull();
    expect(() => evolveStandstill(null, thawed)).toThrow(/thawed/);
  });
});

describe('a request that a freeze finds', () => {
  const world = () => {
    const one = new World(policyOf(roleWith()));
    const id = given(one.ask(ada));
    one.does(grace, 'approve', id);
    return { one, id, access: one.request(id).rights[0]?.accessId ?? never() };
  };
  const never = (): never => {
    throw new Error('no right');
  };

  it('does not become active, even when its access is read back as open', () => {
    const { one, id, access } = world();
    one.isFrozen = true;
    expect(one.sees(access)).toBe('watch');
    expect(one.request(id).status).toBe('activating');
    expect(one.access(access).confirmed.kind).toBe('present');
  });

  it('is known to be hit by this freeze, and by no other', () => {
    const { one, id } = world();
    const active = one.request(id);
    expect(isHitBy(active, 'why')).toBe(false);
    const cause = freezeCause(standstill);
    const hit = { ...active, cause, status: 'revoking', since: NOON, alarms: 0 } as never;
    expect(isHitBy(hit, 'why')).toBe(true);
    expect(isHitBy(hit, 'another')).toBe(false);
  });
});

describe('what is told before', () => {
  it('counts requests and grants, and never one of what is none', () => {
    const held = (requests: number, grants: number) => ({ requests, grants });
    expect(heldText(held(0, 0))).toBe('Nobody holds access.');
    expect(heldText(held(1, 1))).toBe('One request holds one grant, which is taken away at once.');
    expect(heldText(held(1, 3))).toBe('One request holds 3 grants, which are taken away at once.');
    expect(heldText(held(2, 3))).toBe('2 requests hold 3 grants, which are taken away at once.');
    expect(switchLabel('freeze', held(0, 0))).toBe('Freeze');
    expect(switchLabel('freeze', held(1, 1))).toBe('Freeze 1 grant');
    expect(switchLabel('freeze', held(2, 3))).toBe('Freeze 3 grants');
    expect(switchLabel('thaw', held(0, 0))).toBe('Thaw');
  });
});

describe('the countdown', () => {
  const ids = ['a1', 'b2'] as RequestId[];
  const over = { hit: 3, over: 3, unproven: 0, unprovenIds: [] };

  it('says how many are left, and names few', () => {
    expect(countdownText({ ...over, over: 1 }, ids)).toBe(
      'Frozen: 2 of 3 not confirmed gone yet (a1, b2).',
    );
    expect(countdownText({ ...over, hit: 40 }, [])).toBe(
      'Frozen: 37 of 40 not confirmed gone yet.',
    );
  });

  it('says at the end what is proven and what is not', () => {
    expect(countdownText(over, [])).toBe('Frozen: all 3 are confirmed gone.');
    expect(countdownText({ ...over, hit: 0, over: 0 }, [])).toBe(
      'The freeze found nothing to take away.',
    );
    const two = countdownText({ ...over, unproven: 2, unprovenIds: ids }, []);
    expect(two).toContain('2 without proof');
    expect(two).toMatch(/a1, b2\.$/);
    expect(countdownText({ ...over, unproven: 9, unprovenIds: ids }, [])).toContain('and others');
  });
});
