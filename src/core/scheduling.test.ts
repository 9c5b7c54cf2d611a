/** A start that is still to come: nothing is given before it, and everything is looked at again then. */
import { describe, expect, it } from 'vitest';
import { ada, grace, ken, linus, mallory, margaret } from './fixtures/cast.ts';
import { rightAt } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith, stagesOf, TEAMS } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import type { Cap, Condition, GroupName, Role } from './policy.ts';
import type { AccessRequest } from './request.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

const EDGE = rightAt('edge').accessId;

/** Ada has asked for an hour, three hours from now. */
function asked(changes: Partial<Role> = {}): { readonly world: World; readonly id: RequestId } {
  const world = new World(policyOf(roleWith({ expireAfter: HOUR, ...changes })));
  return { world, id: given(world.ask(ada, 'lb-admin', HOUR, 3 * HOUR)) };
}

function scheduled(changes: Partial<Role> = {}) {
  const { world, id } = asked(changes);
  if (world.status(id) === 'pending') world.does(linus, 'approve', id);
  expect(world.status(id)).toBe('scheduled');
  return { world, id };
}

/** What stood against it at its start. */
function refusal(request: AccessRequest): string | undefined {
  if (request.status !== 'cancelled' || request.cause.kind !== 'refused') return undefined;
  return request.cause.refusal.code;
}

const condition = (changes: Partial<Condition>): Condition => ({
  ...{ name: 'night', when: 'time.hour < 6', groups: [], looksBack: false },
  ...{ approval: null, max: null, refuse: null, ...changes },
});

describe('what is approved for later', () => {
  it('waits for its start, and its time is counted from then', () => {
    const { world, id } = scheduled();
    expect(world.accesses.size).toBe(0);
    world.now += 3 * HOUR - 1;
    expect(world.tick('begin', id)).toBe('scheduled');
    world.now += 1;
    expect(world.tick('begin', id)).toBe('activating');
    const request = world.request(id);
    expect('endsAt' in request && request.endsAt).toBe(
      Math.floor((world.now + HOUR) / 1_000) * 1_000,
    );
    world.sees(EDGE);
    expect(world.status(id)).toBe('active');
  });

  it('begins once, however often its deadline rings', () => {
    const { world, id } = scheduled();
    world.now += 3 * HOUR;
    world.tick('begin', id);
    expect(world.tick('begin', id)).toBe('activating');
    expect(world.access(EDGE).leases).toHaveLength(1);
  });

  it('begins at once where it is approved after its start, and expires an hour after it', () => {
    const late = asked();
    late.world.now += 3 * HOUR + 30 * MINUTE;
    expect(late.world.does(linus, 'approve', late.id)).toBe('activating');
    const never = asked();
    never.world.now += 4 * HOUR - 1;
    expect(never.world.tick('expire', never.id)).toBe('pending');
    never.world.now += 1;
    expect(never.world.tick('expire', never.id)).toBe('expired');
  });

  it('is automatic at its start where the rule is', () => {
    const { world, id } = scheduled({ approval: { kind: 'automatic' } });
    world.now += 3 * HOUR;
    expect(world.tick('begin', id)).toBe('activating');
  });

  it('comes to nothing when the requester withdraws it or somebody revokes it', () => {
    const mine = scheduled();
    expect(mine.world.does(mallory, 'withdraw', mine.id)).toBe('not-the-requester');
    expect(mine.world.does(ada, 'withdraw', mine.id)).toBe('withdrawn');
    const theirs = scheduled();
    expect(theirs.world.does(mallory, 'revoke', theirs.id)).toBe('not-a-revoker');
    expect(theirs.world.does(ken, 'revoke', theirs.id)).toBe('cancelled');
    const own = scheduled();
    expect(own.world.does(ada, 'revoke', own.id)).toBe('withdrawn');
    for (const { world, id } of [mine, theirs, own]) {
      world.now += 3 * HOUR;
      world.tick('begin', id);
      expect(world.accesses.size).toBe(0);
    }
  });

  it('cannot be decided again, returned or attested', () => {
    const { world, id } = scheduled();
    expect(world.does(grace, 'approve', id)).toBe('already-decided');
    expect(world.does(grace, 'deny', id)).toBe('already-decided');
    expect(world.does(ada, 'return', id)).toBe('not-active');
    expect(world.does(margaret, 'attest', id)).toBe('not-revoking');
  });
});

describe('at its start', () => {
  const at = ({ world, id }: { world: World; id: RequestId }) => {
    world.now += 3 * HOUR;
    world.tick('begin', id);
    return world.request(id);
  };

  it.each<[string, (world: World) => void, string]>([
    [
      'the role is gone',
      (world) => {
        world.policy = policyOf();
      },
      'role-gone',
    ],
    [
      'the role gives another thing',
      (world) => {
        world.policy = policyOf(roleWith({ targets: [] }));
      },
      'targets-changed',
    ],
    [
      'policy gives it for less time',
      (world) => {
        world.policy = policyOf(roleWith({ maxDuration: 30 * MINUTE }));
      },
      'too-long',
    ],
    [
      'more people are needed',
      (world) => {
        world.policy = policyOf(roleWith({ approval: quorumOf(2) }));
      },
      'no-longer-approved',
    ],
    [
      'the requester has left',
      (world) => {
        world.groups = { ...world.groups, engineers: [grace] };
      },
      'no-longer-eligible',
    ],
    [
      'the requester is not there any more',
      (world) => {
        world.absent = [ada];
      },
      'no-longer-eligible',
    ],
  ])('it is cancelled when %s', (_what, change, code) => {
    const one = scheduled();
    change(one.world);
    const request = at(one);
    expect([request.status, refusal(request)]).toEqual(['cancelled', code]);
    expect(one.world.accesses.size).toBe(0);
  });

  it('who approved need not be in the group any more, as one who was on call', () => {
    const one = scheduled();
    one.world.groups = { ...one.world.groups, sre: [grace] };
    expect(at(one).status).toBe('activating');
  });

  it('they are counted anew, by the groups of that moment, where the rule is another one', () => {
    const stays = scheduled();
    stays.world.policy = policyOf(roleWith({ approval: quorumOf(1, 'crew') }));
    expect(at(stays).status).toBe('activating');
    const left = scheduled();
    left.world.policy = stays.world.policy;
    left.world.groups = { ...left.world.groups, sre: [grace] };
    expect(refusal(at(left))).toBe('no-longer-approved');
  });

  it('they are counted anew where policy keeps others apart by then', () => {
    const apart = roleWith({ separation: ['direct-reports'] });
    const one = scheduled();
    one.world.policy = { ...policyOf(apart), groups: TEAMS };
    expect(refusal(at(one))).toBe('no-longer-approved');
    const stays = scheduled();
    stays.world.policy = { ...policyOf(apart), groups: TEAMS };
    stays.world.groups = { ...stays.world.groups, crew: [grace] };
    expect(at(stays).status).toBe('activating');
  });

  it.each<[string, Cap | undefined]>([
    ['was tightened', { most: 3, within: 7 * DAY }],
    ['was introduced', undefined],
  ])('the cap that counts is the one in force: it %s since', (_what, cap) => {
    const automatic = { kind: 'automatic', ...(cap && { cap }) } as const;
    const world = new World(policyOf(roleWith({ approval: automatic })));
    given(world.ask(ada));
    const id = given(world.ask(ada, 'lb-admin', HOUR, 3 * HOUR));
    const once = { kind: 'automatic', cap: { most: 1, within: 7 * DAY } } as const;
    world.policy = policyOf(roleWith({ approval: once }));
    expect(refusal(at({ world, id }))).toBe('automatic-used-up');
  });

  it('a cap that is in force by then says nothing of what somebody approved', () => {
    const one = scheduled();
    const once = { kind: 'automatic', cap: { most: 1, within: 7 * DAY } } as const;
    one.world.policy = policyOf(roleWith({ approval: once }));
    given(one.world.ask(ada));
    expect(at(one).status).toBe('activating');
  });

  it('what cannot be told is asked again, until all of its time is over', () => {
    const one = scheduled();
    one.world.groups = { ...one.world.groups, engineers: 'unreachable' };
    one.world.now += 3 * HOUR;
    expect(one.world.tick('begin', one.id)).toBe('directory-unreachable');
    one.world.now += HOUR - 1;
    expect(one.world.tick('begin', one.id)).toBe('directory-unreachable');
    one.world.now += 1;
    expect(one.world.tick('begin', one.id)).toBe('cancelled');
    expect(refusal(one.world.request(one.id))).toBe('start-missed');
  });

  it.each<[string, Partial<Role>, Partial<Role>, GroupName]>([
    [
      'a group of the rule that it was asked under',
      { approval: quorumOf(1, 'sre') },
      { approval: quorumOf(1, 'crew') },
      'sre',
    ],
    [
      'a team',
      { separation: ['own-team'] },
      { separation: ['own-team'], approval: quorumOf(1, 'crew') },
      'payments',
    ],
  ])('%s that cannot be read is no reason to call it off', (_what, then, now, group) => {
    const one = scheduled(then);
    one.world.policy = { ...policyOf(roleWith(now)), groups: TEAMS };
    const groups = one.world.groups;
    one.world.groups = { ...groups, [group]: 'unreachable' };
    one.world.now += 3 * HOUR;
    expect(one.world.tick('begin', one.id)).toBe('directory-unreachable');
    one.world.groups = groups;
    expect(one.world.tick('begin', one.id)).toBe('activating');
  });

  it('one group that cannot be read is missed where another of its approver’s can', () => {
    const { world, id } = asked({ approval: quorumOf(2) });
    for (const approver of [margaret, linus]) world.does(approver, 'approve', id);
    const [one, other] = [
      { count: 1, of: 'sre' },
      { count: 1, of: 'crew' },
    ];
    world.policy = policyOf(roleWith({ approval: stagesOf([one, other]) }));
    world.groups = { ...world.groups, crew: 'unreachable' };
    world.now += 3 * HOUR;
    expect(world.tick('begin', id)).toBe('directory-unreachable');
  });

  it('it begins late where that could be told late, for all of its time', () => {
    const one = scheduled();
    one.world.now += 3 * HOUR + 59 * MINUTE;
    expect(one.world.tick('begin', one.id)).toBe('activating');
  });

  it('a freeze lets it come to nothing; before that it stays', () => {
    const { world, id } = scheduled();
    const reason = { digest: 'why' };
    const halt = {
      kind: 'halt',
      request: id,
      cause: { kind: 'freeze', by: ken.id, reason },
    } as const;
    expect(world.send(halt)).toBe('scheduled');
    world.now += 3 * HOUR;
    expect(world.send(halt)).toBe('cancelled');
  });

  it('limits count what was had since', () => {
    const limits = { perDay: null, live: 1, cooldown: null };
    const { world, id } = scheduled({ limits });
    world.now += 2 * HOUR;
    expect(world.ask(ada, 'lb-admin', HOUR)).toBe('too-many-live');
    world.now += HOUR;
    expect(world.tick('begin', id)).toBe('activating');
  });
});

describe('when it may start', () => {
  it('is not past, and not further ahead than policy says', () => {
    const world = new World(policyOf(roleWith({ startWithin: DAY })));
    expect(world.ask(ada, 'lb-admin', HOUR, -2 * MINUTE)).toBe('start-past');
    expect(world.ask(ada, 'lb-admin', HOUR, Number.NaN)).toBe('start-past');
    expect(world.ask(ada, 'lb-admin', HOUR, DAY + 1)).toBe('start-too-far');
    expect(world.status(given(world.ask(ada, 'lb-admin', HOUR, DAY)))).toBe('pending');
  });

  it('may have come while it was on its way', () => {
    const world = new World(policyOf(roleWith({ approval: { kind: 'automatic' } })));
    expect(world.status(given(world.ask(ada, 'lb-admin', HOUR, -30_000)))).toBe('activating');
  });

  it('is the time that conditions speak of, whenever it is approved', () => {
    const night = condition({ refuse: 'not at night', when: 'time.hour >= 22 || time.hour < 6' });
    const world = new World(policyOf(roleWith({ conditions: [night] })));
    expect(world.ask(ada, 'lb-admin', HOUR, 11 * HOUR)).toBe('forbidden');
    const evening = given(world.ask(ada, 'lb-admin', HOUR, 9 * HOUR));
    const start = world.startIn(11 * HOUR);
    const offer = { kind: 'approve', by: linus.id, request: evening } as const;
    expect(world.send({ ...offer, start })).toBe('forbidden');
    expect(world.send(offer)).toBe('scheduled');
  });

  it('is looked at with the conditions of that moment once more', () => {
    const { world, id } = scheduled();
    world.policy = policyOf(
      roleWith({ conditions: [condition({ when: 'time.hour == 15', refuse: 'not at three' })] }),
    );
    world.now += 3 * HOUR;
    world.tick('begin', id);
    expect(refusal(world.request(id))).toBe('forbidden');
  });
});

describe('an approval for later', () => {
  const offer = (world: World, request: RequestId, later: number) =>
    world.send({ kind: 'approve', by: linus.id, request, start: world.startIn(later) });

  it('schedules what was asked for at once', () => {
    const world = new World(policyOf(roleWith()));
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    expect(offer(world, id, 2 * HOUR)).toBe('scheduled');
    world.now += 2 * HOUR;
    expect(world.tick('begin', id)).toBe('activating');
  });

  it('counts as the latest of several', () => {
    const world = new World(policyOf(roleWith({ approval: quorumOf(2) })));
    const id = given(world.ask(ada, 'lb-admin', HOUR, HOUR));
    expect(offer(world, id, 2 * HOUR)).toBe('pending');
    expect(world.does(margaret, 'approve', id)).toBe('scheduled');
    world.now += HOUR;
    expect(world.tick('begin', id)).toBe('scheduled');
    world.now += HOUR;
    expect(world.tick('begin', id)).toBe('activating');
  });

  it('is stood by where the same person agrees once more and says nothing else', () => {
    const approval = stagesOf([{ count: 1, of: 'sre' }], [{ count: 1, of: 'leads' }]);
    const world = new World(policyOf(roleWith({ approval })));
    const id = given(world.ask(ada, 'lb-admin', HOUR));
    const terms = { start: world.startIn(2 * HOUR), duration: HOUR / 2 };
    world.send({ kind: 'approve', by: margaret.id, request: id, ...terms });
    world.does(grace, 'approve', id);
    expect(world.does(margaret, 'approve', id)).toBe('scheduled');
    world.now += 2 * HOUR;
    expect(world.tick('begin', id)).toBe('activating');
    const request = world.request(id);
    expect('endsAt' in request && request.endsAt - world.now).toBeLessThanOrEqual(HOUR / 2);
  });

  it('is not before what was asked for, past, too far ahead, or of an extension', () => {
    const { world, id } = asked();
    expect(offer(world, id, HOUR)).toBe('start-too-early');
    expect(offer(world, id, 2 * DAY + 1)).toBe('start-too-far');
    const now = given(world.ask(ada, 'lb-admin', HOUR));
    expect(offer(world, now, -HOUR)).toBe('start-past');
    world.does(linus, 'approve', now);
    world.sees(EDGE);
    const longer = given(world.extend(ada, now, MINUTE));
    expect(offer(world, longer, HOUR)).toBe('extension-without-start');
  });
});
