import { afterEach, describe, expect, it } from 'vitest';
import { ElbLine } from '../src/access/aws-elb.ts';
import {
  type CenterServer,
  fault,
  send,
} from '../src/access/aws-identity-center/fixtures/center-server.ts';
import { ServerNode } from '../src/access/haproxy-server/client.ts';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import { ELB_REGISTRATION, ELB_WEIGHTS } from './places/elb-action.ts';
import { HAPROXY_SERVER } from './places/haproxy-server.ts';
import { ASSIGNMENT, centerOf, MEMBERSHIP } from './places/identity-center.ts';
import { policyFor } from './policy.ts';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());
const LONG = { timeout: 120_000 };
const actionOf = (request: { readonly headers: Record<string, unknown> }) =>
  String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
const status = async (id: Parameters<Scene['request']>[0]) => (await scene.request(id)).status;
const nodesOf = () => (scene.place.connection as { nodes: string[] }).nodes;
const modes = () =>
  Promise.all(
    nodesOf().map((node) =>
      new ServerNode(node, { signal: AbortSignal.timeout(3_000) }).servers('be_app').then(
        (all) => all.find(({ name }) => name === 'web1')?.mode ?? '-',
        () => 'away',
      ),
    ),
  );
async function center() {
  scene = await Scene.open(ASSIGNMENT);
  const { server } = centerOf(scene);
  const key = server.keyOf(server.users.get('ops-1@example.com') ?? '');
  return { server, key, clock: scene.stage.clock };
}
const state = (of: 'Creation' | 'Deletion', RequestId: string, Status: string) => ({
  status: 200,
  body: { [`AccountAssignment${of}Status`]: { RequestId, Status } },
});

describe('a server of which one node is away at the end', LONG, () => {
  async function endedWithoutB() {
    scene = await Scene.open(HAPROXY_SERVER);
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(10 * SECOND, SECOND);
    await scene.is(id, 'active');
    scene.place.setPart?.(true);
    await scene.giveBack('ada', id);
    await scene.pass(20 * MINUTE, 5 * SECOND);
    expect(await modes()).toEqual(['ready', 'away', 'ready']);
    return id;
  }
  const attest = async (id: string) => {
    await scene.stage.workspace.type('margaret', `attest ${id} the node is gone for good`);
    await scene.rest();
    await scene.pass(HOUR, MINUTE);
  };
  it.each([false, true])(
    'stays as somebody drains it at the others meanwhile (attested: %s)',
    async (isAttested) => {
      const id = await endedWithoutB();
      if (isAttested) await attest(id);
      scene.place.put(1);
      await scene.pass(20 * MINUTE, 5 * SECOND);
      expect(await modes()).toEqual(['drain', 'away', 'drain']);
    },
  );
  it('is had by whoever drains it next, when policy leaves that node out', async () => {
    await attest(await endedWithoutB());
    const [a = '', , c = ''] = nodesOf();
    scene.stage.write(
      policyFor({ ...scene.place, connection: { nodes: [a, c] } }, 'haproxy-server'),
    );
    await scene.kill();
    await scene.boot();
    const two = await scene.ask('linus', 1, '2h');
    await scene.pass(10 * SECOND, SECOND);
    await scene.is(two, 'active');
    let ready = 0;
    for (let times = 0; times < 720; times += 1) {
      await scene.pass(5 * SECOND);
      if ((await modes())[0] === 'ready') ready += 1;
    }
    expect(ready).toBe(0); // 51 of 720
  });
});

describe('where nothing has a mark', LONG, () => {
  it('what was never answered is waited for when asking again has failed', async () => {
    const { server, key, clock } = await center();
    let landsAt = 0;
    let creates = 0;
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      if (landsAt > 0 && clock.now() >= landsAt) {
        landsAt = -1;
        server.assignments.add(key);
      }
      if (actionOf(request) === 'CreateAccountAssignment') {
        creates += 1;
        if (creates === 1) {
          landsAt = clock.now() + 2 * MINUTE;
          request.socket.destroy();
          return;
        }
        server.slowness = 1;
        server.failsNext = true;
      }
      send(response, answer());
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(110 * SECOND, SECOND);
    const early = await status(id);
    await scene.pass(20 * SECOND, SECOND);
    if (landsAt > 0) server.assignments.add(key); // nobody asked any more
    await scene.pass(3 * HOUR, MINUTE);
    expect({ early, left: server.assignments.size }).toEqual({ early: 'revoking', left: 0 });
  });

  it.each(['ConflictException', 'ThrottlingException', 'AccessDeniedException'])(
    'what was never answered, came, and could not be taken away for long is still ours: %s',
    async (why) => {
      const { server, key, clock } = await center();
      let isLost = true;
      let isLocked = true;
      server.hook = ({ request, response }, _what, answer) => {
        server.ring(clock.now());
        const action = actionOf(request);
        if (action === 'CreateAccountAssignment' && isLost) {
          isLost = false;
          server.assignments.add(key);
          request.socket.destroy();
          return;
        }
        if (action === 'DeleteAccountAssignment' && isLocked) return send(response, fault(why));
        send(response, answer());
      };
      const id = await scene.ask('ada', 1, '30m');
      await scene.giveBack('ada', id);
      await scene.pass(30 * MINUTE, SECOND);
      const early = { status: await status(id), left: server.assignments.size };
      isLocked = false;
      await scene.pass(3 * HOUR, MINUTE);
      expect({ early, left: server.assignments.size }).toEqual({
        early: { status: 'revoking', left: 1 },
        left: 0,
      });
    },
  );

  it.each([
    { how: 'throttled', kind: ASSIGNMENT, minutes: 8 },
    { how: 'throttled', kind: MEMBERSHIP, minutes: 8 },
    { how: 'throttled', kind: ELB_WEIGHTS, minutes: 3 },
    { how: 'throttled', kind: ELB_REGISTRATION, minutes: 3 },
    { how: 'busy', kind: ELB_WEIGHTS, minutes: 3 },
  ] as const)(
    'what somebody gives is theirs when one write was lost, and all others are turned away: $how, $kind.name',
    async ({ how, kind, minutes }) => {
      scene = await Scene.open(kind);
      const { place } = scene;
      place.troubles.set('write', 'cut before', 1);
      place.troubles.set('write', how, 1_000_000);
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(minutes * MINUTE, SECOND);
      await scene.is(id, 'activating');
      place.put(1);
      place.troubles.clear();
      await scene.pass(3 * HOUR, MINUTE);
      expect(place.opens(1)).toBe(true);
    },
  );

  it('what was at work a moment ago, and is not known for once, is waited for', async () => {
    const { server, key, clock } = await center();
    const began = clock.now();
    let hasLanded = false;
    let glitches = 1;
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      const age = clock.now() - began;
      if (!hasLanded && age >= 8 * MINUTE) {
        hasLanded = true;
        server.assignments.add(key);
      }
      const action = actionOf(request);
      if (action === 'CreateAccountAssignment')
        return send(response, state('Creation', 'r', 'IN_PROGRESS'));
      if (action !== 'DescribeAccountAssignmentCreationStatus') return send(response, answer());
      if (age > 7 * MINUTE && glitches-- > 0)
        return send(response, fault('ResourceNotFoundException'));
      send(response, state('Creation', 'r', hasLanded ? 'SUCCEEDED' : 'IN_PROGRESS'));
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(5 * SECOND, SECOND);
    await scene.giveBack('ada', id);
    await scene.pass(470 * SECOND, SECOND);
    const early = await status(id);
    await scene.pass(HOUR, MINUTE);
    expect({ early, left: server.assignments.size }).toEqual({ early: 'revoking', left: 0 });
  });

  it('what is accepted under a name of no length that there is, is known as ours all the same', async () => {
    const { server, key, clock } = await center();
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      if (actionOf(request) !== 'CreateAccountAssignment') return send(response, answer());
      server.assignments.add(key);
      send(response, state('Creation', 'x'.repeat(101), 'IN_PROGRESS'));
    };
    await scene.ask('ada', 1, '30m');
    await scene.pass(3 * HOUR, MINUTE);
    expect(server.assignments.size).toBe(0);
  });

  it('entries that do not say whose they are, are no absence', async () => {
    const { server } = await center();
    let isStrange = false;
    server.hook = ({ response }, _what, answer) => {
      const reply = answer();
      const body = JSON.parse(JSON.stringify(reply.body).replaceAll('"PrincipalType":"USER",', ''));
      send(response, isStrange ? { ...reply, body } : reply);
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE, SECOND);
    isStrange = true;
    await scene.giveBack('ada', id);
    await scene.pass(MINUTE, SECOND);
    await scene.is(id, 'revoking');
  });

  it('a rule that is listed without its actions is not put back by that', async () => {
    scene = await Scene.open(ELB_WEIGHTS);
    const id = await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE, SECOND);
    const real = ElbLine.prototype.rules;
    ElbLine.prototype.rules = async function (...args) {
      return (await real.apply(this, args)).map((rule) => ({ ...rule, Actions: [] }));
    };
    await scene.giveBack('ada', id);
    await scene.pass(MINUTE, SECOND);
    ElbLine.prototype.rules = real;
    await scene.is(id, 'revoking');
  });

  it.each([
    ['told', 1],
    ['not known of yet', 1],
    ['not known of yet', 12],
    ['not answered', 1],
    ['not answered', 12],
  ])(
    'what is just being taken away is not open when it is asked for anew: how far it is, is %s, %d s later',
    async (how, seconds) => {
      const { server, key, clock } = await center();
      let goneAt = 0;
      const land = () => {
        if (goneAt > 0 && clock.now() >= goneAt) {
          goneAt = -1;
          server.assignments.delete(key);
        }
      };
      server.hook = ({ request, response }, _what, answer) => {
        server.ring(clock.now());
        land();
        const action = actionOf(request);
        if (action === 'DeleteAccountAssignment' && goneAt === 0) {
          goneAt = clock.now() + MINUTE;
          return send(response, state('Deletion', 'd', 'IN_PROGRESS'));
        }
        if (action === 'DeleteAccountAssignment' && goneAt > 0)
          return send(response, fault('ConflictException'));
        if (action !== 'DescribeAccountAssignmentDeletionStatus') return send(response, answer());
        if (goneAt > 0 && how === 'not known of yet')
          return send(response, fault('ResourceNotFoundException'));
        if (goneAt > 0 && how === 'not answered')
          return send(response, fault('InternalServerException'));
        send(response, state('Deletion', 'd', goneAt < 0 ? 'SUCCEEDED' : 'IN_PROGRESS'));
      };
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(30 * SECOND, SECOND);
      await scene.giveBack('ada', id);
      await scene.pass(seconds * SECOND, SECOND);
      const two = await scene.ask('ada', 1, '30m');
      const seen = new Set<string>();
      for (let n = 0; n < 120; n += 1) {
        await scene.pass(SECOND, SECOND);
        land();
        seen.add(`${await status(two)} ${server.assignments.size}`);
      }
      expect([...seen]).not.toContain('active 0');
    },
  );

  it('what has failed for one is asked for anew for the next', async () => {
    const { server, clock } = await center();
    let creates = 0;
    server.hook = ({ request, response }, _what, answer) => {
      server.ring(clock.now());
      if (actionOf(request) === 'CreateAccountAssignment') {
        creates += 1;
        (server as CenterServer).slowness = 1;
        server.failsNext = creates === 1;
      }
      send(response, answer());
    };
    const id = await scene.ask('ada', 1, '30m');
    await scene.passUntil(async () => (await status(id)) === 'revoking', MINUTE, SECOND);
    const two = await scene.ask('linus', 1, '30m');
    await scene.pass(MINUTE, SECOND);
    expect({ second: await status(two), creates }).toEqual({ second: 'active', creates: 2 });
  });

  it.each([ELB_REGISTRATION, ELB_WEIGHTS])(
    'what was set, and not read until it was given up, counts as had: $name',
    async (kind) => {
      scene = await Scene.open(kind);
      const { place } = scene;
      place.troubles.onWrite = () => place.troubles.set('read', 'throttled', 1_000_000);
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(2 * MINUTE, SECOND);
      expect(place.opens(1)).toBe(true);
      await scene.pass(13 * MINUTE);
      place.troubles.clear();
      await scene.pass(HOUR, MINUTE);
      expect(await scene.request(id)).toMatchObject({
        status: 'activation-failed',
        cause: { opened: true },
      });
    },
  );
});
