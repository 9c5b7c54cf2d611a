/** Scripts of clicks, with what becomes of the request after each. */
import { describe, expect, it } from 'vitest';
import { checkStill } from './eligibility.ts';
import {
  ada,
  adaAgain,
  dennis,
  ghost,
  grace,
  graceAgain,
  ken,
  linus,
  mallory,
  margaret,
} from './fixtures/cast.ts';
import { GROUPS } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith, stagesOf, TEAMS, targetNamed } from './fixtures/policies.ts';
import type { Deed } from './fixtures/world.ts';
import { given, World } from './fixtures/world.ts';
import { invariant } from './invariant.ts';
import type { Role } from './policy.ts';
import type { Principal } from './principal.ts';
import { HOUR, MINUTE } from './time.ts';

type Scene =
  | readonly [who: Principal, deed: Deed, then: string]
  /** Something changes between two clicks. */
  | ((world: World) => void);

function story(role: Partial<Role>, ...scenes: readonly Scene[]): World {
  const world = new World(policyOf(roleWith(role)));
  const id = given(world.ask(ada));
  for (const scene of scenes) {
    if (typeof scene === 'function') scene(world);
    else
      expect([scene[0].name, scene[1], world.does(scene[0], scene[1], id)]).toEqual(named(scene));
  }
  return world;
}

const named = ([who, deed, then]: Extract<Scene, readonly unknown[]>) => [who.name, deed, then];

const reload = (role: Partial<Role>) => (world: World) => {
  world.policy = policyOf(roleWith(role));
};

const members =
  (group: string, ...people: readonly Principal[]) =>
  (world: World) => {
    world.groups = { ...world.groups, [group]: people };
  };

const unreachable = (group: string) => (world: World) => {
  world.groups = { ...world.groups, [group]: 'unreachable' };
};

const gone = (person: Principal) => (world: World) => {
  world.absent = [...world.absent, person];
};

const two = { approval: quorumOf(2) };
const three = { approval: quorumOf(3) };

describe('approving', () => {
  it('takes one approver where one is asked for', () => {
    story(
      {},
      [mallory, 'approve', 'not-an-approver'],
      [grace, 'approve', 'activating'],
      [linus, 'approve', 'already-decided'],
    );
  });

  it('counts distinct humans, not accounts and not clicks', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      [grace, 'approve', 'already-approved'],
      [graceAgain, 'approve', 'already-approved'],
      [linus, 'approve', 'activating'],
    );
  });

  it('is not for the requester, under any of their identities', () => {
    story(
      {},
      members('sre', ada, adaAgain, grace),
      [ada, 'approve', 'self-approval'],
      [adaAgain, 'approve', 'self-approval'],
      [adaAgain, 'deny', 'self-approval'],
      [grace, 'approve', 'activating'],
    );
  });

  it('is not for somebody who is not among the facts, nor for an account that is gone', () => {
    story({}, [ghost, 'approve', 'self-approval'], [dennis, 'approve', 'not-an-approver']);
  });

  it('forgets an approver who has left the group since', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      members('sre', linus, margaret),
      [linus, 'approve', 'pending'],
      [margaret, 'approve', 'activating'],
    );
  });

  it('forgets an approver whose account is gone since', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      gone(grace),
      [linus, 'approve', 'pending'],
      [margaret, 'approve', 'activating'],
    );
  });

  it('takes one more click when earlier approvals have become enough', () => {
    const world = story(
      two,
      [grace, 'approve', 'pending'],
      members('sre', linus),
      [linus, 'approve', 'pending'],
      members('sre', grace, linus),
      [grace, 'approve', 'activating'],
    );
    const [request] = world.requests.values();
    expect(request?.approvals.map(({ by }) => by)).toEqual([linus.id, grace.id]);
  });

  it('counts somebody once who approved under two accounts at different times', () => {
    story(
      three,
      [grace, 'approve', 'pending'],
      members('sre', graceAgain, linus, margaret),
      [graceAgain, 'approve', 'pending'],
      members('sre', grace, graceAgain, linus, margaret),
      [linus, 'approve', 'pending'],
      [margaret, 'approve', 'activating'],
    );
  });

  it('does not count while the group cannot be read', () => {
    story(
      {},
      unreachable('sre'),
      [grace, 'approve', 'directory-unreachable'],
      [mallory, 'approve', 'directory-unreachable'],
      [grace, 'deny', 'directory-unreachable'],
      members('sre', grace),
      [grace, 'approve', 'activating'],
    );
  });

  it('does not count while it cannot be read who may ask', () => {
    story({}, unreachable('engineers'), [grace, 'approve', 'directory-unreachable']);
  });

  it('comes too late once the time to decide is over, though no alarm has rung', () => {
    story(
      {},
      (world) => {
        world.now += HOUR;
      },
      [grace, 'approve', 'already-decided'],
    );
  });
});

/** First one of the leads, then at once one of security and one of sre. */
const staged = {
  approval: stagesOf(
    [{ count: 1, of: 'leads' }],
    [
      { count: 1, of: 'security' },
      { count: 1, of: 'sre' },
    ],
  ),
};

describe('stages', () => {
  it('follow one another, and what stands in one is needed all at once', () => {
    story(
      staged,
      [grace, 'approve', 'not-yet'],
      [mallory, 'approve', 'not-an-approver'],
      [margaret, 'approve', 'pending'],
      [margaret, 'approve', 'already-approved'],
      [grace, 'approve', 'pending'],
      [linus, 'approve', 'pending'],
      [ken, 'approve', 'activating'],
    );
  });

  it('take one seat from each human, whatever groups they are in', () => {
    story(
      staged,
      members('security', ken, margaret),
      [margaret, 'approve', 'pending'],
      [linus, 'approve', 'pending'],
      [margaret, 'approve', 'already-approved'],
      [ken, 'approve', 'activating'],
    );
  });

  it('seat people so that the quorum is reached whenever it can be', () => {
    const both = stagesOf([
      { count: 1, of: 'leads' },
      { count: 1, of: 'sre' },
    ]);
    // Margaret could sit for either: she makes room for linus.
    story({ approval: both }, [margaret, 'approve', 'pending'], [linus, 'approve', 'activating']);
    story({ approval: both }, [linus, 'approve', 'pending'], [margaret, 'approve', 'activating']);
  });

  it('can be freed of somebody who is needed later', () => {
    const late = stagesOf([{ count: 1, of: 'sre' }], [{ count: 1, of: 'leads' }]);
    story(
      { approval: late },
      [margaret, 'approve', 'pending'],
      [margaret, 'approve', 'already-approved'],
      [grace, 'approve', 'pending'],
      [margaret, 'approve', 'activating'],
    );
  });

  it('open again when the group is edited between them', () => {
    story(
      staged,
      [margaret, 'approve', 'pending'],
      members('leads', linus),
      [ken, 'approve', 'not-yet'],
      [linus, 'approve', 'pending'],
      [ken, 'approve', 'pending'],
      [grace, 'approve', 'activating'],
    );
  });

  it('look at everybody again at the last click', () => {
    story(
      staged,
      [margaret, 'approve', 'pending'],
      [grace, 'approve', 'pending'],
      members('leads', linus),
      [ken, 'approve', 'not-yet'],
      members('leads', margaret),
      [ken, 'approve', 'activating'],
    );
    story(
      staged,
      [margaret, 'approve', 'pending'],
      [grace, 'approve', 'pending'],
      gone(grace),
      [ken, 'approve', 'pending'],
      [linus, 'approve', 'activating'],
    );
  });

  it('are not for the requester at any of them', () => {
    story(
      staged,
      members('leads', ada, margaret),
      members('security', adaAgain, ken),
      [ada, 'approve', 'self-approval'],
      [margaret, 'approve', 'pending'],
      [adaAgain, 'approve', 'self-approval'],
      [ada, 'approve', 'self-approval'],
    );
  });

  it('do not count while a group of theirs cannot be read', () => {
    story(
      staged,
      unreachable('leads'),
      [margaret, 'approve', 'directory-unreachable'],
      [ken, 'approve', 'directory-unreachable'],
      members('leads', margaret),
      [margaret, 'approve', 'pending'],
      unreachable('security'),
      [grace, 'approve', 'pending'],
      [ken, 'approve', 'directory-unreachable'],
      members('security', ken),
      [ken, 'approve', 'activating'],
    );
  });

  it('may be denied by anybody of any stage', () => {
    for (const who of [margaret, ken, grace]) story(staged, [who, 'deny', 'denied']);
    story(staged, [mallory, 'deny', 'not-an-approver']);
  });
});

describe('separation of duty', () => {
  const teams = (world: World) => {
    world.policy = { ...world.policy, groups: TEAMS };
  };

  it('lets nobody of the requester’s own team approve', () => {
    story(
      { separation: ['own-team'] },
      teams,
      [grace, 'approve', 'own-team'],
      [graceAgain, 'approve', 'own-team'],
      [linus, 'approve', 'activating'],
    );
  });

  it('lets nobody approve who reports to the requester', () => {
    story(
      { separation: ['direct-reports'] },
      teams,
      [linus, 'approve', 'own-manager'],
      [grace, 'approve', 'activating'],
    );
  });

  it('forgets an approver who has joined the team since', () => {
    story(
      { separation: ['own-team'], ...two },
      teams,
      [margaret, 'approve', 'pending'],
      members('payments', ada, margaret),
      [linus, 'approve', 'pending'],
      [grace, 'approve', 'activating'],
    );
  });

  it('counts what cannot be read as a colleague', () => {
    story(
      { separation: ['own-team', 'direct-reports'] },
      teams,
      unreachable('payments'),
      [margaret, 'approve', 'directory-unreachable'],
      members('payments', ada),
      unreachable('crew'),
      [margaret, 'approve', 'directory-unreachable'],
    );
  });

  it('holds as soon as one of both policies wants it', () => {
    const apart = (world: World) => {
      world.policy = { ...policyOf(roleWith({ separation: ['own-team'] })), groups: TEAMS };
    };
    story({}, apart, [grace, 'approve', 'own-team'], [linus, 'approve', 'activating']);
    const free = (world: World) => {
      world.policy = { ...policyOf(roleWith()), groups: TEAMS };
    };
    story({ separation: ['own-team'] }, free, [grace, 'approve', 'own-team']);
  });
});

describe('a policy that changes between asking and approving', () => {
  it('may raise the quorum', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      reload(three),
      [linus, 'approve', 'pending'],
      [margaret, 'approve', 'activating'],
    );
  });

  it('cannot lower the quorum that was asked under, not even to nobody', () => {
    story(
      two,
      reload({ approval: { kind: 'automatic' } }),
      [grace, 'approve', 'pending'],
      reload({ approval: quorumOf(1) }),
      [linus, 'approve', 'activating'],
    );
  });

  it('may name another group: then both must name the approver', () => {
    const leads = reload({ approval: quorumOf(1, 'leads') });
    story({}, leads, [grace, 'approve', 'not-an-approver'], [margaret, 'approve', 'activating']);
    story(
      { approval: quorumOf(1, 'security') },
      leads,
      [ken, 'approve', 'not-an-approver'],
      [margaret, 'approve', 'pending'],
      [margaret, 'approve', 'already-approved'],
    );
  });

  it('may add a stage: its people count for the new rule, and the old one needs its own', () => {
    const then = stagesOf([{ count: 1, of: 'sre' }], [{ count: 1, of: 'security' }]);
    story(
      two,
      [grace, 'approve', 'pending'],
      reload({ approval: then }),
      [ken, 'approve', 'pending'],
      [linus, 'approve', 'activating'],
    );
  });

  it('forgets approvers whom the new rule does not name, for the old rule too', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      reload({ approval: quorumOf(1, 'leads') }),
      [margaret, 'approve', 'pending'],
      reload(two),
      [linus, 'approve', 'activating'],
    );
  });

  it('voids the request by changing what it gives', () => {
    story(
      {},
      reload({ targets: [targetNamed('db')] }),
      [grace, 'approve', 'targets-changed'],
      [grace, 'deny', 'denied'],
    );
  });

  it('may take the role away', () => {
    story(
      {},
      (world) => {
        world.policy = policyOf();
      },
      [grace, 'approve', 'role-gone'],
      [ada, 'withdraw', 'withdrawn'],
    );
  });

  it('may no longer let the requester have it', () => {
    story({}, reload({ who: ['security'] }), [grace, 'approve', 'no-longer-eligible']);
    const moved = (world: World) => {
      world.groups = { ...world.groups, engineers: [mallory], leads: [ada] };
    };
    story({}, reload({ who: ['leads'] }), moved, [grace, 'approve', 'no-longer-eligible']);
    story({}, members('engineers', mallory), [grace, 'approve', 'no-longer-eligible']);
    story({}, gone(ada), [grace, 'approve', 'no-longer-eligible']);
  });

  it('may ask for a reason of another form, which the one that was given has to have', () => {
    const tickets = { required: true, pattern: '^INC-', example: 'INC-7 the edge answers 503' };
    story({}, reload({ reason: tickets }), [grace, 'approve', 'reason-unfit']);
    const fits = { ...tickets, pattern: 'certificate' };
    story({}, reload({ reason: fits }), [grace, 'approve', 'activating']);
  });

  it('is not met by a reason that was erased, unless it asks for what it did', () => {
    const any = { required: true, pattern: '.', example: 'INC-7 the edge answers 503' };
    const world = new World(policyOf(roleWith({ reason: any })));
    const asked = given(world.ask(ada));
    const before = world.request(asked);
    const erased = { ...world.facts, reasons: new Map() };
    invariant(before.status === 'pending', 'it waits');
    expect(checkStill(before, roleWith({ reason: any }), erased)).toBeUndefined();
    const other = roleWith({ reason: { ...any, pattern: '..' } });
    expect(checkStill(before, other, erased)?.code).toBe('reason-unfit');
  });

  it('may make the asked duration too long', () => {
    story({}, reload({ maxDuration: 59 * MINUTE }), [grace, 'approve', 'too-long']);
  });
});

describe('denying', () => {
  it('is for the approvers of either rule', () => {
    const renamed = reload({ approval: quorumOf(1, 'leads') });
    const onlyGrace = { ...GROUPS, sre: [grace], leads: [margaret] };
    for (const approver of [grace, margaret])
      story(
        {},
        (world) => {
          world.groups = onlyGrace;
        },
        renamed,
        [mallory, 'deny', 'not-an-approver'],
        [approver, 'deny', 'denied'],
      );
  });

  it('comes too late once the time to decide is over, as does withdrawing', () => {
    story(
      {},
      (world) => {
        world.now += HOUR;
      },
      [grace, 'deny', 'already-decided'],
      [ada, 'withdraw', 'already-decided'],
      (world) => {
        for (const id of world.requests.keys()) expect(world.tick('expire', id)).toBe('expired');
      },
    );
  });

  it('ends it, whoever approved before', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      [linus, 'deny', 'denied'],
      [margaret, 'approve', 'already-decided'],
    );
  });
});
