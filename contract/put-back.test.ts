/** A server at three nodes, of which some are silent while it is put back, asked for anew, or set by somebody else. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../src/core/ids.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { lifeOf } from '../test/stories/proved.ts';
import { makeTempFolder } from '../test/support/temp-folder.ts';
import type { Place } from './place.ts';
import { HAPROXY_SERVER } from './places/haproxy-server.ts';
import { RuntimeServers } from './places/runtime-servers.ts';
import { policyFor } from './policy.ts';
import { Scene } from './scene.ts';
import { Troubles } from './troubles.ts';

const NAMES = Array.from({ length: 10 }, (_, nth) => `web${nth + 1}`);

class Node extends RuntimeServers {
  /** Before the command is carried out; what it returns is done after it was. */
  hook: ((command: string) => (() => void) | undefined) | undefined;
  own: Troubles;
  constructor(path: string, own: Troubles) {
    super(path, 'be_app', NAMES, own);
    this.own = own;
  }
  get mode(): string {
    return this.servers[0]?.state ?? '-';
  }
  protected override answer(words: readonly string[]): string {
    const after = this.hook?.(words.join(' '));
    const answer = super.answer(words);
    after?.();
    return answer;
  }
}

let scene: Scene;
let a: Node;
let b: Node;
let c: Node;
afterEach(() => scene.close());
const LONG = { timeout: 120_000 };

async function open() {
  scene = await Scene.open({
    ...HAPROXY_SERVER,
    async open(stage) {
      const base = await HAPROXY_SERVER.open(stage);
      const now = () => stage.clock.now();
      const folder = makeTempFolder('hp').path;
      const nodes = ['a', 'b', 'c'].map((name) => new Node(join(folder, name), new Troubles(now)));
      [a, b, c] = nodes as [Node, Node, Node];
      await Promise.all(nodes.map((node) => node.listen()));
      const troubles = new Troubles(now);
      Object.defineProperty(troubles, 'held', {
        get: () => nodes.reduce((sum, { own }) => sum + own.held, 0),
      });
      const place: Place = {
        ...base,
        troubles,
        connection: { nodes: nodes.map(({ path }) => `unix:${path}`) },
        stop: async () => {
          await base.stop();
          await Promise.all(nodes.map((node) => node.stop()));
        },
      };
      return place;
    },
  });
  const policy = JSON.parse(policyFor(scene.place, 'haproxy-server'));
  policy.roles.door.approve = { of: 'security' };
  scene.stage.write(JSON.stringify(policy));
  await scene.kill();
  await scene.boot();
}
const leavesB = () => {
  b.away = true;
};
const modes = () => [a, b, c].map((node) => (node.away ? 'away' : node.mode));
const hand = (state: string, ...nodes: Node[]) => {
  for (const node of nodes) node.put('web1', state, 'hand');
};
const approve = async (id: RequestId) => {
  await scene.stage.workspace.press('margaret', id, 'approve');
  await scene.rest();
};
/** Ada has it, and Linus has asked for the same: that is planned, and waits for its approval. */
async function heldAndAskedFor() {
  await open();
  const ada = await scene.ask('ada', 1, '4h');
  await approve(ada);
  await scene.pass(10 * SECOND, SECOND);
  await scene.is(ada, 'active');
  const linus = await scene.ask('linus', 1, '1h');
  await scene.is(linus, 'pending');
  return { ada, linus };
}
/** And it is put back but for b. */
async function backButForB() {
  const both = await heldAndAskedFor();
  b.away = true;
  await scene.giveBack('ada', both.ada);
  await scene.pass(5 * MINUTE, 5 * SECOND);
  expect(modes()).toEqual(['ready', 'away', 'ready']);
  return both;
}
const over = async () => {
  await scene.pass(30 * MINUTE, 5 * SECOND);
};

/** The process dies when `a` is set for Linus, who gives it back after that; then everything answers. */
async function diesAndEnds(linus: RequestId) {
  await approve(linus);
  await scene.pass(2 * SECOND, SECOND);
  expect(a.mode).toBe('drain');
  a.hook = undefined;
  await scene.kill();
  await scene.boot();
  await scene.giveBack('linus', linus);
  b.away = false;
  await over();
  expect(modes()).toEqual(['ready', 'ready', 'ready']);
  expect(await scene.areOver()).toBe(true);
}

describe('a server at three nodes', LONG, () => {
  it('put back but for b, asked anew, set, process dies, ends: all is put back', async () => {
    const { linus } = await backButForB();
    a.hook = (command) => (command.startsWith('set') ? () => scene.doom() : undefined);
    await diesAndEnds(linus);
  });

  it('what somebody drains after it was put back stays, when it is given to the next meanwhile', async () => {
    const { linus } = await backButForB();
    hand('drain', a);
    await scene.pass(5 * MINUTE, 5 * SECOND);
    expect(a.mode).toBe('drain'); // theirs stays so far, as is documented
    await approve(linus);
    b.away = false;
    await scene.pass(5 * MINUTE, 5 * SECOND);
    const given = (await scene.request(linus)).status;
    if (given === 'active' || given === 'activating') await scene.giveBack('linus', linus);
    await over();
    expect({ given, a: a.mode, by: a.servers[0]?.by }).toMatchObject({ a: 'drain', by: 'hand' });
  });

  it('what was never held, put back, and set again for the next while b is away, is put back', async () => {
    await open();
    const ada = await scene.ask('ada', 1, '4h');
    const linus = await scene.ask('linus', 1, '1h');
    // b is set, and dies before anybody could look.
    b.hook = (command) => (command.startsWith('set') ? leavesB : undefined);
    await approve(ada);
    await scene.pass(10 * SECOND, SECOND);
    await scene.is(ada, 'activating');
    await scene.giveBack('ada', ada);
    await scene.pass(5 * MINUTE, 5 * SECOND);
    expect(modes()).toEqual(['ready', 'away', 'ready']);
    await approve(linus);
    await scene.pass(MINUTE, SECOND);
    expect(modes()).toEqual(['drain', 'away', 'drain']);
    await scene.giveBack('linus', linus);
    b.hook = undefined;
    b.away = false;
    await over();
    expect({ modes: modes(), over: await scene.areOver() }).toEqual({
      modes: ['ready', 'ready', 'ready'],
      over: true,
    });
  });

  it('what is set again for the next is noted, also where it was read only at the second look', async () => {
    const { linus } = await backButForB();
    let reads = 0;
    a.hook = (command) => {
      if (command.startsWith('set')) return () => scene.doom();
      reads += 1;
      if (reads === 1) a.own.set('read', 'cut before', 1);
      return undefined;
    };
    await diesAndEnds(linus);
  });

  it.each(['away', 'silent'] as const)(
    'asked anew, it is set at the others while b is %s',
    async (how) => {
      const { linus } = await backButForB();
      if (how === 'silent') {
        b.own.set('read', 'silent before', 1_000_000);
        b.away = false;
      }
      await approve(linus);
      await scene.pass(5 * MINUTE, 5 * SECOND);
      expect([a.mode, c.mode]).toEqual(['drain', 'drain']);
    },
  );

  it.each([false, true])(
    'what a forgets while it is wanted is set again while b is silent (given to the next before: %s)',
    async (isNext) => {
      if (isNext) {
        const { linus } = await backButForB();
        await approve(linus);
        await scene.pass(MINUTE, SECOND);
        expect(a.mode).toBe('drain');
      } else await heldAndAskedFor();
      b.own.set('read', 'silent before', 1_000_000);
      b.away = false;
      await scene.pass(MINUTE, 5 * SECOND);
      hand('ready', a); // a restart
      await scene.pass(5 * MINUTE, 5 * SECOND);
      expect(a.mode).toBe('drain');
    },
  );

  it('what was put back a moment ago, and drained by somebody since, stays', async () => {
    const { ada } = await heldAndAskedFor();
    a.away = true;
    b.away = true;
    await scene.giveBack('ada', ada);
    await scene.pass(20 * MINUTE, 5 * SECOND);
    a.away = false;
    await scene.passUntil(() => a.mode === 'ready', 10 * MINUTE, SECOND);
    await scene.pass(30 * SECOND, SECOND);
    hand('drain', a); // half a minute after we have put it back
    await over();
    expect(a.mode).toBe('drain');
  });

  it('what was put back is known to be, when b answers once and is away again', async () => {
    await backButForB();
    await scene.pass(20 * MINUTE, 5 * SECOND);
    b.hook = (command) => (command.startsWith('set') ? leavesB : undefined);
    b.away = false;
    await scene.passUntil(() => b.mode === 'ready', 10 * MINUTE, SECOND);
    expect(b.mode).toBe('ready');
    await scene.pass(30 * SECOND, SECOND);
    hand('drain', a); // put back half an hour ago
    await scene.pass(20 * MINUTE, 5 * SECOND);
    expect(a.mode).toBe('drain');
  });

  it('where somebody is at it, nothing was set for the next, so that it stays theirs', async () => {
    const { linus } = await backButForB();
    hand('maint', a);
    await approve(linus);
    await scene.pass(MINUTE, SECOND);
    expect([a.mode, c.mode]).toEqual(['maint', 'drain']);
    hand('drain', a);
    await scene.pass(MINUTE, SECOND);
    await scene.giveBack('linus', linus);
    b.away = false;
    await over();
    expect(a.mode).toBe('drain');
  });

  /** Approved while a is away, and given up: nothing was ever set, and nothing noted. */
  async function neverBegun() {
    await open();
    const ada = await scene.ask('ada', 1, '4h');
    const linus = await scene.ask('linus', 1, '4h');
    a.away = true;
    await approve(ada);
    await scene.pass(MINUTE, 5 * SECOND);
    await scene.is(ada, 'activating');
    expect(modes()).toEqual(['away', 'ready', 'ready']);
    await scene.giveBack('ada', ada);
    await scene.pass(MINUTE, 5 * SECOND);
    return { ada, linus };
  }

  it('what somebody has drained is not put back by a request that never set anything', async () => {
    await neverBegun();
    hand('drain', a);
    a.away = false;
    await over();
    expect({ a: a.mode, by: a.servers[0]?.by }).toEqual({ a: 'drain', by: 'hand' });
  });

  it('nothing is set before every node was seen, and what was set is put back', async () => {
    const { linus } = await neverBegun();
    await approve(linus);
    await scene.pass(MINUTE, 5 * SECOND);
    const begun = modes();
    await scene.giveBack('linus', linus);
    a.away = false;
    await over();
    expect({ begun, end: modes() }).toEqual({
      begun: ['away', 'ready', 'ready'],
      end: ['ready', 'ready', 'ready'],
    });
  });

  it('what somebody drains everywhere while the end is read is theirs, when it is asked for anew', async () => {
    const { ada, linus } = await heldAndAskedFor();
    await scene.giveBack('ada', ada);
    const before = [modes(), (await scene.request(ada)).status];
    hand('drain', a, b, c); // put back, and read once
    await approve(linus);
    await scene.pass(MINUTE, SECOND);
    const status = (await scene.request(linus)).status;
    if (status === 'active') await scene.giveBack('linus', linus);
    await scene.pass(5 * MINUTE, 5 * SECOND);
    expect({ before, status, modes: modes(), by: a.servers[0]?.by }).toEqual({
      before: [['ready', 'ready', 'ready'], 'revoking'],
      status: 'activating',
      modes: ['drain', 'drain', 'drain'],
      by: 'hand',
    });
  });

  it('so it is minutes after it was put back, when b was away for the reading', async () => {
    const { linus } = await backButForB();
    await scene.pass(20 * MINUTE, 5 * SECOND);
    b.hook = (command) => (command.startsWith('set') ? leavesB : undefined);
    b.away = false;
    await scene.passUntil(() => b.mode === 'ready', 10 * MINUTE, SECOND);
    await scene.pass(5 * SECOND, SECOND);
    b.hook = undefined;
    b.away = false;
    const before = modes();
    await scene.pass(5 * SECOND, SECOND);
    hand('drain', a, b, c);
    await scene.pass(5 * SECOND, SECOND);
    await approve(linus);
    await scene.pass(MINUTE, SECOND);
    const status = (await scene.request(linus)).status;
    if (status === 'active') await scene.giveBack('linus', linus);
    await scene.pass(5 * MINUTE, 5 * SECOND);
    expect({ before, status, modes: modes() }).toEqual({
      before: ['ready', 'ready', 'ready'],
      status: 'activating',
      modes: ['drain', 'drain', 'drain'],
    });
  });

  it('what a node forgot and had to be set again is told, although another is silent', async () => {
    const { ada } = await heldAndAskedFor();
    b.away = true;
    hand('ready', a); // a restart
    await scene.pass(5 * MINUTE, 5 * SECOND);
    const set = a.mode;
    b.away = false;
    await scene.pass(5 * MINUTE, 5 * SECOND);
    const events = await lifeOf(scene.stage, ada);
    expect({ set, status: (await scene.request(ada)).status }).toEqual({
      set: 'drain',
      status: 'active',
    });
    expect(JSON.stringify(events)).toContain('drift');
  });
});
