/** An extension: what it may come to, what becomes of it, and that there is no gap and no overrun. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wantedOf } from './access.ts';
import { ada, adaAgain, grace, ken, linus, mallory } from './fixtures/cast.ts';
import { rightAt } from './fixtures/facts.ts';
import { policyOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import type { Role } from './policy.ts';
import type { Active } from './request.ts';
import { STATUSES } from './request.ts';
import { DAY, HOUR, MINUTE, SECOND } from './time.ts';

const EDGE = rightAt('edge').accessId;

/** An hour of access that ada has, by linus’ approval. */
function opened(changes: Partial<Role> = {}): { readonly world: World; readonly id: RequestId } {
  const world = new World(policyOf(roleWith({ maxDuration: 2 * HOUR, ...changes })));
  const id = given(world.ask(ada, 'lb-admin', HOUR));
  if (world.status(id) === 'pending') world.does(linus, 'approve', id);
  world.sees(EDGE);
  return { world, id };
}

const active = (world: World, id: RequestId) => world.request(id) as Active;

describe('an extension', () => {
  it('begins when it is read back, and takes the place of what it extends', () => {
    const { world, id } = opened();
    const { endsAt } = active(world, id);
    const longer = given(world.extend(ada, id, 30 * MINUTE));
    expect([world.status(id), world.status(longer)]).toEqual(['active', 'pending']);
    world.does(grace, 'approve', longer);
    expect([world.status(id), world.status(longer)]).toEqual(['active', 'activating']);
    world.sees(EDGE);
    expect([world.status(id), world.status(longer)]).toEqual(['ended', 'active']);
    expect(world.request(id)).toMatchObject({ cause: { kind: 'extended', extension: longer } });
    expect(active(world, longer).endsAt).toBe(endsAt + 30 * MINUTE);
    expect(wantedOf(world.access(EDGE))).toEqual({
      kind: 'until',
      until: endsAt + 30 * MINUTE,
    });
  });

  it('that is not written is not said to be open, by what stands there for what it extends', () => {
    const cap = { most: 2, within: DAY };
    const { world, id } = opened({ approval: { kind: 'automatic', cap } });
    const { endsAt } = active(world, id);
    const longer = given(world.extend(ada, id, 30 * MINUTE));
    const stands = { kind: 'present', until: endsAt } as const;
    const none = { found: stands, left: stands };
    world.sees(EDGE, none);
    expect(world.request(longer)).toMatchObject({ grants: [{ state: { kind: 'waiting' } }] });
    expect(world.log.map(({ body }) => body).join('\n')).not.toContain('grant-unsure');
    world.sees(EDGE, { ...none, hopeless: 'forbidden' });
    expect([world.status(id), world.status(longer)]).toEqual(['active', 'activation-failed']);
    expect(world.request(longer)).not.toMatchObject({ cause: { opened: true } });
  });

  it('is for the same plan, and is approved as such', () => {
    const { world, id } = opened();
    const longer = given(world.extend(ada, id, 30 * MINUTE));
    world.does(grace, 'approve', longer);
    const [first, second] = [world.request(id), world.request(longer)];
    expect(second.rights).toEqual(first.rights);
    expect(second.approvals[0]?.plan).toBe(first.approvals[0]?.plan);
  });

  it('is automatic where the rule is', () => {
    const { world, id } = opened({ approval: { kind: 'automatic' } });
    expect(world.status(given(world.extend(ada, id, MINUTE)))).toBe('activating');
  });

  it('is asked for by the one who has the access alone, under any of their accounts', () => {
    const { world, id } = opened();
    for (const other of [grace, mallory, ken])
      expect(world.extend(other, id, MINUTE)).toBe('not-the-requester');
    expect(world.status(given(world.extend(adaAgain, id, MINUTE)))).toBe('pending');
  });

  it('is asked for once at a time, and again when the first came to nothing', () => {
    const { world, id } = opened();
    const longer = given(world.extend(ada, id, MINUTE));
    expect(world.extend(ada, id, MINUTE)).toBe('already-asked');
    world.does(grace, 'deny', longer);
    expect(active(world, id).extension).toBeUndefined();
    expect(world.status(given(world.extend(ada, id, MINUTE)))).toBe('pending');
  });

  it('needs a reason, and access that is open', () => {
    const { world, id } = opened();
    world.now = active(world, id).endsAt;
    expect(world.extend(ada, id, MINUTE)).toBe('not-extendable');
    world.tick('end', id);
    expect(world.extend(ada, id, MINUTE)).toBe('not-extendable');
  });
});

describe('the limits of an extension', () => {
  it('are those of the whole time, as if it had been asked for at once', () => {
    const { world, id } = opened();
    expect(world.extend(ada, id, HOUR + 2 * SECOND)).toBe('too-long-in-all');
    const longer = given(world.extend(ada, id, HOUR));
    world.does(grace, 'approve', longer);
    world.sees(EDGE);
    expect(world.extend(ada, longer, 2 * SECOND)).toBe('too-long-in-all');
  });

  it('are looked at again when it is approved, under the policy in force', () => {
    const { world, id } = opened();
    const longer = given(world.extend(ada, id, HOUR));
    world.policy = policyOf(roleWith({ maxDuration: 90 * MINUTE }));
    expect(world.does(grace, 'approve', longer)).toBe('too-long-in-all');
    world.policy = policyOf();
    expect(world.extend(ada, id, MINUTE)).toBe('already-asked');
    expect(world.does(grace, 'approve', longer)).toBe('role-gone');
  });

  it('count a day’s time once, however it was had', () => {
    const limits = { perDay: 90 * MINUTE, live: 1, cooldown: HOUR };
    const { world, id } = opened({ limits });
    expect(world.extend(ada, id, 31 * MINUTE)).toBe('too-much-today');
    const longer = given(world.extend(ada, id, 29 * MINUTE));
    expect(world.does(grace, 'approve', longer)).toBe('activating');
    world.sees(EDGE);
    world.does(ada, 'return', longer);
    world.proves(EDGE);
    expect(world.ask(ada, 'lb-admin', MINUTE)).toBe('cooling-down');
    world.now += 2 * HOUR;
    expect(world.status(given(world.ask(ada, 'lb-admin', 89 * MINUTE)))).toBe('pending');
  });

  it('refuse what the role does not give any more', () => {
    const { world, id } = opened();
    world.policy = policyOf(roleWith({ targets: [] }));
    expect(world.extend(ada, id, MINUTE)).toBe('targets-changed');
    world.policy = policyOf(roleWith({ who: ['leads'] }));
    expect(world.extend(ada, id, MINUTE)).toBe('not-eligible');
    world.policy = policyOf();
    expect(world.extend(ada, id, MINUTE)).toBe('role-gone');
  });
});

describe('what is extended', () => {
  it('ends on time when nobody decides, and the extension expires with it', () => {
    const { world, id } = opened({ expireAfter: DAY });
    const longer = given(world.extend(ada, id, MINUTE));
    world.now = active(world, id).endsAt;
    expect(world.does(grace, 'approve', longer)).toBe('already-decided');
    world.tick('end', id);
    expect([world.status(id), world.status(longer)]).toEqual(['revoking', 'expired']);
    expect(wantedOf(world.access(EDGE))).toEqual({ kind: 'nothing' });
  });

  it.each([
    ['return', ada],
    ['revoke', ken],
  ] as const)('takes its extension with it: %s', (deed, by) => {
    for (const approved of [false, true]) {
      const { world, id } = opened();
      const longer = given(world.extend(ada, id, MINUTE));
      if (approved) world.does(grace, 'approve', longer);
      world.does(by, deed, id);
      expect([world.status(id), world.status(longer)]).toEqual([
        'revoking',
        approved ? 'revoking' : 'expired',
      ]);
      expect(wantedOf(world.access(EDGE))).toEqual({ kind: 'nothing' });
    }
  });

  it('is taken together with an extension that is on its way', () => {
    const { world, id } = opened();
    const longer = given(world.extend(ada, id, MINUTE));
    world.does(grace, 'approve', longer);
    world.does(ken, 'revoke', longer);
    expect([world.status(id), world.status(longer)]).toEqual(['revoking', 'revoking']);
    world.proves(EDGE);
    expect([world.status(id), world.status(longer)]).toEqual(['revoked', 'revoked']);
  });

  it('keeps what it has when the extension cannot be given', () => {
    const { world, id } = opened();
    const { endsAt } = active(world, id);
    const longer = given(world.extend(ada, id, MINUTE));
    world.does(grace, 'approve', longer);
    world.sees(EDGE, { left: { kind: 'present', until: endsAt }, hopeless: 'it takes no more' });
    expect([world.status(id), world.status(longer)]).toEqual(['active', 'activation-failed']);
    expect(active(world, id).extension).toBeUndefined();
    expect(wantedOf(world.access(EDGE))).toEqual({ kind: 'until', until: endsAt });
  });

  it('may end while the extension is on its way, and the access goes on', () => {
    const { world, id } = opened();
    const longer = given(world.extend(ada, id, MINUTE));
    world.does(grace, 'approve', longer);
    world.now = active(world, id).endsAt;
    world.tick('end', id);
    expect([world.status(id), world.status(longer)]).toEqual(['revoking', 'activating']);
    world.sees(EDGE);
    expect([world.status(id), world.status(longer)]).toEqual(['ended', 'active']);
  });
});

type Move =
  | { readonly kind: 'ask'; readonly later: number | undefined }
  | {
      readonly kind: 'extend' | 'return' | 'withdraw' | 'revoke' | 'approve' | 'deny';
      readonly nth: number;
    }
  | { readonly kind: 'begin' | 'end'; readonly nth: number }
  | { readonly kind: 'see' }
  | { readonly kind: 'wait'; readonly time: number };

const nth = fc.nat({ max: 3 });
const deed = fc.constantFrom(
  ...(['extend', 'extend', 'approve', 'approve'] as const),
  ...(['return', 'withdraw', 'revoke', 'deny', 'end', 'end', 'begin', 'begin'] as const),
);
const later = fc.constantFrom(undefined, 0, 10 * MINUTE, 50 * MINUTE);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), later }) },
  { weight: 8, arbitrary: fc.record({ kind: deed, nth }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('see' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), time: fc.nat(40 * MINUTE) }),
  },
);

const game = fc.array(move, { minLength: 10, maxLength: 60, size: 'max' });

function look(world: World): void {
  if (wantedOf(world.access(EDGE)).kind === 'nothing') world.proves(EDGE);
  else world.sees(EDGE);
}

const WHO = { return: ada, withdraw: ada, revoke: ken, approve: grace, deny: linus };

function play(world: World, move: Move): void {
  if (move.kind === 'ask') world.ask(ada, 'lb-admin', HOUR, move.later);
  else if (move.kind === 'wait') world.now += move.time;
  else if (move.kind === 'see') look(world);
  else {
    // The latest first: it is the one that is extended, and extends.
    const id = [...world.requests.keys()].reverse()[move.nth % world.requests.size];
    if (id === undefined) return;
    if (move.kind === 'extend') world.extend(ada, id, 20 * MINUTE);
    else if (move.kind === 'end' || move.kind === 'begin') world.tick(move.kind, id);
    else world.does(WHO[move.kind], move.kind, id);
  }
}

describe('for any interleaving of asks, starts, extensions, returns, revokes and ends', () => {
  it('comes to extensions in each status, and to starts that come and that never do', () => {
    const statuses = new Set<string>();
    const started = new Set<string>();
    for (const moves of fc.sample(game, { numRuns: 300, seed: 7 })) {
      const { world } = opened();
      for (const one of moves) {
        play(world, one);
        for (const { status, extends: extended, start } of world.requests.values()) {
          if (extended !== undefined) statuses.add(status);
          if (start !== undefined) started.add(status);
        }
      }
    }
    for (const status of STATUSES)
      if (!['scheduled', 'cancelled', 'activation-failed'].includes(status))
        expect(statuses).toContain(status);
    for (const status of ['scheduled', 'cancelled', 'withdrawn', 'active', 'ended'])
      expect(started).toContain(status);
  });

  it('access is wanted exactly while a grant on it is live, and until the latest of their ends', () => {
    fc.assert(
      fc.property(game, (moves) => {
        const { world } = opened();
        for (const one of moves) {
          play(world, one);
          const live = [...world.requests.values()].filter(
            ({ status }) => status === 'activating' || status === 'active',
          ) as Active[];
          const ends = live.map(({ endsAt }) => endsAt);
          expect(wantedOf(world.access(EDGE))).toEqual(
            ends.length === 0 ? { kind: 'nothing' } : { kind: 'until', until: Math.max(...ends) },
          );
          for (const request of world.requests.values())
            if (request.extends !== undefined) {
              const first = world.request(request.extends.request);
              if (request.status === 'pending') expect(first.status).toBe('active');
              if (request.status === 'active') expect(first.status).not.toBe('active');
            }
        }
      }),
      { numRuns: 300 },
    );
  });
});
