/** Scripts of clicks, with what becomes of the request after each. */
import { describe, expect, it } from 'vitest';
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
import { policyOf, quorumOf, roleWith, targetNamed } from './fixtures/policies.ts';
import type { Deed } from './fixtures/world.ts';
import { given, World } from './fixtures/world.ts';
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
    story(
      {},
      reload({ approval: quorumOf(1, 'leads') }),
      [grace, 'approve', 'not-an-approver'],
      [margaret, 'approve', 'activating'],
    );
    story(
      { approval: quorumOf(1, 'security') },
      reload({ approval: quorumOf(1, 'leads') }),
      [ken, 'approve', 'not-an-approver'],
      [margaret, 'approve', 'not-an-approver'],
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

  it('ends it, whoever approved before', () => {
    story(
      two,
      [grace, 'approve', 'pending'],
      [linus, 'deny', 'denied'],
      [margaret, 'approve', 'already-decided'],
    );
  });
});
