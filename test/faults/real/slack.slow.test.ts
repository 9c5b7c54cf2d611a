/** Slack answers 429, 500, late, or not at all: access waits for no chat, and every thread comes right. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ADA, channelOf, GRACE, LINUS } from '../../stories/outside/cast.ts';
import type { Desk } from '../../stories/outside/desk.ts';
import { eventually } from '../../stories/outside/eventually.ts';
import { World } from '../../stories/outside/world.ts';
import { needs } from '../../support/servers.ts';
import { lifeOf, until, waiting } from './book.ts';
import { type Call, SlackFront, type Trouble } from './slack-front.ts';

const MINUTE = 60;
/** A person is shown an error after three seconds; what waits for no other call is far from it. */
const AT_ONCE = 1_500;

const isPosted = ({ method }: Call): boolean => method.startsWith('chat.');
const never = new Promise<void>(() => {});

needs('haproxy', 'local-slack')('While Slack', () => {
  let world: World;
  let front: SlackFront;
  beforeAll(async () => {
    const slack = async ({ url }: { readonly url: string }) => {
      front = await SlackFront.open(url);
      return front.apiUrl;
    };
    const env = { HALLPASS_REVOKE_ALARM_SECONDS: '60' };
    world = await World.open({ mode: 'socket', stepped: true, fronts: { slack }, env });
  });
  afterEach(async () => {
    front.mend();
    await world.proven();
  });
  afterAll(async () => {
    await world.close();
    await front.stop();
  });

  /** How long a person waits until Slack is told that what they typed has arrived. */
  async function acknowledged(desk: Desk, user: string, text: string): Promise<number> {
    const before = performance.now();
    await desk.send(user, text);
    return performance.now() - before;
  }

  /** A whole life of a request, typed and not clicked: there may be no card to click on. */
  async function lived(desk: Desk): Promise<string> {
    const id = await desk.ask(ADA, 'admin');
    await desk.type(GRACE, `approve ${id}`);
    await world.untilVerdict(desk, 200);
    expect(await acknowledged(desk, ADA, `return ${id}`)).toBeLessThan(AT_ONCE);
    await world.untilVerdict(desk, 403);
    await until(world, id, 'finished');
    return id;
  }

  async function comesRight(desk: Desk, id: string): Promise<void> {
    await desk.cardSays(id, 'Returned by the requester. Proven gone');
    await desk.threadTells(id, 'Asked by ada', 'Approved by grace', 'Active', 'Finished: returned');
    expect((await desk.thread(id)).match(/Approved by grace/g)).toHaveLength(1);
    expect(waiting(world, 'converge')).toBe(0);
  }

  test('answers 429 to every message for an hour, access opens and ends, and all is said afterwards', async () => {
    const desk = world.desk(1);
    const open = await world.desk(2).ask(LINUS, 'open');
    await world.desk(2).cardSays(open, 'confirmed by the provider');
    front.trouble = (call) =>
      isPosted(call) ? { kind: 'throttled', retryAfter: 5 * MINUTE } : undefined;
    const asked = front.calls.length;
    const id = await lived(desk);
    for (let minutes = 0; minutes < 60; minutes += 6) await world.forward(6 * MINUTE);
    await until(world, open, 'finished');
    await world.untilVerdict(world.desk(2), 403);
    expect(await desk.server.messages(desk.channel)).toSatisfy(noCards);
    // Each message is tried about once in five minutes, by three who have something to say.
    expect(front.calls.slice(asked).filter(isPosted).length).toBeLessThan(100);
    front.mend();
    await world.forward(6 * MINUTE);
    await comesRight(desk, id);
    await world.desk(2).cardSays(open, 'Ended: the time was over. Proven gone');
  });

  const noCards = (messages: readonly { readonly ephemeral_to?: string }[]) =>
    messages.every(({ ephemeral_to }) => ephemeral_to !== undefined);

  test('answers 429 to whatever it is asked, deliveries are taken in, and decided afterwards', async () => {
    const desk = world.desk(3);
    front.trouble = () => ({ kind: 'throttled', retryAfter: 30 });
    const role = desk.role('open');
    const text = `${role} 1h ip=${desk.from} rotate a certificate`;
    expect(await acknowledged(desk, LINUS, text)).toBeLessThan(AT_ONCE);
    expect(await acknowledged(desk, LINUS, text.replace('rotate', 'renew'))).toBeLessThan(AT_ONCE);
    front.mend();
    await world.forward(31);
    await desk.answer(LINUS, '#');
    await world.untilVerdict(desk, 200);
    const [id] = await requestsAt(desk);
    await desk.type(LINUS, `return ${id}`);
    await until(world, `${id}`, 'finished');
  });

  async function requestsAt(desk: Desk): Promise<readonly string[]> {
    const all = (await desk.answers(LINUS)).join();
    return [...all.matchAll(/#([0-9a-z]{10})\b/g)].map(([, id = '']) => id);
  }

  test('answers 500, access opens and ends, and all is said afterwards, once', async () => {
    const desk = world.desk(4);
    front.trouble = (call) => (isPosted(call) ? { kind: 'broken' } : undefined);
    const id = await lived(desk);
    front.mend();
    await comesRight(desk, id);
  });

  test('answers after the time for it, done or not, there is one card and each line once', async () => {
    const troubles = new Map<string, Trouble>([
      [channelOf(5), { kind: 'late', until: never }],
      [channelOf(6), { kind: 'held', until: never }],
    ]);
    front.trouble = (call) =>
      isPosted(call) ? troubles.get(call.args.get('channel') ?? '') : undefined;
    const [late, held] = [world.desk(5), world.desk(6)];
    const ids = await Promise.all([lived(late), lived(held)]);
    // Each of them is waited for no longer than ten seconds, then tried again.
    await world.program.waitForLine(/was not answered/, 20_000);
    front.mend();
    for (const [desk, id] of [[late, ids[0]] as const, [held, ids[1]] as const])
      await comesRight(desk, id);
  });

  test('answers after four seconds, everything is said, and nobody waits for it', async () => {
    const desk = world.desk(7);
    front.trouble = (call) =>
      isPosted(call)
        ? { kind: 'held', until: new Promise((resolve) => setTimeout(resolve, 4_000)) }
        : undefined;
    const id = await lived(desk);
    front.mend();
    await comesRight(desk, id);
    expect(lifeOf(world, id)).toEqual([
      ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated'],
      ...['revoking-started', 'grant-gone', 'finished'],
    ]);
  });

  test('is down at the start, access ends all the same, and people are heard when it is back', async () => {
    const desk = world.desk(8);
    const id = await desk.ask(ADA, 'open');
    await desk.cardSays(id, 'confirmed by the provider');
    await world.halt();
    front.trouble = () => ({ kind: 'broken' });
    await world.start();
    await world.forward(61 * MINUTE);
    await world.untilVerdict(desk, 403);
    await until(world, id, 'finished');
    await world.program.waitForLine(/tried until it does/);
    const calls = front.count('apps.connections.open');
    front.mend();
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
    await eventually(async () => front.count('apps.connections.open') > calls || undefined);
    await desk.ask(ADA, 'open');
  });

  test('is down, or does not answer at all, the program stops when it is told to', async () => {
    await world.halt();
    front.trouble = () => ({ kind: 'broken' });
    await world.start();
    expect(await world.halt()).toEqual({ code: 0, signal: null });
    front.mend();
    await world.start();
    process.kill(world.slack.pid, 'SIGSTOP');
    try {
      expect(await world.halt()).toEqual({ code: 0, signal: null });
    } finally {
      process.kill(world.slack.pid, 'SIGCONT');
    }
    await world.start();
  });
});
