/** SIGTERM in the middle of each kind of work: it stops in time, and the next start finishes it, once. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EffectKind } from '../../../src/core/effect.ts';
import { Database } from '../../../src/store/driver.ts';
import {
  ADA,
  ALAN,
  ALARMS,
  channelOf,
  GRACE,
  LINUS,
  MARGARET,
  policyText,
} from '../../stories/outside/cast.ts';
import type { Desk } from '../../stories/outside/desk.ts';
import { eventually } from '../../stories/outside/eventually.ts';
import { deliver, signed } from '../../stories/outside/signed.ts';
import { World } from '../../stories/outside/world.ts';
import { needs } from '../../support/servers.ts';
import { lifeOf, until, waiting } from './book.ts';
import { type Call, SlackFront } from './slack-front.ts';
import { typed } from './typed.ts';

const MINUTE = 60;
/** As long as an orchestrator waits before it kills. */
const LONGEST_STOP = 30_000;

interface Scene {
  /** Brings the program into the middle of it. @returns how it is let go on */
  readonly begin: () => Promise<() => void>;
  /** What must be so after the next start. */
  readonly end: () => Promise<void>;
}

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('Told to stop in the middle of', () => {
  const closings: (() => Promise<void>)[] = [];
  let world: World;
  let front: SlackFront;

  async function open(mode: 'socket' | 'events'): Promise<void> {
    const slack = async ({ url }: { readonly url: string }) => {
      front = await SlackFront.open(url);
      return front.apiUrl;
    };
    const env = { HALLPASS_REVOKE_ALARM_SECONDS: '60' };
    world = await World.open({ mode, redis: true, stepped: true, fronts: { slack }, env });
    const here = { world, front };
    closings.push(async () => {
      here.world.prove();
      await here.world.close();
      await here.front.stop();
    });
  }

  beforeAll(() => open('socket'));
  afterAll(() => Promise.all(closings.map((close) => close())));

  const inChannel = (method: string, channel: string, isLine?: boolean) => (call: Call) =>
    call.method === method &&
    call.args.get('channel') === channel &&
    (isLine === undefined || call.args.has('thread_ts') === isLine);

  /** Begins something that asks Slack, and returns when Slack was asked. */
  async function held(which: (call: Call) => boolean, begin: () => Promise<unknown>) {
    const { arrived, letGo } = front.hold(which);
    await begin();
    await arrived;
    return letGo;
  }

  /** Another process holds the database, so that what only writes cannot end. */
  async function locked(begin: () => Promise<unknown>): Promise<() => void> {
    const other = new Database(world.env.DATABASE_URL ?? '');
    other.exec('BEGIN IMMEDIATE');
    await begin();
    await world.program.waitForLine(/another process is writing/);
    return () => {
      other.exec('ROLLBACK');
      other.close();
    };
  }

  async function opened(desk: Desk): Promise<string> {
    const id = await desk.ask(ADA, 'open');
    await until(world, id, 'activated');
    await eventually(async () => waiting(world, 'tell') === 0 || undefined);
    return id;
  }

  let id = '';

  const SCENES: Readonly<Record<EffectKind, Scene>> = {
    deliver: {
      begin: () => {
        const desk = world.desk(1);
        return held(
          ({ method }) => method === 'users.info',
          () => desk.send(ADA, ask(desk)),
        );
      },
      end: () => world.untilVerdict(world.desk(1), 200),
    },
    converge: {
      begin: async () => {
        id = await world.desk(2).ask(ADA, 'admin');
        world.gate.freeze();
        await world.desk(2).type(GRACE, `approve ${id}`);
        return () => world.gate.thaw();
      },
      end: async () => {
        await until(world, id, 'activated');
        expect(lifeOf(world, id).filter((type) => type === 'approved')).toHaveLength(1);
      },
    },
    timer: {
      begin: async () => {
        id = await opened(world.desk(3));
        return locked(() => world.forward(51 * MINUTE));
      },
      end: async () => {
        await until(world, id, 'warned');
        expect(lifeOf(world, id).filter((type) => type === 'warned')).toHaveLength(1);
      },
    },
    draw: {
      begin: () =>
        held(inChannel('chat.postMessage', channelOf(4), false), async () => {
          id = await world.desk(4).ask(ADA, 'admin');
        }),
      end: async () => {
        expect(await world.desk(4).card(id)).toContain('Waiting for approval');
      },
    },
    tell: {
      begin: () =>
        held(inChannel('chat.postMessage', channelOf(5), true), async () => {
          id = await world.desk(5).ask(ADA, 'admin');
        }),
      end: async () => {
        await world.desk(5).threadTells(id, 'Asked by ada');
        expect((await world.desk(5).thread(id)).match(/Asked by ada/g)).toHaveLength(1);
      },
    },
    summon: {
      begin: async () => {
        const policy = policyText(world.gate);
        await world.policy(
          policy.replace('security: { members: [margaret', 'security: { members: [alan'),
        );
        id = await world.desk(6).ask(ADA, 'admin');
        return held(isAboutAlan, () => world.forward(11 * MINUTE));
      },
      end: async () => {
        await world.desk(6).dm(ALAN, `#${id}`);
      },
    },
    call: {
      begin: async () => {
        const policy = policyText(world.gate)
          .replace('staff: {', 'staff: { managers: [alan@example.com],')
          .replace('to: security }', 'to: { managerOf: requester } }');
        await world.policy(policy);
        id = await world.desk(8).ask(ADA, 'admin');
        return locked(() => world.forward(11 * MINUTE));
      },
      end: async () => {
        await world.desk(8).dm(ALAN, `#${id}`);
      },
    },
    nudge: {
      begin: async () => {
        const policy = policyText(world.gate);
        await world.policy(policy.replace('  escalate:', '  remind: 4m\n  escalate:'));
        id = await world.desk(7).ask(LINUS, 'admin');
        await world.forward(5 * MINUTE);
        await world.desk(7).dm(GRACE, `#${id}`);
        return held(isReminder, () => world.forward(8 * MINUTE));
      },
      end: async () => {
        await world.desk(7).dm(GRACE, 'Still waiting for you');
      },
    },
    delegation: {
      begin: () =>
        held(isDelegation, async () => {
          await world.desk(6).type(GRACE, 'mine');
          await world.desk(6).type(MARGARET, `delegate <@${GRACE}|grace> until tomorrow`);
        }),
      end: async () => {
        await world.desk(6).dm(GRACE, 'is away until');
        await world.desk(6).type(MARGARET, 'back');
      },
    },
    'stand-in': {
      begin: async () => {
        // Without reminders: whoever was told by one is not told again.
        await world.policy(policyText(world.gate));
        await world.desk(6).type(MARGARET, `delegate <@${GRACE}|grace> until tomorrow`);
        id = await world.desk(6).ask(LINUS, 'admin');
        return held(isInstead, () => world.forward(11 * MINUTE));
      },
      end: async () => {
        await world.desk(6).dm(GRACE, `#${id}`);
        await world.desk(6).dm(GRACE, 'instead of');
        await world.desk(6).type(MARGARET, 'back');
      },
    },
    note: {
      begin: async () => {
        id = await world.desk(7).ask(ADA, 'admin');
        return held(
          ({ args }) => /was denied/.test(args.get('text') ?? '') && !args.has('thread_ts'),
          () => world.desk(7).type(GRACE, `deny ${id} not today`),
        );
      },
      end: async () => {
        await world.desk(7).dm(ADA, 'not today');
      },
    },
    alarm: {
      begin: async () => {
        id = await opened(world.desk(8));
        await world.gate.kill();
        await world.desk(8).type(ADA, `return ${id}`);
        await until(world, id, 'revoking-started');
        return held(inChannel('chat.postMessage', channelOf(8), false), () => world.forward(61));
      },
      end: async () => {
        await world.desk(8).note(channelOf(8), 'Access may still be open.');
        await world.gate.restart();
        await until(world, id, 'finished');
      },
    },
    remind: {
      begin: async () => {
        const desk = world.desk(1);
        const typed = `break-glass open-1 10s ip=${desk.from} the edge is down`;
        id = /#([0-9a-z]{10})\b/.exec(await desk.type(ADA, typed))?.[1] ?? '';
        await until(world, id, 'activated');
        await world.forward(30);
        await until(world, id, 'finished');
        await eventually(async () => waiting(world, 'tell') === 0 || undefined);
        return held(inChannel('chat.postMessage', channelOf(1), false), () =>
          world.forward(MINUTE),
        );
      },
      end: async () => {
        await world.desk(1).note(channelOf(1), 'A review is overdue.');
        expect(lifeOf(world, id).filter((type) => type === 'review-overdue')).toHaveLength(1);
        await world.desk(1).type(MARGARET, `review ${id} justified it was down`);
      },
    },
    notice: {
      begin: () =>
        held(isToAlarms, async () => {
          const policy = policyText(world.gate);
          await world.policy(`${policy}nonsense: {}\n`, /the old one stays/);
          world.write(policy);
        }),
      end: async () => {
        await world.desk(9).note(ALARMS, 'is NOT in force');
      },
    },
    home: {
      begin: () =>
        held(
          ({ method }) => method === 'views.publish',
          () => world.slack.openHome(ADA),
        ),
      end: async () => {
        await eventually(() => world.slack.home(ADA));
      },
    },
    tally: {
      begin: async () => {
        const desk = world.desk(10);
        id = await desk.ask(ADA, 'admin');
        for (let times = 0; times < 2; times += 1) await desk.type(ADA, `approve ${id}`);
        return locked(() => world.forward(2 * MINUTE));
      },
      end: async () => {
        await eventually(async () => waiting(world, 'tally') === 0 || undefined);
      },
    },
    use: {
      begin: async () => {
        id = await opened(world.desk(9));
        await world.desk(9).type(ADA, `return ${id}`);
        world.gate.freeze();
        await world.forward(30);
        return () => world.gate.thaw();
      },
      end: async () => {
        await until(world, id, 'finished');
        await eventually(async () => waiting(world, 'use') === 0 || undefined);
      },
    },
    reconcile: {
      begin: async () => {
        const text = policyText(world.gate).replace('alarms:', 'reconcile: { every: 5m }\nalarms:');
        await world.policy(text);
        world.gate.freeze();
        await world.forward(6 * MINUTE);
        return () => world.gate.thaw();
      },
      end: async () => {
        await world.forward(6 * MINUTE);
        expect(waiting(world, 'reconcile')).toBeGreaterThan(0);
      },
    },
    standstill: {
      begin: async () => {
        id = await opened(world.desk(10));
        await world.gate.kill();
        await world.desk(10).type(MARGARET, 'freeze confirm a stolen laptop');
        await until(world, id, 'revoking-started');
        return locked(() => world.forward(5));
      },
      end: async () => {
        await world.gate.restart();
        await until(world, id, 'finished');
        await world.forward(MINUTE);
        await world.desk(10).note(ALARMS, 'are confirmed gone');
        await world.desk(10).type(MARGARET, 'thaw confirm it is found');
      },
    },
    answer: {
      // Over HTTP, so that the test says where the answer goes.
      begin: async () => {
        await open('events');
        const desk = world.desk(9);
        const { responseUrl } = front;
        const sent = signed(typed(world, desk, LINUS, { responseUrl, text: 'help' }), world.sender);
        return held(
          ({ method }) => method === 'respond',
          () => deliver(world.sender, sent),
        );
      },
      end: async () => {
        await eventually(async () => waiting(world, 'answer') === 0 || undefined);
        expect(front.count('respond')).toBe(1);
      },
    },
  };

  const ask = (desk: Desk) => `${desk.role('open')} 1h ip=${desk.from} rotate a certificate`;
  const isAboutAlan = ({ args }: Call) => args.get('email') === 'alan@example.com';
  const isReminder = ({ args }: Call) => /Still waiting for you/.test(args.get('text') ?? '');
  const isDelegation = ({ args }: Call) => /is away until/.test(args.get('text') ?? '');
  const isInstead = ({ args }: Call) => /instead of .* who is away/.test(args.get('text') ?? '');
  const isToAlarms = ({ method, args }: Call) =>
    method === 'chat.postMessage' && args.get('channel') === ALARMS;

  for (const [kind, { begin, end }] of Object.entries(SCENES))
    test(`'${kind}', it finishes that or leaves it to the next start, and nothing is done twice`, async () => {
      const letGo = await begin();
      const before = performance.now();
      world.program.signal('SIGTERM');
      await world.program.waitForLine(/stopping/);
      letGo();
      expect(await world.halt()).toEqual({ code: 0, signal: null });
      expect(performance.now() - before).toBeLessThan(LONGEST_STOP);
      await world.start();
      // What was under way when it stopped is nobody's after its lease.
      await world.forward(40);
      await end();
    });
});
