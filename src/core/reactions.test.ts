import { describe, expect, it } from 'vitest';
import type { Effect } from './effect.ts';
import { effectKey } from './effect.ts';
import { ada, grace, linus } from './fixtures/cast.ts';
import { NOON, rightAt, TIMING } from './fixtures/facts.ts';
import { lives } from './fixtures/lives.ts';
import { policyOf, quorumOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { CopyId } from './ids.ts';
import { accessReactions, requestReactions } from './reactions.ts';
import { STATUSES } from './request.ts';
import type { RequestEvent } from './request-event.ts';

const requests = lives(policyOf(roleWith({ approval: quorumOf(2) })));
const copies = ['copy_a' as CopyId, 'copy_b' as CopyId];

const reactionTo = (request: (typeof requests)['pending'], ...events: readonly RequestEvent[]) =>
  requestReactions(request, events, copies, TIMING, NOON);

const kinds = (effects: readonly { effect: Effect }[]) => effects.map(({ effect }) => effect.kind);

describe('after anything that happens to a request', () => {
  it.each(STATUSES)('every copy is drawn and the thread is told: %s', (status) => {
    const { effects } = reactionTo(requests[status]);
    const now = effects.filter(({ effect }) => effect.kind !== 'timer');
    expect(kinds(now)).toEqual(['draw', 'draw', 'tell']);
    expect(now.every(({ at }) => at === NOON)).toBe(true);
  });

  it.each(STATUSES)('no alarm is both set and taken away, and none is left out: %s', (status) => {
    const { effects, cancels } = reactionTo(requests[status]);
    const set = effects.flatMap(({ effect }) =>
      effect.kind === 'timer' ? [effectKey(effect)] : [],
    );
    expect(set.filter((key) => cancels.includes(key))).toEqual([]);
    expect(set.length + cancels.length).toBe(2);
  });

  it('those who wait for it are told, each once', () => {
    const says = (event: RequestEvent) =>
      kinds(reactionTo(requests.active, event).effects).filter(
        (kind) => !['timer', 'draw', 'tell'].includes(kind),
      );
    expect(says({ type: 'activated' })).toEqual(['note']);
    expect(says({ type: 'finished', status: 'ended', proof: 'proven' })).toEqual(['note']);
    expect(says({ type: 'escalated', step: 0, to: 'leads' })).toEqual(['summon']);
    expect(says({ type: 'alarm-raised', nth: 1, what: 'revoking' })).toEqual(['alarm']);
    expect(says({ type: 'revoking-started', cause: { kind: 'return' } })).toEqual([]);
  });
});

describe('after leases have changed', () => {
  it('each access is worked on once, at once', () => {
    const world = new World(policyOf(roleWith({ approval: quorumOf(2) })));
    const id = given(world.ask(ada));
    world.does(grace, 'approve', id);
    const { accessId, ...right } = rightAt('edge');
    const added = {
      type: 'lease-added',
      right: { accessId, ...right },
      request: id,
      endsAt: 1,
    } as const;
    const dropped = { type: 'lease-dropped', request: id } as const;
    const happenings = [added, dropped].map((event) => ({
      ...({ subject: 'access', id: accessId } as const),
      event,
    }));
    expect(accessReactions(happenings, NOON)).toEqual([
      { effect: { kind: 'converge', access: accessId }, at: NOON },
    ]);
    expect(accessReactions([], NOON)).toEqual([]);
    expect(world.does(linus, 'approve', id)).toBe('activating');
  });
});
