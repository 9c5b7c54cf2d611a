/** Access at once, without approval: what it takes, and what follows. */
import { describe, expect, it } from 'vitest';
import { deadlines } from './deadlines.ts';
import {
  ada,
  adaAgain,
  grace,
  graceAgain,
  ken,
  linus,
  mallory,
  margaret,
} from './fixtures/cast.ts';
import { GROUPS, rightAt, TIMING } from './fixtures/facts.ts';
import { GLASS, policyOf, quorumOf, roleWith, stagesOf, TEAMS } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { BreakGlass, Role } from './policy.ts';
import type { RequestEvent } from './request-event.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

const EDGE = rightAt('edge').accessId;

function worldWith(changes: Partial<Role> = {}, glass: Partial<BreakGlass> = {}): World {
  return new World(policyOf(roleWith({ breakGlass: { ...GLASS, ...glass }, ...changes })));
}

function eventsOf(world: World): readonly RequestEvent[] {
  return world.log.flatMap(({ body, subject }) =>
    subject === 'request' ? [(JSON.parse(body) as { event: RequestEvent }).event] : [],
  );
}

/** It was given, and returned. */
function over(world: World, by = ada) {
  const id = given(world.breakGlass(by));
  world.sees(EDGE);
  world.does(by, 'return', id);
  world.proves(EDGE);
  return id;
}

describe('breaking a glass', () => {
  it('begins access at once, opens its review, and tells approvers and reviewers', () => {
    const world = worldWith({
      approval: stagesOf([{ count: 1, of: 'sre' }], [{ count: 1, of: 'leads' }]),
    });
    const id = given(world.breakGlass(ada));
    expect(world.status(id)).toBe('activating');
    expect(eventsOf(world).map(({ type }) => type)).toEqual([
      ...['asked', 'glass-broken', 'activation-started'],
    ]);
    expect(eventsOf(world)[1]).toEqual({
      type: 'glass-broken',
      told: ['sre', 'leads', 'security'],
    });
    expect(eventsOf(world)[2]).toMatchObject({ automatic: false });
    world.sees(EDGE);
    expect(world.status(id)).toBe('active');
  });

  it('is for those alone whom its own rule names, whoever may ask otherwise', () => {
    const world = worldWith({}, { who: ['leads'] });
    expect(world.breakGlass(ada)).toBe('not-eligible');
    expect(world.breakGlass(margaret)).toMatch(/^req/);
    expect(new World(policyOf(roleWith())).breakGlass(ada)).toBe('no-break-glass');
    world.groups = { ...GROUPS, leads: 'unreachable' };
    expect(world.breakGlass(ada)).toBe('directory-unreachable');
  });

  it('is for no longer than its own rule says, or the role, or a condition', () => {
    const world = worldWith({ maxDuration: 90 * MINUTE });
    expect(world.breakGlass(ada, 'lb-admin', 91 * MINUTE)).toBe('too-long');
    expect(worldWith().breakGlass(ada, 'lb-admin', 2 * HOUR + 1)).toBe('too-long');
    expect(world.breakGlass(ada, 'lb-admin', 90 * MINUTE)).toMatch(/^req/);
  });

  it('leaves out the approval and nothing else: what a condition refuses is refused', () => {
    const condition = { groups: [], looksBack: false, approval: null, max: null };
    const refuse = (when: string) =>
      worldWith({ conditions: [{ ...condition, name: 'night', when, refuse: 'not now' }] });
    expect(refuse('true').breakGlass(ada)).toBe('forbidden');
    expect(refuse('!request.breakGlass').breakGlass(ada)).toMatch(/^req/);
    expect(refuse('!request.breakGlass').ask(ada)).toBe('forbidden');
  });

  it('is within the limits of the role', () => {
    const perDay = worldWith({ limits: { perDay: HOUR, live: null, cooldown: null } });
    expect(perDay.breakGlass(ada, 'lb-admin', 61 * MINUTE)).toBe('too-much-today');
    const live = worldWith({ limits: { perDay: null, live: 1, cooldown: null } });
    given(live.ask(ada));
    expect(live.breakGlass(ada)).toMatch(/^req/);
    expect(live.ask(ada)).toBe('too-many-live');
  });

  it('is refused where nobody else could review it', () => {
    const world = worldWith({}, { review: { by: ['crew'], within: DAY } });
    world.groups = { ...GROUPS, crew: [ada] };
    expect(world.breakGlass(ada)).toBe('nobody-can-review');
    world.groups = { ...GROUPS, crew: 'unreachable' };
    expect(world.breakGlass(ada)).toBe('directory-unreachable');
    world.groups = GROUPS;
    expect(world.breakGlass(ada)).toMatch(/^req/);
  });

  it('waits for the review of the one before, of whatever role and under whatever account', () => {
    const other = roleWith({ name: 'lb-other', breakGlass: GLASS });
    const world = new World(policyOf(roleWith({ breakGlass: GLASS }), other));
    const id = over(world);
    expect(world.breakGlass(ada, 'lb-other')).toBe('review-open');
    expect(world.breakGlass(adaAgain, 'lb-other')).toBe('review-open');
    expect(world.ask(ada, 'lb-other')).toMatch(/^req/);
    expect(world.breakGlass(grace, 'lb-other')).toMatch(/^req/);
    expect(world.reviews(ken, id)).toBe('justified');
    expect(world.breakGlass(ada, 'lb-other')).toMatch(/^req/);
  });

  it('may be done so often and no more, by one human', () => {
    const world = worldWith();
    for (const by of [ada, adaAgain]) world.reviews(ken, over(world, by));
    expect(world.breakGlass(ada)).toBe('break-glass-used-up');
    expect(world.breakGlass(mallory)).toMatch(/^req/);
    world.now += GLASS.often.within;
    expect(world.breakGlass(ada)).toMatch(/^req/);
  });

  it('counts for no cap of automatic approval', () => {
    const approval = { kind: 'automatic', cap: { most: 1, within: DAY } } as const;
    const world = worldWith({ approval });
    world.reviews(ken, over(world));
    expect(world.ask(ada)).toMatch(/^req/);
    expect(world.ask(ada)).toBe('automatic-used-up');
  });

  it('is neither approved, denied nor extended', () => {
    const world = worldWith();
    const id = given(world.breakGlass(ada));
    expect(world.does(grace, 'approve', id)).toBe('already-decided');
    world.sees(EDGE);
    expect(world.does(grace, 'deny', id)).toBe('already-decided');
    expect(world.extend(ada, id, MINUTE)).toBe('break-glass-not-extended');
    expect(world.does(ken, 'revoke', id)).toBe('revoking');
  });
});

describe('its review', () => {
  it('is closed once the access is over, by somebody else whom policy names, and once', () => {
    const world = worldWith();
    const id = given(world.breakGlass(ada));
    expect(world.reviews(ken, id)).toBe('review-too-early');
    world.sees(EDGE);
    world.does(ada, 'return', id);
    expect(world.reviews(ken, id)).toBe('review-too-early');
    world.proves(EDGE);
    expect(world.reviews(linus, id)).toBe('not-a-reviewer');
    expect(world.reviews(ken, id, 'unjustified')).toBe('unjustified');
    expect(world.reviews(margaret, id)).toBe('already-reviewed');
  });

  it('is never by the one who did it, under any of their accounts', () => {
    const world = worldWith({}, { review: { by: ['engineers'], within: DAY } });
    const id = over(world, grace);
    expect(world.reviews(grace, id)).toBe('self-review');
    expect(world.reviews(graceAgain, id)).toBe('self-review');
    expect(world.reviews(ada, id)).toBe('justified');
  });

  it('is by nobody whom policy keeps apart from the one who did it', () => {
    const role = roleWith({
      separation: ['own-team'],
      breakGlass: { ...GLASS, review: { by: ['engineers'], within: DAY } },
    });
    const world = new World({ ...policyOf(role), groups: TEAMS });
    const id = over(world, ada);
    expect(world.reviews(grace, id)).toBe('own-team');
    expect(world.reviews(mallory, id)).toBe('justified');
  });

  it('is by those whom the policy in force names, or those it was broken under', () => {
    const world = worldWith();
    const id = over(world);
    world.policy = policyOf(
      roleWith({ breakGlass: { ...GLASS, review: { by: ['sre'], within: DAY } } }),
    );
    expect(world.reviews(ken, id)).toBe('not-a-reviewer');
    world.policy = policyOf(roleWith());
    expect(world.reviews(ken, id)).toBe('justified');
  });

  it('is of what could not be given, too', () => {
    const world = worldWith();
    const id = given(world.breakGlass(ada));
    world.now += TIMING.giveUp;
    world.tick('give-up', id);
    world.proves(EDGE);
    expect(world.status(id)).toBe('activation-failed');
    expect(world.breakGlass(ada)).toBe('review-open');
    expect(world.reviews(ken, id)).toBe('justified');
  });

  it('is of what was open in part, and that was once', () => {
    const world = worldWith({}, { often: { most: 1, within: DAY } });
    const id = given(world.breakGlass(ada));
    const left = { kind: 'partial', why: 'one node of two' } as const;
    world.sees(EDGE, { wrote: true, left });
    world.now += TIMING.giveUp;
    world.tick('give-up', id);
    world.proves(EDGE);
    expect(world.reviews(ken, id)).toBe('justified');
    expect(world.breakGlass(ada)).toBe('break-glass-used-up');
  });

  it('is of nothing that was asked for', () => {
    const world = worldWith({ approval: quorumOf(1) });
    const id = given(world.ask(ada));
    expect(world.reviews(ken, id)).toBe('nothing-to-review');
  });

  it('is said to be overdue when it is due, and then after pauses that double, for ever', () => {
    const world = worldWith({}, { review: { by: ['security'], within: 6 * HOUR } });
    const id = over(world);
    const pauses = Array.from({ length: 5 }, () => {
      const [reminder] = deadlines(world.request(id), TIMING);
      const pause = (reminder?.at ?? 0) - world.now;
      world.now += pause;
      if (reminder !== undefined) world.send(reminder.command);
      return pause / HOUR;
    });
    expect(pauses).toEqual([6, 12, 24, 24, 24]);
    expect(world.reviews(ken, id)).toBe('justified');
    expect(deadlines(world.request(id), TIMING)).toEqual([]);
  });

  it('is said to be overdue once for each time that it is', () => {
    const world = worldWith();
    const id = over(world);
    const entries = () => world.log.length;
    const before = entries();
    world.send({ kind: 'remind', request: id, nth: 1 });
    expect(entries()).toBe(before);
    world.now += DAY;
    world.send({ kind: 'remind', request: id, nth: 1 });
    world.send({ kind: 'remind', request: id, nth: 1 });
    world.send({ kind: 'remind', request: id, nth: 3 });
    expect(entries()).toBe(before + 1);
  });
});
