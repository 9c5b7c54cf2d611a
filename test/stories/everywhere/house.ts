/**
 * The program as it is, with the chats that a story is played in: its rules, its HTTP server, SQLite in
 * a file, jobs in the process, a gate in memory, and a clock that is stepped. Nothing sleeps.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryGate } from '../../../src/access/memory/gate.ts';
import { providers as allProviders } from '../../../src/access/registry.ts';
import type { ManualClock } from '../../../src/clock.ts';
import type { RequestId } from '../../../src/core/ids.ts';
import { type Instant, MINUTE, SECOND } from '../../../src/core/time.ts';
import { createHttpServer, type HttpServer } from '../../../src/http.ts';
import { inProcessRunner } from '../../../src/jobs/in-process.ts';
import { rosters as allRosters } from '../../../src/oncall/registry.ts';
import { PolicyHolder } from '../../../src/policy-file.ts';
import { Secret } from '../../../src/secret.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import type { Store } from '../../../src/store/store.ts';
import { createService, type Service } from '../../../src/workflow/service.ts';
import { type RosterStand, rosterStand, says } from '../../support/roster-stand.ts';
import { seededBytes } from '../../support/seeded.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { NoteBook } from '../note-book.ts';
import type { Played } from '../proved.ts';
import type { Chat, Door } from './chat.ts';

/** NB. Slack's own library goes by the machine's clock, and takes signatures from the future alone. */
export const START = Date.parse('2096-11-21T03:00:00Z');

const DELAYS = {
  sweep: 5 * SECOND,
  recheck: 30 * SECOND,
  revokeAlarm: 2 * MINUTE,
  giveUp: 10 * MINUTE,
  retryMax: 5 * MINUTE,
};

const LINE = /(?<=^|\n)#(\d+) [0-9a-f]{8} /g;

export class House implements Door, Played {
  readonly clock: ManualClock;
  readonly gate: MemoryGate;
  readonly log = new NoteBook();
  readonly chats: readonly Chat[];
  /** Stands for every roster: told by a story what it answers. */
  readonly roster: RosterStand;
  readonly #folder = makeTempFolder('everywhere');
  readonly #random = seededBytes(Number(process.env.HALLPASS_TEST_SEED ?? 7));
  #service: Service | undefined;
  #server: HttpServer | undefined;
  #port = 0;

  private constructor(clock: ManualClock, chats: readonly Chat[], roster: RosterStand) {
    this.clock = clock;
    this.chats = chats;
    this.roster = roster;
    this.gate = new MemoryGate(clock);
  }

  static async open(
    clock: ManualClock,
    chats: readonly Chat[],
    policy: string,
    prepare: (house: House) => void = () => {},
  ): Promise<House> {
    const house = new House(clock, chats, await rosterStand(says('', 503)));
    writeFileSync(house.#path('policy.yaml'), policy);
    prepare(house);
    await house.start();
    return house;
  }

  async start(): Promise<void> {
    this.#service = await this.#create();
    await this.#service.start();
    this.#server = createHttpServer(
      this.chats.flatMap(({ http }) => http ?? []),
      async () => true,
    );
    this.#port = await this.#server.listen(0, '127.0.0.1');
    for (const chat of this.chats) await chat.connect(this);
    await this.settle();
  }

  #create(): Promise<Service> {
    const { clock, gate, log } = this;
    const providers = allProviders({ gate, clock, webhook: null });
    const rosters = this.#rosters();
    const platforms = this.chats.map(({ platform }) => platform);
    const policy = new PolicyHolder({
      file: this.#path('policy.yaml'),
      context: {
        ...{ providers, rosters: [...rosters.keys()] },
        platforms: platforms.map(({ name }) => name),
      },
      clock,
      onChange: () => {},
    });
    return createService({
      ...{ clock, log, providers, platforms, rosters },
      store: openSqlite({ file: this.#path('hallpass.db'), log }),
      runner: inProcessRunner({ clock, log }),
      policy: () => policy.current,
      settings: { ...DELAYS, chatTimeout: 10 * SECOND },
      random: this.#random,
    });
  }

  #rosters() {
    const { url } = this.roster;
    const pagerduty = { url, token: new Secret('token-of-a-test') };
    const opsgenie = { url, apiKey: new Secret('key-of-a-test') };
    return allRosters({ onCall: { pagerduty, opsgenie } }, this.clock);
  }

  #path(name: string): string {
    return join(this.#folder.path, name);
  }

  get service(): Service {
    if (this.#service === undefined) throw new Error('the program is not running');
    return this.#service;
  }

  get store(): Store {
    return this.service.shell.store;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  now(): Instant {
    return this.service.shell.ledger.now();
  }

  told(request: RequestId): readonly (readonly number[])[] {
    const threads = this.chats.flatMap((chat) => chat.threads(request));
    return threads.map((texts) =>
      texts.flatMap((text) => [...text.matchAll(LINE)].map(([, seq]) => Number(seq))),
    );
  }

  settle(): Promise<void> {
    return this.service.settle();
  }

  /** NB. Who pressed in Teams waits for the answer, and that may be due by a clock that stands still. */
  async meanwhile<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    while (!isDone) {
      await this.settle();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.settle();
    return done;
  }

  /** Time passes, in steps that let everything that falls due be done at its own moment. */
  async pass(time: number, step = MINUTE): Promise<void> {
    for (let left = time; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left));
      await this.settle();
    }
  }

  async halt(): Promise<void> {
    await this.#server?.close();
    await this.#service?.stop();
    this.#service = undefined;
  }

  async close(): Promise<void> {
    await this.halt();
    await Promise.all([this.roster.stop(), ...this.chats.map((chat) => chat.close())]);
    this.#folder.remove();
  }
}
