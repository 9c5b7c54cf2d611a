/** What a provider's answers come to, for one request and for several on one access. */
import { describe, expect, it } from 'vitest';
import { wantedOf } from './access.ts';
import { cardView } from './card.ts';
import { ada, grace, ken, linus, mallory, margaret } from './fixtures/cast.ts';
import { rightAt } from './fixtures/facts.ts';
import { policyOf, roleWith, targetNamed } from './fixtures/policies.ts';
import { given, SETTLE, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import type { Principal } from './principal.ts';
import type { EndProof } from './request.ts';
import type { Millis } from './time.ts';
import { HOUR, MINUTE, SECOND } from './time.ts';

const EDGE = rightAt('edge').accessId;
const DB = rightAt('db').accessId;

const automatic = { approval: { kind: 'automatic' } } as const;
const both = { targets: [targetNamed('edge'), targetNamed('db')] };

const newWorld = () =>
  new World(policyOf(roleWith(automatic), roleWith({ ...automatic, ...both, name: 'lb-pair' })));

function begun(world: World, by: Principal, duration: Millis = HOUR, role = 'lb-admin'): RequestId {
  return given(world.ask(by, role, duration));
}

function opened(world: World, by: Principal, duration: Millis = HOUR): RequestId {
  const id = begun(world, by, duration);
  world.sees(EDGE);
  return id;
}

function proofs(world: World, id: RequestId): EndProof['kind'][] {
  const request = world.request(id);
  const grants = 'grants' in request ? request.grants : [];
  return grants.flatMap(({ state }) => (state.kind === 'gone' ? [state.proof.kind] : []));
}

function headline(world: World, id: RequestId): string {
  const bare = { version: 1, texts: new Map(), viewer: null, mentions: null };
  return cardView({ request: world.request(id), ...bare })
    .headline.filter((part) => typeof part === 'string')
    .join('');
}

function endOf(world: World, id: RequestId): number {
  const request = world.request(id);
  return 'endsAt' in request ? request.endsAt : 0;
}

describe('one request', () => {
  it('is active once its access is read back, and over once it is read gone twice', () => {
    const world = newWorld();
    const id = begun(world, ada);
    expect(world.status(id)).toBe('activating');
    expect(world.sees(EDGE)).toBe('watch');
    expect(world.status(id)).toBe('active');
    world.now += HOUR;
    expect(world.tick('end', id)).toBe('revoking');
    expect(world.sees(EDGE)).toBe('reread');
    expect(world.proves(EDGE)).toBe('settled');
    expect([world.status(id), ...proofs(world, id)]).toEqual(['ended', 'proven']);
    expect(headline(world, id)).toContain('Proven gone');
    expect(world.access(EDGE)).toMatchObject({ leases: [], aims: [] });
  });

  it('is not active for what was not read as wanted', () => {
    const world = newWorld();
    const id = begun(world, ada);
    world.sees(EDGE, { left: { kind: 'absent' } });
    world.sees(EDGE, { left: { kind: 'partial', why: 'one of two' } });
    world.sees(EDGE, { left: { kind: 'unreadable', why: 'timeout' } });
    world.sees(EDGE, { left: { kind: 'present', until: 1_000 } });
    expect(world.status(id)).toBe('activating');
    world.sees(EDGE, { left: { kind: 'present', until: null } });
    expect(world.status(id)).toBe('active');
  });

  it('does not open for what has ended already', () => {
    const world = newWorld();
    const id = begun(world, ada);
    world.now += HOUR;
    expect(world.sees(EDGE)).toBe('retry');
    expect(world.status(id)).toBe('activating');
  });

  it('pays no heed to an answer that was given to another wish', () => {
    const world = newWorld();
    const id = begun(world, ada);
    const asked = world.asWanted(world.access(EDGE));
    world.does(ada, 'return', id);
    expect(world.sees(EDGE, asked)).toBe('retry');
    expect(world.status(id)).toBe('revoking');
    expect(world.access(EDGE).confirmed.kind).toBe('unread');
  });

  it('fails for good where something else stands already, and leaves it alone', () => {
    const world = newWorld();
    const id = begun(world, ada);
    world.sees(EDGE, { left: { kind: 'foreign' } });
    expect(world.status(id)).toBe('revoking');
    const firstAbsentAt = world.now;
    world.now += SETTLE;
    world.sees(EDGE, { left: { kind: 'foreign' }, firstAbsentAt });
    expect([world.status(id), ...proofs(world, id)]).toEqual(['activation-failed', 'not-ours']);
    expect(headline(world, id)).not.toContain('Proven');
  });
});

describe('where the target keeps ends of its own', () => {
  it('what has no end is not what was wanted', () => {
    const world = newWorld();
    const id = begun(world, ada);
    const endless = { kind: 'present', until: null } as const;
    world.sees(EDGE, { left: endless, keepsEnds: true });
    expect(world.status(id)).toBe('activating');
    world.sees(EDGE, { keepsEnds: true });
    expect(world.status(id)).toBe('active');
    expect(world.sees(EDGE, { found: endless, left: endless, keepsEnds: true })).toBe('retry');
    expect(eventTypes(world)).toContain('drift-seen');
  });
});

describe('what somebody else has put where ours was read back', () => {
  it('ends nothing: the work on it and the alarms go on', () => {
    const world = newWorld();
    const id = opened(world, ada);
    world.does(ada, 'return', id);
    const firstAbsentAt = world.now;
    world.now += SETTLE;
    expect(world.sees(EDGE, { left: { kind: 'foreign' }, firstAbsentAt })).toBe('retry');
    expect(world.status(id)).toBe('revoking');
    expect(world.access(EDGE).confirmed.kind).toBe('present');
    world.proves(EDGE);
    expect(proofs(world, id)).toEqual(['proven']);
  });

  it('does not fail an activation that shares it at once', () => {
    const world = newWorld();
    const first = opened(world, ada, HOUR);
    const second = begun(world, mallory, 2 * HOUR);
    expect(world.sees(EDGE, { left: { kind: 'foreign' } })).toBe('retry');
    expect([first, second].map((id) => world.status(id))).toEqual(['active', 'activating']);
  });
});

describe('an end', () => {
  it.each<[string, (world: World) => Parameters<World['sees']>[1]]>([
    ['read only once', () => ({ firstAbsentAt: null })],
    ['read twice too soon', ({ now }) => ({ firstAbsentAt: now - SETTLE + 1 })],
    ['read first before it was wanted', ({ now }) => ({ firstAbsentAt: now - HOUR })],
    ['not seen', () => ({ left: { kind: 'unreadable', why: 'forbidden' } })],
    ['seen on some parts alone', () => ({ left: { kind: 'partial', why: 'one of two' } })],
    ['contradicted', () => ({ left: { kind: 'present', until: null } })],
    ['what was asked for before may come after', () => ({ mayCome: true })],
  ])('is not believed when it is %s', (_, seen) => {
    const world = newWorld();
    const id = opened(world, ada);
    world.now += MINUTE;
    world.does(ada, 'return', id);
    world.now += MINUTE;
    const firstAbsentAt = world.now - SETTLE;
    world.sees(EDGE, { firstAbsentAt, ...seen(world) });
    expect(world.status(id)).toBe('revoking');
  });

  it('may be attested by whom policy names, says so, and the work on it goes on', () => {
    const world = newWorld();
    const id = opened(world, mallory);
    world.does(ken, 'revoke', id);
    expect(world.does(grace, 'attest', id)).toBe('not-an-attester');
    expect(world.does(margaret, 'attest', id)).toBe('revoked');
    expect(proofs(world, id)).toEqual(['attested']);
    expect(world.access(EDGE)).toMatchObject({ leases: [], confirmed: { kind: 'present' } });
    expect(world.proves(EDGE)).toBe('settled');
    expect(world.access(EDGE).confirmed.kind).toBe('absent');
  });

  it('cannot be attested by the requester', () => {
    const world = newWorld();
    world.groups = { ...world.groups, leads: [ada] };
    const id = opened(world, ada);
    expect(world.does(ada, 'attest', id)).toBe('not-revoking');
    world.does(ada, 'return', id);
    expect(world.does(ada, 'attest', id)).toBe('self-attestation');
  });
});

describe('two requests for one access', () => {
  it('keep it until the later end: the first to end takes nothing, the last one out revokes', () => {
    const world = newWorld();
    const first = opened(world, ada, HOUR);
    const second = opened(world, mallory, 2 * HOUR);
    expect(wantedOf(world.access(EDGE))).toEqual({ kind: 'until', until: endOf(world, second) });
    world.now = endOf(world, first);
    expect(world.tick('end', first)).toBe('ended');
    expect(proofs(world, first)).toEqual(['shared']);
    expect(world.status(second)).toBe('active');
    world.now = endOf(world, second);
    expect(world.tick('end', second)).toBe('revoking');
    world.proves(EDGE);
    expect(proofs(world, second)).toEqual(['proven']);
  });

  it('shorten it when the longer one is returned, and only then is that one over', () => {
    const world = newWorld();
    const short = opened(world, ada, HOUR);
    const long = opened(world, mallory, 2 * HOUR);
    expect(world.does(mallory, 'return', long)).toBe('revoking');
    expect(wantedOf(world.access(EDGE))).toEqual({ kind: 'until', until: endOf(world, short) });
    world.sees(EDGE, { found: { kind: 'present', until: endOf(world, long) } });
    expect([world.status(long), ...proofs(world, long)]).toEqual(['returned', 'shared']);
    expect(world.access(EDGE).leases.map(({ request }) => request)).toEqual([short]);
    expect(world.status(short)).toBe('active');
  });

  it('are each over only when the access is, if both end', () => {
    const world = newWorld();
    const ids = [opened(world, ada, HOUR), opened(world, mallory, 2 * HOUR)];
    expect(ids.map((id) => world.does(ken, 'revoke', id))).toEqual(['revoked', 'revoking']);
    world.proves(EDGE);
    expect(ids.flatMap((id) => proofs(world, id))).toEqual(['shared', 'proven']);
  });

  it('extend it, by one person too, and nothing is seen to have drifted', () => {
    const world = newWorld();
    const first = opened(world, ada, HOUR);
    const before = endOf(world, first);
    world.now += 30 * MINUTE;
    const second = begun(world, ada, HOUR);
    world.sees(EDGE, { found: { kind: 'present', until: before } });
    expect(world.status(second)).toBe('active');
    expect(eventTypes(world)).not.toContain('drifted');
  });

  it('leave the older one as it is when the newer cannot be given', () => {
    const world = newWorld();
    const first = opened(world, ada, HOUR);
    const second = begun(world, mallory, 2 * HOUR);
    const stands = { kind: 'present', until: endOf(world, first) } as const;
    world.sees(EDGE, { found: stands, left: stands, hopeless: 'quota' });
    expect([world.status(first), world.status(second)]).toEqual(['active', 'activation-failed']);
    expect(proofs(world, second)).toEqual(['shared']);
  });
});

describe('a request for two accesses', () => {
  it('is active when both are, and gives both back when one cannot be had', () => {
    const world = newWorld();
    const id = begun(world, ada, HOUR, 'lb-pair');
    world.sees(EDGE);
    expect(world.status(id)).toBe('activating');
    world.sees(DB, { left: { kind: 'absent' }, hopeless: 'quota' });
    expect(world.status(id)).toBe('revoking');
    expect([EDGE, DB].map((access) => wantedOf(world.access(access)).kind)).toEqual([
      'nothing',
      'nothing',
    ]);
    world.proves(DB);
    expect(world.status(id)).toBe('revoking');
    world.proves(EDGE);
    expect(world.status(id)).toBe('activation-failed');
  });

  it('does not count on another that fails with it', () => {
    const world = newWorld();
    const ids = [begun(world, ada, HOUR, 'lb-pair'), begun(world, mallory, HOUR, 'lb-pair')];
    world.sees(EDGE, { left: { kind: 'present', until: null } });
    world.sees(DB, { left: { kind: 'absent' }, hopeless: 'quota' });
    world.proves(DB);
    expect(ids.map((id) => world.status(id))).toEqual(['revoking', 'revoking']);
    world.proves(EDGE);
    expect(ids.flatMap((id) => proofs(world, id))).toEqual(Array(4).fill('proven'));
  });

  it('is over by parts where one of them is shared', () => {
    const world = newWorld();
    opened(world, mallory, 2 * HOUR);
    const id = begun(world, ada, HOUR, 'lb-pair');
    world.sees(EDGE);
    world.sees(DB);
    expect(world.does(ada, 'return', id)).toBe('revoking');
    world.proves(DB);
    expect([world.status(id), ...proofs(world, id)]).toEqual(['returned', 'shared', 'proven']);
  });
});

describe('drift', () => {
  it.each<[string, Parameters<World['sees']>[1]]>([
    ['gone', { found: { kind: 'absent' } }],
    ['given another end', { found: { kind: 'present', until: 77_000 } }],
    ['rid of its end', { found: { kind: 'present', until: null } }],
    ['cut in parts', { found: { kind: 'partial', why: 'one of two' } }],
  ])('is told when what was confirmed is found %s', (_, seen) => {
    const world = newWorld();
    const id = opened(world, ada);
    world.sees(EDGE, seen);
    expect(eventTypes(world).filter((type) => type.startsWith('drift'))).toEqual([
      'drifted',
      'drift-seen',
    ]);
    expect(world.status(id)).toBe('active');
  });

  it.each([
    ['put back', { kind: 'absent' } as const, 'it was gone and is being put back'],
    [
      'left to somebody else',
      { kind: 'absent', isTakenOver: true } as const,
      'it was changed by somebody else, and is left alone',
    ],
  ])('is said to be %s where it is', (_, found, what) => {
    const world = newWorld();
    opened(world, ada);
    world.sees(EDGE, { found, left: found });
    expect(world.log.map(({ body }) => body).join('\n')).toContain(what);
  });

  it('is not what the target took away at the end by itself', () => {
    const world = newWorld();
    opened(world, ada);
    world.now += HOUR + SECOND;
    world.sees(EDGE, { found: { kind: 'absent' }, left: { kind: 'absent' } });
    expect(eventTypes(world)).not.toContain('drifted');
  });

  it('is told when what could not be read had to be set again', () => {
    const world = newWorld();
    opened(world, ada);
    world.sees(EDGE, {
      found: { kind: 'unreadable', why: 'timeout' },
      wrote: true,
      setAgain: true,
    });
    expect(world.log.map(({ body }) => body).join('\n')).toContain(
      'it could not be read, and had to be set again',
    );
  });

  it('is not what could not be read', () => {
    const world = newWorld();
    opened(world, ada);
    world.sees(EDGE, { found: { kind: 'unreadable', why: 'timeout' } });
    expect(eventTypes(world)).not.toContain('drifted');
  });
});

describe('what somebody attests', () => {
  it('of access that was proven gone before is read gone twice all the same', () => {
    const world = newWorld();
    const first = opened(world, ada);
    world.does(ada, 'return', first);
    world.proves(EDGE);
    expect(world.access(EDGE).confirmed.kind).toBe('absent');
    const second = begun(world, ada);
    world.sees(EDGE, { wrote: true, left: { kind: 'unreadable', why: 'down' } });
    world.now += HOUR;
    world.tick('end', second);
    expect(world.does(margaret, 'attest', second)).toBe('activation-failed');
    expect(world.access(EDGE).leases).toEqual([]);
    expect(world.sees(EDGE)).toBe('reread');
    expect(world.proves(EDGE)).toBe('settled');
  });
});

function eventTypes({ log }: World): string[] {
  return log.map(({ body }) => (JSON.parse(body) as { event: { type: string } }).event.type);
}

describe('revoking', () => {
  it('is for those whom either policy names, also when the role is gone', () => {
    const world = newWorld();
    const id = opened(world, ada);
    world.policy = policyOf();
    expect(world.does(linus, 'revoke', id)).toBe('not-a-revoker');
    expect(world.does(ken, 'revoke', id)).toBe('revoking');
  });
});
