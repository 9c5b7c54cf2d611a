/** `audit verify --channel` while the chat is busy, or away. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { channelReport } from '../../src/cli/audit-channel.ts';
import { systemClock } from '../../src/clock.ts';
import { SECOND } from '../../src/core/time.ts';
import { SlackWorld } from '../red-team/slack-world.ts';

let world: SlackWorld;
const pauses: number[] = [];
/** Rings at once, and remembers after how long it should have. */
const impatient = {
  ...systemClock,
  after(delay: number, ring: () => void) {
    pauses.push(delay);
    return systemClock.after(0, ring);
  },
};

beforeEach(async () => {
  pauses.length = 0;
  world = await SlackWorld.open();
  await world.ask();
});
afterEach(() => world.close());

const report = () => channelReport(world.config, world.service.shell.store, impatient);

test('a thread is asked for again when the chat said it may be', async () => {
  world.api.busy = 2;
  const { sound, lines } = await report();
  expect([sound, lines.at(-1)]).toEqual([true, expect.stringContaining(', 0 cannot be read')]);
  expect(pauses.filter((delay) => delay >= 30 * SECOND)).toHaveLength(2);
});

test('a thread that still cannot be read is counted, and nothing is said of it', async () => {
  world.api.isDown = true;
  const { sound, lines } = await report();
  expect([sound, lines]).toEqual([true, [expect.stringContaining(', 1 cannot be read')]]);
});
