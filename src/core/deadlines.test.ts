import { describe, expect, it } from 'vitest';
import { deadlines, waitingFor } from './deadlines.ts';
import { ada, grace, mallory, margaret } from './fixtures/cast.ts';
import { NOON, rightAt, TIMING } from './fixtures/facts.ts';
import { lives } from './fixtures/lives.ts';
import { policyOf, quorumOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { AccessRequest } from './request.ts';
import { STATUSES } from './request.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

const requests = lives(policyOf(roleWith({ approval: quorumOf(2) })));
const kinds = (request: AccessRequest) =>
  deadlines(request, TIMING).map(({ command }) => command.kind);

describe('deadlines', () => {
  it('stand in each status in which something waits', () => {
    expect(Object.fromEntries(STATUSES.map((status) => [status, kinds(requests[status])]))).toEqual(
      {
        ...{ scheduled: ['begin'], cancelled: [] },
        ...{ pending: ['expire', 'escalate'], activating: ['give-up', 'end'] },
        ...{ active: ['warn', 'end'], revoking: ['alarm'] },
        ...{ ended: [], returned: [], revoked: [], 'activation-failed': [] },
        ...{ denied: [], withdrawn: [], expired: [] },
      },
    );
  });

  it('wait in two rows: the end of the access, and whichever other is next', () => {
    const rows = (request: AccessRequest) =>
      [...waitingFor(request, TIMING)].map(([row, { command }]) => [row, command.kind]);
    expect(rows(requests.pending)).toEqual([['next', 'escalate']]);
    expect(rows(requests.activating)).toEqual([
      ['next', 'give-up'],
      ['end', 'end'],
    ]);
    expect(rows(requests.active)).toEqual([
      ['next', 'warn'],
      ['end', 'end'],
    ]);
    expect(rows(requests.revoking)).toEqual([['next', 'alarm']]);
    expect(rows(requests.ended)).toEqual([]);
  });

  it('count from the asking while it is pending, and from the beginning after', () => {
    expect(deadlines(requests.pending, TIMING).map(({ at }) => at - NOON)).toEqual([
      HOUR,
      15 * MINUTE,
    ]);
    expect(deadlines(requests.activating, TIMING)[0]?.at).toBe(NOON + TIMING.giveUp);
  });

  it('warn nobody whose access is shorter than the warning', () => {
    const world = new World(policyOf(roleWith({ approval: { kind: 'automatic' } })));
    const id = given(world.ask(ada, 'lb-admin', 4 * MINUTE));
    world.sees(rightAt('edge').accessId);
    expect(kinds(world.request(id))).toEqual(['end']);
  });

  it('do nothing when they ring a second time', () => {
    const world = new World(policyOf(roleWith({ approval: quorumOf(1) })));
    const id = given(world.ask(ada));
    world.send({ kind: 'escalate', request: id, step: 0 });
    world.does(grace, 'approve', id);
    world.does(ada, 'return', id);
    world.send({ kind: 'alarm', request: id, nth: 1 });
    const entries = world.log.length;
    world.send({ kind: 'alarm', request: id, nth: 1 });
    world.send({ kind: 'alarm', request: id, nth: 3 });
    expect(world.log.length).toBe(entries);
    const other = given(world.ask(mallory));
    world.send({ kind: 'escalate', request: other, step: 0 });
    expect(world.decide({ kind: 'escalate', request: other, step: 0 })).toEqual({
      kind: 'accepted',
      happenings: [],
    });
  });

  it('alarm in growing pauses, for ever, and at least once a day', () => {
    const world = new World(policyOf(roleWith({ approval: { kind: 'automatic' } })));
    const id = given(world.ask(ada));
    world.does(ada, 'return', id);
    const pauses = Array.from({ length: 8 }, () => {
      const [alarm] = deadlines(world.request(id), TIMING);
      const pause = (alarm?.at ?? 0) - world.now;
      world.now += pause;
      if (alarm !== undefined) world.send(alarm.command);
      return pause / MINUTE;
    });
    expect(pauses).toEqual([5, 20, 80, 320, 1_280, DAY / MINUTE, DAY / MINUTE, DAY / MINUTE]);
    expect(world.does(margaret, 'attest', id)).toBe('returned');
    expect(kinds(world.request(id))).toEqual([]);
  });
});
