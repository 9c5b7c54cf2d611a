/** What a service was asked for, and says or shows only later: it is ours all the same, and gone only when it is. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  fault,
  type Reply,
  send,
} from '../src/access/aws-identity-center/fixtures/center-server.ts';
import { invariant } from '../src/core/invariant.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../src/core/time.ts';
import { IAM_POLICY } from './places/iam-policy.ts';
import { ASSIGNMENT, type CenterPlace, centerOf, MEMBERSHIP } from './places/identity-center.ts';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** The first assignment is accepted, its answer is lost, and until it lands everything else conflicts with it. */
async function landingAfter(delay: Millis): Promise<CenterPlace> {
  scene = await Scene.open(ASSIGNMENT);
  const place = centerOf(scene);
  const { server } = place;
  const { clock } = scene.stage;
  const key = server.keyOf(server.users.get('ops-1@example.com') ?? '');
  let landsAt: number | undefined;
  let hasLanded = false;
  server.hook = ({ request, response }, _what, answer) => {
    server.ring(clock.now());
    if (landsAt !== undefined && !hasLanded && clock.now() >= landsAt) {
      hasLanded = true;
      server.assignments.add(key);
    }
    const action = String(request.headers['x-amz-target']);
    const isWrite = /\.(Create|Delete)AccountAssignment$/.test(action);
    if (isWrite && landsAt === undefined) {
      landsAt = clock.now() + delay;
      request.socket.destroy();
    } else send(response, isWrite && !hasLanded ? fault('ConflictException') : answer());
  };
  return place;
}

describe('an assignment whose answer is lost and that lands later', { timeout: 60_000 }, () => {
  it('is ours although asking again conflicts with it, and ends', async () => {
    const { server } = await landingAfter(30 * SECOND);
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(5 * MINUTE, SECOND);
    await scene.is(id, 'active');
    expect([server.assignments.size, server.schedules.size]).toEqual([1, 1]);
    await scene.pass(HOUR, MINUTE);
    await scene.is(id, 'ended');
    expect(server.assignments.size).toBe(0);
  });

  it.each([45 * SECOND, 4 * MINUTE])(
    'after %d ms is not gone before, for whoever returned it',
    async (delay) => {
      const { server } = await landingAfter(delay);
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(3 * SECOND, SECOND);
      await scene.giveBack('ada', id);
      await scene.pass(delay - 10 * SECOND, SECOND);
      await scene.is(id, 'revoking');
      await scene.pass(10 * MINUTE, SECOND);
      await scene.is(id, 'returned');
      expect([server.assignments.size, server.schedules.size]).toEqual([0, 0]);
    },
  );
});

describe('an assignment that is accepted without an answer, by a process that dies then', {
  timeout: 60_000,
}, () => {
  it('is waited for, although it was written down long before it could be asked for', async () => {
    scene = await Scene.open(ASSIGNMENT);
    const { server } = centerOf(scene);
    const { clock } = scene.stage;
    const key = server.keyOf(server.users.get('ops-1@example.com') ?? '');
    const began = clock.now();
    let landsAt: number | undefined;
    let hasLanded = false;
    server.hook = async ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      const action = String(request.headers['x-amz-target']);
      const isWrite = /\.(Create|Delete)AccountAssignment$/.test(action);
      const now = clock.now();
      if (!hasLanded && landsAt !== undefined && now >= landsAt) {
        hasLanded = true;
        server.assignments.add(key);
      }
      const isDown = now > began && now < began + 7 * MINUTE;
      if (isWrite && !isDown && landsAt === undefined) {
        landsAt = now + 4 * MINUTE;
        scene.doom();
        request.socket.destroy();
      } else if (isDown) send(response, fault('InternalServerException'));
      else send(response, isWrite && !hasLanded ? fault('ConflictException') : answer());
    };
    const id = await scene.ask('ada', 1, '1h');
    for (let tens = 0; tens < 60 && landsAt === undefined; tens += 1)
      await scene.pass(10 * SECOND, SECOND);
    expect(landsAt).toBeDefined();
    await scene.kill();
    await scene.boot();
    await scene.giveBack('ada', id);
    await scene.pass(2 * MINUTE, SECOND);
    await scene.is(id, 'revoking');
    await scene.pass(20 * MINUTE, SECOND);
    await scene.is(id, 'returned');
    expect([...server.assignments]).toEqual([]);
  });
});

describe('an assignment that is worked on', { timeout: 60_000 }, () => {
  /** @param wrong what the nth list is answered with since it was given back, or since it was there */
  async function listing(wrong: (nth: number) => Reply | undefined) {
    scene = await Scene.open(ASSIGNMENT);
    const { server } = centerOf(scene);
    const lists = { since: false, nth: 0 };
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(scene.stage.clock.now());
      const isList = String(request.headers['x-amz-target']).endsWith('.ListAccountAssignments');
      lists.since ||= server.assignments.size > 0;
      if (isList && lists.since) lists.nth += 1;
      send(response, (isList && lists.since && wrong(lists.nth)) || answer());
    };
    return { server, lists };
  }

  it('is not gone by two readings between which nobody heard how far it is', async () => {
    const { server, lists } = await listing((nth) =>
      nth % 3 === 2 && nth > 3 ? fault('AccessDeniedException') : undefined,
    );
    const answer = server.hook;
    let isLost = false;
    server.hook = (exchange, what, reply) => {
      const action = String(exchange.request.headers['x-amz-target']);
      if (!/\.(Create|Delete)AccountAssignment$/.test(action)) return answer(exchange, what, reply);
      if (isLost) return send(exchange.response, fault('ConflictException'));
      isLost = true;
      exchange.request.socket.destroy();
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(2 * SECOND, SECOND);
    expect(isLost).toBe(true);
    await scene.giveBack('ada', id);
    lists.since = true;
    await scene.pass(3 * MINUTE, SECOND);
    expect(lists.nth).toBeGreaterThan(6);
    await scene.is(id, 'revoking');
  });

  it('is ours although the list is late to show it', async () => {
    const { server } = await listing((nth) =>
      nth === 4 ? { status: 200, body: { AccountAssignments: [] } } : undefined,
    );
    server.slowness = 1;
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE, SECOND);
    await scene.is(id, 'active');
    await scene.pass(HOUR, MINUTE);
    await scene.is(id, 'ended');
    expect([...server.assignments]).toEqual([]);
  });
});

describe('what is read there', { timeout: 60_000 }, () => {
  it.each([ASSIGNMENT, MEMBERSHIP])(
    'is told to be unreadable once its place is deleted: $name',
    async (kind) => {
      scene = await Scene.open(kind);
      const id = await scene.ask('ada', 1, '4h');
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      scene.place.remove?.();
      await scene.pass(HOUR, MINUTE);
      expect(scene.stage.notes('alarms').join('\n')).toMatch(/could not be (read|listed)/);
    },
  );

  it('is ours by its seal although somebody took its end out, and is taken away', async () => {
    scene = await Scene.open(IAM_POLICY);
    await scene.ask('ada', 1, '4h');
    const spec = scene.stage.app.service.shell.policy().roles.door?.targets[0];
    invariant(spec !== undefined, 'the role has a target');
    await scene.givePast(spec, 3, scene.seal);
    scene.place.edit?.(3);
    await scene.pass(2 * HOUR, MINUTE);
    expect(scene.place.opens(3)).toBe(false);
  });
});
