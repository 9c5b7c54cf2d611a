/**
 * The running program and all that stands around it, none of it ours: a Redis, an HAProxy, a Slack. A
 * story acts and looks from outside alone; whether the program told the truth is proved by its own
 * command line on the same database.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Child, Exit } from '../../support/child-process.ts';
import { freePort } from '../../support/free-port.ts';
import { type LocalSlack, startLocalSlack } from '../../support/local-slack.ts';
import { type Finished, runProgram, startProgram } from '../../support/process.ts';
import { type Redis, startRedis } from '../../support/redis.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { CHANNELS, PEOPLE, policyText } from './cast.ts';
import { Desk } from './desk.ts';
import { eventually } from './eventually.ts';
import { type StoryGate, startStoryGate, verdict } from './gate.ts';
import { type Relay, startRelay } from './relay.ts';
import type { Sender } from './signed.ts';

export interface WorldOptions {
  readonly redis?: boolean;
  readonly mode?: 'events' | 'socket';
  /** With a clock that `forward` puts forward. */
  readonly stepped?: boolean;
  /** Commands to HAProxy pass a relay, which tells of each before it goes on. */
  readonly onCommand?: (line: string, gate: StoryGate) => void;
  readonly fronts?: Fronts;
  readonly env?: Readonly<Record<string, string>>;
}

/** Where the program finds a peer that something stands before; whoever put it there takes it away. */
interface Fronts {
  /** @returns REDIS_URL */
  readonly redis?: (redis: Redis) => Promise<string>;
  /** @returns SLACK_API_URL */
  readonly slack?: (slack: LocalSlack) => Promise<string>;
  /** @returns the path of an admin socket */
  readonly gate?: (gate: StoryGate) => Promise<string>;
}

/** Seconds instead of minutes, so that stories can wait for them. */
const DELAYS = {
  HALLPASS_SWEEP_SECONDS: '1',
  HALLPASS_RECHECK_SECONDS: '1',
  HALLPASS_REVOKE_ALARM_SECONDS: '2',
  HALLPASS_GIVE_UP_SECONDS: '60',
  HALLPASS_RETRY_MAX_SECONDS: '1',
};

const PROVEN = { code: 0, isWhole: true, isRead: true, stderr: '' };

interface Around {
  readonly slack: LocalSlack;
  readonly gate: StoryGate;
  readonly redis: Redis | undefined;
  readonly relay: Relay | undefined;
  readonly redisUrl: string | undefined;
  readonly apiUrl: string;
  readonly port: number;
  readonly control: number;
}

export class World {
  readonly slack: LocalSlack;
  readonly gate: StoryGate;
  readonly #around: Around;
  readonly #options: WorldOptions;
  readonly #folder = makeTempFolder('hp-story');
  #program: Child | undefined;
  readonly #proofs: Promise<object>[] = [];
  #ahead = 0;
  #set = 0;

  private constructor(options: WorldOptions, around: Around) {
    this.#options = options;
    this.#around = around;
    this.slack = around.slack;
    this.gate = around.gate;
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const { mode = 'events', redis = false } = options;
    const [port, control] = [await freePort(), await freePort()];
    const requestUrl = `http://127.0.0.1:${port}/slack/events`;
    const delivery = mode === 'events' ? { mode, requestUrl } : { mode };
    const [slack, gate, queue] = await Promise.all([
      startLocalSlack({ ...delivery, users: PEOPLE, channels: CHANNELS }),
      startStoryGate(),
      redis ? startRedis() : undefined,
    ]);
    const relay = options.onCommand && (await startRelay(gate, options.onCommand));
    const { fronts = {} } = options;
    const socket = relay?.socket ?? (await fronts.gate?.(gate)) ?? gate.socket;
    const redisUrl = queue && ((await fronts.redis?.(queue)) ?? queue.url);
    const apiUrl = (await fronts.slack?.(slack)) ?? slack.apiUrl;
    const peers = { slack, gate, redis: queue, relay, redisUrl, apiUrl };
    const world = new World(options, { ...peers, port, control });
    world.write(policyText({ dir: gate.dir, socket }));
    try {
      await world.start();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  desk(number: number): Desk {
    return new Desk(this.slack, number);
  }

  get redis(): Redis {
    if (this.#around.redis === undefined) throw new Error('this world has no Redis');
    return this.#around.redis;
  }

  get program(): Child {
    if (this.#program === undefined) throw new Error('the program does not run');
    return this.#program;
  }

  /** Where deliveries go, and how they are signed. */
  get sender(): Sender {
    const { signingSecret: secret, teamId: team } = this.slack;
    return { url: `http://127.0.0.1:${this.#around.port}/slack/events`, secret, team };
  }

  get env(): Readonly<Record<string, string>> {
    const { port, redisUrl, apiUrl } = this.#around;
    const { botToken } = this.slack;
    return {
      ...DELAYS,
      ...this.#credentials(),
      SLACK_BOT_TOKEN: botToken,
      SLACK_API_URL: apiUrl,
      ...(redisUrl && { REDIS_URL: redisUrl }),
      DATABASE_URL: join(this.#folder.path, 'hallpass.db'),
      HALLPASS_POLICY: join(this.#folder.path, 'policy.yaml'),
      PORT: String(port),
      LOG_LEVEL: 'info',
      ...this.#options.env,
    };
  }

  #credentials(): Record<string, string> {
    const { signingSecret, appToken } = this.slack;
    return this.#options.mode === 'socket'
      ? { SLACK_APP_TOKEN: appToken }
      : { SLACK_SIGNING_SECRET: signingSecret };
  }

  /**
   * @param later seconds for which nothing ran, by its own clock
   * @param set seconds by which the wall clock was set meanwhile
   */
  async start({ later = 0, set = 0 } = {}): Promise<void> {
    this.#ahead += later;
    this.#set += set;
    const stepped = {
      HALLPASS_TEST_CONTROL_PORT: String(this.#around.control),
      HALLPASS_TEST_AHEAD: String(this.#ahead),
      HALLPASS_TEST_SET: String(this.#set),
    };
    const run = this.#options.stepped
      ? { entry: 'test/entry/stepped.ts', env: { ...this.env, ...stepped } }
      : { args: ['serve'], env: this.env };
    this.#program = await startProgram({ ...run, cwd: this.#folder.path });
    await this.#program.waitForLine(/^Hallpass runs/);
  }

  /** SIGTERM, and until it is gone. */
  async halt(): Promise<Exit> {
    const exit = await this.program.stop(30_000);
    this.#program = undefined;
    return exit;
  }

  async kill9(): Promise<void> {
    await this.program.kill();
    this.#program = undefined;
  }

  async restart(): Promise<void> {
    expect(await this.halt()).toEqual({ code: 0, signal: null });
    await this.start();
  }

  /** Time passes for the program. Not for HAProxy, which lives in ours. */
  async forward(seconds: number): Promise<void> {
    this.#ahead += seconds;
    await this.#control('forward', seconds);
  }

  /** The program's wall clock is set by so much, and no time passes. */
  async step(seconds: number): Promise<void> {
    this.#set += seconds;
    await this.#control('step', seconds);
  }

  async #control(what: 'forward' | 'step', seconds: number): Promise<void> {
    const url = `http://127.0.0.1:${this.#around.control}/${what}?seconds=${seconds}`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  }

  write(policy: string): void {
    writeFileSync(join(this.#folder.path, 'policy.yaml'), policy);
  }

  /** Puts another policy in force, by SIGHUP, and waits until the program says what came of it. */
  async policy(policy: string, said = /a changed policy is in force/): Promise<void> {
    const before = this.#count(said);
    this.write(policy);
    this.program.signal('SIGHUP');
    await eventually(async () => this.#count(said) > before || undefined);
  }

  #count(said: RegExp): number {
    return this.program.stderr.split('\n').filter((line) => said.test(line)).length;
  }

  /** What HAProxy says to somebody at this desk. */
  verdict({ from }: Pick<Desk, 'from'>): Promise<number> {
    return verdict(this.gate, from);
  }

  async untilVerdict(desk: Pick<Desk, 'from'>, wanted: number, within?: number): Promise<void> {
    await eventually(() => this.verdict(desk), { within, isRight: (got) => got === wanted });
  }

  /** One of the program's commands, with its own settings. */
  run(...args: readonly string[]): Promise<Finished> {
    return this.runWith({}, ...args);
  }

  runWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Finished> {
    return runProgram({ args, env: { ...this.env, ...env }, cwd: this.#folder.path });
  }

  /**
   * The chain is whole, replays to what is stored, and the threads say what it says. Found out while the
   * next story goes on; `close` waits for what came of it.
   */
  prove(): void {
    const story = expect.getState().currentTestName;
    this.#proofs.push(this.#proof().then((proof) => ({ story, ...proof })));
  }

  /** The same, found out at once: for stories that leave the world in no state to be asked later. */
  async proven(): Promise<void> {
    expect(await this.#proof()).toMatchObject(PROVEN);
  }

  async #proof() {
    const { code, stdout, stderr } = await this.run('audit', 'verify', '--channel');
    const isWhole = /^The audit log is whole/m.test(stdout);
    return { code, isWhole, isRead: /^threads: .* 0 cannot be read$/m.test(stdout), stderr };
  }

  async close(): Promise<void> {
    const { slack, gate, redis, relay } = this.#around;
    const proofs = await Promise.all(this.#proofs);
    if (this.#program?.isRunning) await this.halt();
    await relay?.stop();
    await Promise.all([slack.stop(), gate.stop(), redis?.stop()]);
    this.#folder.remove();
    for (const proof of proofs) expect(proof).toMatchObject(PROVEN);
  }
}
