/** What conditions make of a role: several apply, some fail, and the strictest wins. */
import { describe, expect, it } from 'vitest';
import { ada, grace, linus, margaret } from './fixtures/cast.ts';
import { GROUPS, NOON } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith, stagesOf } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { Condition, Role } from './policy.ts';
import { ruling } from './ruling.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

function when(expression: string, then: Partial<Condition>): Condition {
  const nothing = { groups: [], looksBack: false, approval: null, max: null, refuse: null };
  return { ...nothing, name: expression, when: expression, ...then };
}

const automatic = { kind: 'automatic' } as const;
const always = 'request.role == "lb-admin"';
const never = 'request.role == "other"';
const fails = 'memberOf("sre") && request.inputs.none == ""';

const asked = {
  ...{ requester: ada.id, duration: HOUR, inputs: {}, reason: 'OPS-1' },
  isBreakGlass: false,
};
const world = new World();
const judged = (role: Partial<Role>, ...conditions: Condition[]) =>
  ruling(roleWith({ ...role, conditions }), asked, world.facts);
const approvalOf = (...conditions: Condition[]) => judged({}, ...conditions).role.approval;

describe('a ruling', () => {
  it('is the role itself where no condition applies', () => {
    const { role, applied, refusal } = judged({}, when(never, { approval: quorumOf(3) }));
    expect(role).toEqual(roleWith());
    expect([applied, refusal]).toEqual([[], undefined]);
  });

  it('chooses the stages of a condition that applies, milder or not', () => {
    const both = roleWith({ approval: quorumOf(2) });
    expect(judged(both, when(always, { approval: quorumOf(1) })).role.approval).toEqual(
      quorumOf(1),
    );
    expect(judged(both, when(always, { approval: quorumOf(3) })).role.approval).toEqual(
      quorumOf(3),
    );
  });

  it('asks for all that several conditions ask for, stage by stage', () => {
    const first = when(always, { approval: quorumOf(2) });
    const second = when('time.hour > 1', {
      approval: stagesOf(
        [
          { count: 1, of: 'sre' },
          { count: 1, of: 'leads' },
        ],
        [{ count: 1, of: 'security' }],
      ),
    });
    expect(approvalOf(first, second)).toEqual(
      stagesOf(
        [
          { count: 2, of: 'sre' },
          { count: 1, of: 'leads' },
        ],
        [{ count: 1, of: 'security' }],
      ),
    );
  });

  it('is automatic only where nothing else is chosen', () => {
    const open = when(always, { approval: automatic });
    expect(approvalOf(open)).toEqual(automatic);
    expect(approvalOf(open, when(always, { approval: quorumOf(1) }))).toEqual(quorumOf(1));
    expect(approvalOf(open, when(never, { approval: quorumOf(1) }))).toEqual(automatic);
  });

  it('takes the shortest of the lengths, and the default with it', () => {
    const { role } = judged(
      {},
      when(always, { max: 2 * HOUR }),
      when(always, { max: 20 * MINUTE }),
    );
    expect([role.maxDuration, role.defaultDuration]).toEqual([20 * MINUTE, 20 * MINUTE]);
    expect(judged({}, when(always, { max: 9 * HOUR })).role.maxDuration).toBe(4 * HOUR);
  });
});

describe('a condition that fails', () => {
  it('opens nothing', () => {
    expect(approvalOf(when(fails, { approval: automatic }))).toEqual(quorumOf(1));
  });

  it('refuses, shortens and asks as if it applied', () => {
    expect(judged({}, when(fails, { refuse: 'no' })).refusal).toMatchObject({ unknown: true });
    expect(judged({}, when(fails, { max: MINUTE })).role.maxDuration).toBe(MINUTE);
    expect(approvalOf(when(fails, { approval: quorumOf(3) }))).toEqual(quorumOf(3));
  });

  it('refuses and shortens where it would let somebody in, too', () => {
    const refuses = judged({}, when(fails, { approval: automatic, refuse: 'no' }));
    expect(refuses.refusal).toMatchObject({ unknown: true });
    const shortens = judged({}, when(fails, { approval: automatic, max: MINUTE }));
    expect(shortens.role).toMatchObject({ approval: quorumOf(1), maxDuration: MINUTE });
    expect(shortens.applied).toHaveLength(1);
    expect(judged({}, when(fails, { approval: automatic })).applied).toEqual([]);
  });

  it('never makes a rule milder', () => {
    const two = { approval: quorumOf(2) };
    expect(judged(two, when(fails, { approval: quorumOf(1) })).role.approval).toEqual(quorumOf(2));
    const open = when(always, { approval: automatic });
    expect(approvalOf(open, when(fails, { approval: quorumOf(1, 'leads') }))).toEqual(
      stagesOf([
        { count: 1, of: 'sre' },
        { count: 1, of: 'leads' },
      ]),
    );
  });
});

const role = (...conditions: Condition[]) => policyOf(roleWith({ conditions }));

describe('an ask under conditions', () => {
  it('is stored with the rule that they made, and is said to be', () => {
    const scene = new World(role(when(always, { name: 'busy', approval: quorumOf(2) })));
    const id = given(scene.ask(ada));
    const request = scene.request(id);
    expect([request.applied, request.role.conditions]).toEqual([['busy'], []]);
    expect(scene.does(grace, 'approve', id)).toBe('pending');
    expect(scene.does(linus, 'approve', id)).toBe('activating');
  });

  it('is refused with the sentence of the condition', () => {
    const scene = new World(role(when(always, { refuse: 'nobody is here' })));
    expect(scene.ask(ada)).toBe('forbidden');
  });

  it('is too long for what a condition leaves', () => {
    const scene = new World(role(when(always, { max: 20 * MINUTE })));
    expect(scene.ask(ada, 'lb-admin', 30 * MINUTE)).toBe('too-long');
    given(scene.ask(ada));
  });

  it('is judged again at the click, by the conditions of that moment', () => {
    const freeze = when('"holidays" in time.freezes', { refuse: 'holidays' });
    const freezes = { holidays: { from: '2026-11-20 13:00', until: '2026-11-20 14:00' } };
    const scene = new World({ ...role(freeze), freezes });
    const id = given(scene.ask(ada));
    scene.now += HOUR - MINUTE;
    const late = given(scene.ask(grace));
    scene.now += MINUTE;
    expect(scene.ask(ada)).toBe('forbidden');
    expect(scene.does(linus, 'approve', late)).toBe('forbidden');
    expect(scene.does(linus, 'deny', late)).toBe('denied');
    expect(scene.does(linus, 'approve', id)).toBe('already-decided');
  });

  it('needs what the conditions in force ask for and what they asked for then', () => {
    const night = when('time.hour >= 12', { approval: quorumOf(1, 'leads') });
    const scene = new World(role());
    const id = given(scene.ask(ada));
    scene.policy = role(night);
    expect(scene.does(grace, 'approve', id)).toBe('not-an-approver');
    expect(scene.does(margaret, 'approve', id)).toBe('activating');
  });

  it('speaks of hours in the zone of the policy', () => {
    const late = when('time.hour == 21 && time.weekday == "fri"', { refuse: 'late' });
    const scene = new World({ ...role(late), zone: 'Asia/Tokyo' });
    expect(scene.ask(ada)).toBe('forbidden');
    scene.policy = { ...scene.policy, zone: 'UTC' };
    given(scene.ask(ada));
    expect(new Date(NOON).getUTCHours()).toBe(12);
  });

  it('knows groups of the requester and how often they had the role', () => {
    const first = when('usedWithin(duration("720h")) == 0', { approval: quorumOf(2) });
    const lead = when('memberOf("engineers") && !memberOf("sre")', { refuse: 'not you' });
    const scene = new World(role(first, { ...lead, groups: ['engineers', 'sre'] }));
    const id = given(scene.ask(ada));
    expect(scene.does(linus, 'approve', id)).toBe('pending');
    scene.does(margaret, 'approve', id);
    scene.now += DAY;
    expect(scene.does(linus, 'approve', given(scene.ask(ada)))).toBe('activating');
    scene.groups = { ...GROUPS, sre: [linus] };
    expect(scene.ask(ada)).toBe('forbidden');
  });
});

describe('automatic approval with a cap', () => {
  const cap = { most: 2, within: DAY };

  it('opens so often for one person, under any id, and is then refused', () => {
    const scene = new World(policyOf(roleWith({ approval: { ...automatic, cap } })));
    given(scene.ask(ada));
    given(scene.ask(ada));
    expect(scene.ask(ada)).toBe('automatic-used-up');
    expect(scene.status(given(scene.ask(grace)))).toBe('activating');
    scene.now += DAY;
    expect(scene.status(given(scene.ask(ada)))).toBe('activating');
  });

  it('of a condition leaves the role its own rule', () => {
    const scene = new World(role(when(always, { approval: { ...automatic, cap } })));
    for (const status of ['activating', 'activating', 'pending'])
      expect(scene.status(given(scene.ask(ada)))).toBe(status);
  });

  it('of one condition that is used up is not had by another that lets in as well', () => {
    const often = { ...automatic, cap: { most: 10, within: DAY } };
    const once = { ...automatic, cap: { most: 1, within: DAY } };
    for (const other of [often, automatic]) {
      const strict = when('time.hour >= 0', { approval: once, max: 3 * HOUR });
      const mild = when(always, { approval: other, max: 2 * HOUR });
      for (const conditions of [
        [strict, mild],
        [mild, strict],
      ]) {
        const scene = new World(role(...conditions));
        expect(scene.status(given(scene.ask(ada)))).toBe('activating');
        expect(scene.status(given(scene.ask(ada)))).toBe('pending');
        expect(scene.ask(ada, 'lb-admin', 3 * HOUR)).toBe('too-long');
      }
    }
  });

  it('does not count what could not be given', () => {
    const scene = new World(policyOf(roleWith({ approval: { ...automatic, cap } })));
    given(scene.ask(ada));
    const failed = given(scene.ask(ada));
    expect(scene.ask(ada)).toBe('automatic-used-up');
    scene.now += 10 * MINUTE;
    scene.tick('give-up', failed);
    const [right] = scene.request(failed).rights;
    if (right !== undefined) scene.sees(right.accessId);
    expect(scene.status(failed)).toBe('activation-failed');
    given(scene.ask(ada));
  });

  it('does not count what somebody approved', () => {
    const open = when('request.duration < duration("1h")', { approval: { ...automatic, cap } });
    const scene = new World(role(open));
    for (const _ of [1, 2, 3]) scene.does(linus, 'approve', given(scene.ask(ada)));
    const short = () => scene.status(given(scene.ask(ada, 'lb-admin', MINUTE)));
    expect([short(), short(), short()]).toEqual(['activating', 'activating', 'pending']);
  });
});
