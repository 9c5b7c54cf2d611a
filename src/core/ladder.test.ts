import { describe, expect, it } from 'vitest';
import { deadlines } from './deadlines.ts';
import type { ManagersFact } from './facts.ts';
import { ada, grace, margaret } from './fixtures/cast.ts';
import { NOON, TIMING } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import { climbed } from './ladder.ts';
import type { QuietHours, Role } from './policy.ts';
import type { Pending } from './request.ts';
import { HOUR, MINUTE } from './time.ts';

const STEPS = [
  { after: 5 * MINUTE, to: 'leads' },
  { after: 40 * MINUTE, to: 'security' },
];
/** Noon is in them, and a quarter of an hour after that. */
const QUIET: QuietHours = { zone: 'UTC', from: 11 * 60, until: 12 * 60 + 15, does: 'delay' };

function asked(changes: Partial<Role>): { world: World; id: RequestId } {
  const role = roleWith({ approval: quorumOf(2), escalation: STEPS, ...changes });
  const world = new World(policyOf(role));
  return { world, id: given(world.ask(ada)) };
}

/** Lets every deadline ring at its time, until it expires. @returns what happened, and when */
function climb({ world, id }: { world: World; id: RequestId }): readonly string[] {
  const said: string[] = [];
  while (world.status(id) === 'pending') {
    const [next] = deadlines(world.request(id), TIMING).toSorted((a, b) => a.at - b.at);
    if (next === undefined) throw new Error('nothing waits');
    world.now = Math.max(world.now, next.at);
    const decision = world.decide(next.command);
    if (decision.kind === 'refused') throw new Error(decision.refusal.code);
    world.commit(decision.happenings);
    const happened = decision.happenings.map(({ event }) => event.type);
    said.push(`${Math.round((world.now - NOON) / MINUTE)} ${happened.join()}`);
  }
  return said;
}

describe('the ladder', () => {
  it('tells one after another, and reminds in pauses that grow, until the request expires', () => {
    expect(climb(asked({ remindAfter: 4 * MINUTE }))).toEqual([
      ...['4 reminded', '5 escalated', '12 reminded', '28 reminded', '40 escalated', '60 expired'],
    ]);
  });

  it('reminds those whose seats are empty, and nobody for having been told', () => {
    const { world, id } = asked({ remindAfter: 6 * MINUTE });
    world.now += 5 * MINUTE;
    world.send({ kind: 'escalate', request: id, step: 0 });
    world.now += MINUTE;
    expect(world.decide({ kind: 'nudge', request: id })).toMatchObject({
      happenings: [{ event: { type: 'reminded', nth: 1, groups: ['sre'] } }],
    });
  });

  it('reminds once where several reminders were missed', () => {
    const { world, id } = asked({ remindAfter: 4 * MINUTE });
    world.now += 30 * MINUTE;
    const reminded = climbed(
      world.request(id) as Pending,
      { kind: 'nudge', request: id },
      world.facts,
    );
    expect(reminded).toMatchObject({ type: 'reminded', nth: 3 });
    world.send({ kind: 'nudge', request: id });
    expect(world.decide({ kind: 'nudge', request: id })).toMatchObject({ happenings: [] });
  });

  it('does nothing before its time, by whichever clock it was rung', () => {
    const { world, id } = asked({ remindAfter: 4 * MINUTE });
    const early = { kind: 'accepted', happenings: [] };
    expect(world.decide({ kind: 'escalate', request: id, step: 0 })).toEqual(early);
    expect(world.decide({ kind: 'nudge', request: id })).toEqual(early);
  });

  it('ends with the first decision', () => {
    const { world, id } = asked({ remindAfter: 4 * MINUTE, approval: quorumOf(1) });
    world.does(grace, 'approve', id);
    world.now += HOUR;
    expect(world.decide({ kind: 'nudge', request: id })).toMatchObject({ happenings: [] });
  });
});

describe('a step to whoever manages the requester', () => {
  const to = { managerOf: 'requester' } as const;
  const climbs = (managers?: ManagersFact) => {
    const { world, id } = asked({ escalation: [{ after: 5 * MINUTE, to }] });
    world.now += 5 * MINUTE;
    const command = { kind: 'escalate', request: id, step: 0 } as const;
    const facts = { now: world.now, ...(managers && { managers }) };
    return climbed(world.request(id) as Pending, command, facts);
  };

  it('names whom it goes to', () => {
    const event = climbs({ kind: 'known', people: [margaret.id] });
    expect(event).toEqual({ type: 'escalated', step: 0, to, managers: [margaret.id] });
  });

  it.each(['no-manager', 'manager-unreadable'] as const)('is left out: %s', (why) => {
    const what = { kind: 'step', step: 0, to };
    expect(climbs({ kind: 'unknown', why })).toEqual({ type: 'ladder-skipped', what, why });
  });

  it('is left out where nobody looked', () => {
    expect(climbs()).toMatchObject({ type: 'ladder-skipped', why: 'manager-unreadable' });
  });
});

describe('quiet hours', () => {
  it('delay what falls due in them, all of it at once, and say so once', () => {
    expect(climb(asked({ remindAfter: 4 * MINUTE, quiet: QUIET }))).toEqual([
      ...['4 ladder-held', '15 escalated', '15 reminded', '28 reminded', '40 escalated'],
      '60 expired',
    ]);
  });

  it('skip what falls due in them, where policy says so', () => {
    const quiet = { ...QUIET, does: 'skip' } as const;
    expect(climb(asked({ remindAfter: 4 * MINUTE, quiet }))).toEqual([
      ...['4 ladder-skipped', '5 ladder-skipped', '12 ladder-skipped', '28 reminded'],
      ...['40 escalated', '60 expired'],
    ]);
  });

  it('skip what they would delay beyond the expiry', () => {
    const quiet = { ...QUIET, until: 13 * 60 + 1 };
    expect(climb(asked({ quiet }))).toEqual([
      ...['5 ladder-skipped', '40 ladder-skipped', '60 expired'],
    ]);
  });

  it('count from when it is told, whenever it was due', () => {
    const quiet = { ...QUIET, from: 12 * 60 + 30, until: 12 * 60 + 50 };
    const { world, id } = asked({ quiet });
    world.now += 35 * MINUTE;
    world.send({ kind: 'escalate', request: id, step: 0 });
    expect(world.request(id)).toMatchObject({
      escalated: 0,
      heldUntil: NOON - (NOON % MINUTE) + 50 * MINUTE,
    });
    expect(world.decide({ kind: 'escalate', request: id, step: 0 })).toMatchObject({
      happenings: [],
    });
  });
});
