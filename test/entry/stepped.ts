/**
 * `hallpass serve` with a clock that runs with the system's and can be put forward from outside, so that
 * no story waits for minutes. For tests alone.
 *
 * `POST /forward?seconds=90` on HALLPASS_TEST_CONTROL_PORT, loopback only: time passes. With
 * `POST /step?seconds=-600` none does, and the wall clock is set. HALLPASS_TEST_AHEAD and
 * HALLPASS_TEST_SET say by how many seconds it starts so, for a program that is started again.
 */
import { createServer } from 'node:http';
import { runUntilStopped } from '../../src/cli/serve.ts';
import { settings } from '../../src/cli/settings.ts';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import type { Instant, Millis } from '../../src/core/time.ts';
import { SECOND } from '../../src/core/time.ts';

interface Alarm {
  readonly at: Millis;
  readonly ring: () => void;
  cancel: () => void;
}

class SteppedClock implements Clock {
  #ahead: Millis;
  /** By how much the wall clock is off, as NTP or an administrator leaves it. */
  #set: Millis;
  readonly #alarms = new Set<Alarm>();

  constructor(ahead: Millis, set: Millis) {
    this.#ahead = ahead;
    this.#set = set;
  }

  now(): Instant {
    return systemClock.now() + this.#ahead + this.#set;
  }

  monotonic(): Millis {
    return systemClock.monotonic() + this.#ahead;
  }

  after(delay: Millis, ring: () => void): () => void {
    const alarm: Alarm = { at: this.monotonic() + Math.max(0, delay), ring, cancel: () => {} };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#drop(alarm);
  }

  /** What falls due meanwhile rings soon after; nothing rings within this call. */
  forward(by: Millis): void {
    this.#ahead += by;
    for (const alarm of this.#alarms) {
      alarm.cancel();
      this.#arm(alarm);
    }
  }

  step(by: Millis): void {
    this.#set += by;
  }

  #arm(alarm: Alarm): void {
    alarm.cancel = systemClock.after(alarm.at - this.monotonic(), () => {
      this.#drop(alarm);
      alarm.ring();
    });
  }

  #drop(alarm: Alarm): void {
    alarm.cancel();
    this.#alarms.delete(alarm);
  }
}

function control(clock: SteppedClock, port: number) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const seconds = Number(url.searchParams.get('seconds'));
    const isPosted = request.method === 'POST' && Number.isFinite(seconds);
    const forward = isPosted && url.pathname === '/forward' && seconds > 0;
    const step = isPosted && url.pathname === '/step';
    if (forward) clock.forward(seconds * SECOND);
    if (step) clock.step(seconds * SECOND);
    response.writeHead(forward || step ? 200 : 404).end();
  });
  server.listen(port, '127.0.0.1');
  return server;
}

const {
  HALLPASS_TEST_CONTROL_PORT: port,
  HALLPASS_TEST_AHEAD: ahead,
  HALLPASS_TEST_SET: set,
} = process.env;
const io = {
  out: (line: string) => process.stdout.write(`${line}\n`),
  err: (line: string) => process.stderr.write(`${line}\n`),
};
const clock = new SteppedClock(Number(ahead ?? 0) * SECOND, Number(set ?? 0) * SECOND);
const config = settings({ local: process.argv.includes('--local') }, io);
if (config === undefined) process.exitCode = 1;
else {
  const server = control(clock, Number(port));
  process.exitCode = await runUntilStopped(config, io, { clock });
  server.close();
  server.closeAllConnections();
}
