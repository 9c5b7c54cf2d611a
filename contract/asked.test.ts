/** A service that works on what it is asked for: what it knows late, refuses, or does for somebody else meanwhile. */
import { afterEach, describe, expect, it } from 'vitest';
import { fault, send } from '../src/access/aws-identity-center/fixtures/center-server.ts';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import { ELB_REGISTRATION, ELB_WEIGHTS } from './places/elb-action.ts';
import { ASSIGNMENT, type CenterPlace, centerOf, MEMBERSHIP } from './places/identity-center.ts';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function center(): Promise<CenterPlace> {
  scene = await Scene.open(ASSIGNMENT);
  return centerOf(scene);
}

const actionOf = (request: { readonly headers: Record<string, unknown> }) =>
  String(request.headers['x-amz-target']).split('.').at(-1) ?? '';

describe('an assignment that was accepted', { timeout: 60_000 }, () => {
  it('is not gone while it may land, although its status is not known yet', async () => {
    const { server } = await center();
    const { clock } = scene.stage;
    const key = server.keyOf(server.users.get('ops-1@example.com') ?? '');
    let landsAt: number | undefined;
    let hasLanded = false;
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      const action = actionOf(request);
      if (landsAt !== undefined && !hasLanded && clock.now() >= landsAt) {
        hasLanded = true;
        server.assignments.add(key);
      }
      if (action === 'CreateAccountAssignment' && landsAt === undefined) {
        landsAt = clock.now() + 2 * MINUTE;
        const AccountAssignmentCreationStatus = { RequestId: 'early', Status: 'IN_PROGRESS' };
        return send(response, { status: 200, body: { AccountAssignmentCreationStatus } });
      }
      if (action === 'DescribeAccountAssignmentCreationStatus')
        return send(response, fault('ResourceNotFoundException'));
      const isWrite = /^(Create|Delete)AccountAssignment$/.test(action);
      send(response, isWrite && !hasLanded ? fault('ConflictException') : answer());
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(2 * SECOND, SECOND);
    expect(landsAt).toBeDefined();
    await scene.giveBack('ada', id);
    await scene.pass(MINUTE, SECOND);
    const early = (await scene.request(id)).status;
    await scene.pass(2 * MINUTE, 5 * SECOND);
    if (!hasLanded) server.assignments.add(key);
    hasLanded = true;
    await scene.pass(3 * HOUR, MINUTE);
    expect({ early, left: server.assignments.size }).toEqual({ early: 'revoking', left: 0 });
  });

  it('and failed while somebody gave it by hand is theirs, and the request ends', async () => {
    const place = await center();
    const { server } = place;
    const { clock } = scene.stage;
    server.slowness = 1;
    server.failsNext = true;
    let isForgotten = false;
    let deletions = 0;
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      const action = actionOf(request);
      if (action === 'DeleteAccountAssignment') deletions += 1;
      const isAsked = action === 'DescribeAccountAssignmentCreationStatus';
      const reply = isAsked && isForgotten ? fault('ResourceNotFoundException') : answer();
      // At the moment at which it is heard to have failed, whoever is on call gives it.
      if (JSON.stringify(reply.body).includes('FAILED')) place.put(1);
      send(response, reply);
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(3 * HOUR, MINUTE);
    const { status } = await scene.request(id);
    isForgotten = true;
    await scene.pass(HOUR, MINUTE);
    expect({ status, deletions, theirs: scene.theirs().length }).toEqual({
      status: 'activation-failed',
      deletions: 0,
      theirs: 1,
    });
  });

  it('is taken away by whoever may delete it, although its status may not be asked', async () => {
    const { server } = await center();
    const { clock } = scene.stage;
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now() - 24 * HOUR);
      const isStatus = /Describe.*Status$/.test(actionOf(request));
      send(response, isStatus ? fault('AccessDeniedException') : answer());
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(20 * MINUTE, 10 * SECOND);
    const { status } = await scene.request(id);
    expect({ status, left: server.assignments.size }).toEqual({
      status: 'activation-failed',
      left: 0,
    });
  });

  it('by somebody else, and is worked on while we ask for the first time, stays theirs', async () => {
    const place = await center();
    const { server } = place;
    const { clock } = scene.stage;
    const began = clock.now();
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now() - 24 * HOUR);
      const isOver = clock.now() > began + 12 * SECOND;
      if (isOver && clock.now() < began + 40 * SECOND) place.put(1);
      const isWrite = /^(Create|Delete)AccountAssignment$/.test(actionOf(request));
      send(response, isWrite && !isOver ? fault('ConflictException') : answer());
    };
    await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE, SECOND);
    expect(scene.theirs()).toHaveLength(1);
    await scene.pass(2 * HOUR, MINUTE);
    expect(scene.theirs()).toHaveLength(1);
  });

  it.each([2, 6, 8, 10, 20, 25, 30])(
    'by somebody else, and is there after %d s, stays theirs however often we asked meanwhile',
    async (seconds) => {
      const place = await center();
      const { server } = place;
      const { clock } = scene.stage;
      const landsAt = clock.now() + seconds * SECOND;
      let isThere = false;
      server.hook = ({ request, response }, _what, answer) => {
        server.ring(clock.now());
        if (!isThere && clock.now() >= landsAt) {
          isThere = true;
          place.put(1);
        }
        const isWrite = /^(Create|Delete)AccountAssignment$/.test(actionOf(request));
        send(response, isWrite && !isThere ? fault('ConflictException') : answer());
      };
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(3 * MINUTE, SECOND);
      await scene.is(id, 'activation-failed');
      await scene.pass(2 * HOUR, MINUTE);
      expect(scene.theirs()).toHaveLength(1);
    },
  );
});

describe('what was turned away', { timeout: 60_000 }, () => {
  it.each([
    ['throttled', ASSIGNMENT],
    ['throttled', MEMBERSHIP],
    ['busy', ASSIGNMENT],
    ['throttled', ELB_WEIGHTS],
    ['throttled', ELB_REGISTRATION],
    ['busy', ELB_WEIGHTS],
  ] as const)('is not ours when somebody gives it meanwhile: %s, %o', async (how, kind) => {
    scene = await Scene.open(kind);
    const { place } = scene;
    place.troubles.set('write', how, 1_000_000);
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(3 * MINUTE, SECOND);
    await scene.is(id, 'activating');
    place.put(1);
    place.troubles.clear();
    await scene.pass(2 * MINUTE, SECOND);
    await scene.is(id, 'activation-failed');
    await scene.pass(2 * HOUR, MINUTE);
    expect(place.opens(1)).toBe(true);
  });
});
