import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { Pacer, type Rank } from './pacing.ts';
import { SLACK_PACE } from './slack/pace.ts';

const io = { signal: new AbortController().signal };
const NOW = 1_000_000;

function street() {
  const clock = new ManualClock(NOW);
  clock.advance(NOW);
  const pacer = new Pacer(clock, SLACK_PACE);
  const went: string[] = [];
  const go = (rank: Rank, name: string, channel = 'C01') =>
    pacer.turn('message', channel, rank, io).then(
      () => void went.push(name),
      (error: { retryAfter: number }) => error.retryAfter,
    );
  const step = async (by: number) => {
    clock.advance(by);
    await new Promise(setImmediate);
  };
  return { clock, pacer, went, go, step };
}

test('a channel gets one message a second', async () => {
  const { went, go, step } = street();
  void go('card', 'one');
  void go('card', 'two');
  void go('card', 'three');
  await step(0);
  expect(went).toEqual(['one']);
  await step(1_000);
  expect(went).toEqual(['one', 'two']);
  await step(1_000);
  expect(went).toEqual(['one', 'two', 'three']);
});

test('channels do not wait for each other', async () => {
  const { went, go, step } = street();
  void go('card', 'one', 'C01');
  void go('card', 'two', 'C02');
  await step(0);
  expect(went).toEqual(['one', 'two']);
});

test('who would wait long is told when to come back, each at a moment of their own', async () => {
  const { go } = street();
  const turns = Array.from({ length: 6 }, (_, index) => go('card', `${index}`));
  expect(await Promise.all(turns.slice(3))).toEqual([4_000, 5_000, 6_000]);
});

test('lines come after cards that were told to come back', async () => {
  const { went, go, step } = street();
  for (let index = 0; index < 4; index += 1) void go('card', `card ${index}`);
  expect(await go('line', 'line')).toBe(5_000);
  await step(4_000);
  void go('card', 'card 3 again');
  await step(0);
  await step(1_000);
  void go('line', 'line again');
  await step(0);
  expect(went.slice(-2)).toEqual(['card 3 again', 'line again']);
});

test('nobody goes before the moment that Slack named', async () => {
  const { pacer, go } = street();
  pacer.hold('message', 'C01', 30_000);
  expect(await go('card', 'one')).toBe(31_000);
});

test('who gives up while waiting is let go', async () => {
  const { pacer } = street();
  const hasty = new AbortController();
  await pacer.turn('message', 'C01', 'card', io);
  const waiting = pacer.turn('message', 'C01', 'card', { signal: hasty.signal });
  hasty.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
});

test('a method with a burst lets some go at once', async () => {
  const { pacer } = street();
  const turns = Array.from({ length: SLACK_PACE.update.burst }, () =>
    pacer.turn('update', '', 'card', io),
  );
  await Promise.all(turns);
});

test('a process that has just begun has its bursts too', async () => {
  const pacer = new Pacer(new ManualClock(NOW), SLACK_PACE);
  let went = 0;
  for (let nth = 0; nth < SLACK_PACE.update.burst; nth += 1)
    void pacer.turn('update', '', 'card', io).then(() => (went += 1));
  await new Promise(setImmediate);
  expect(went).toBe(SLACK_PACE.update.burst);
});
