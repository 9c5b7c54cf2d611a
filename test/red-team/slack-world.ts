/** The program on Slack: its real HTTP door, its real rules, and a gate in memory behind them. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { MemoryGate } from '../../src/access/memory/gate.ts';
import { providers as allProviders } from '../../src/access/registry.ts';
import { UNPACED } from '../../src/chat/slack/fixtures/office.ts';
import * as payloads from '../../src/chat/slack/fixtures/payloads.ts';
import { createSlack } from '../../src/chat/slack/index.ts';
import { systemClock } from '../../src/clock.ts';
import type { Config } from '../../src/config.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/request.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { createHttpServer, type HttpServer } from '../../src/http.ts';
import { inProcessRunner } from '../../src/jobs/in-process.ts';
import { silentLog } from '../../src/log.ts';
import { PolicyHolder } from '../../src/policy-file.ts';
import { Secret } from '../../src/secret.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { createService, type Service } from '../../src/workflow/service.ts';
import { POLICY } from '../stories/cast.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { SlackApi } from './slack-api.ts';

const SECRET = 'test-signing-secret';
const TYPE = 'application/x-www-form-urlencoded';

/** The people of the stories, as Slack knows them. */
export const PEOPLE = {
  ada: 'U01ADA',
  grace: 'U02GRACE',
  linus: 'U03LINUS',
  mallory: 'U66MALLORY',
};
const ASK = 'lb-admin 1h rotate the edge certificate';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Sent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export class SlackWorld {
  readonly api = new SlackApi();
  readonly gate = new MemoryGate(systemClock);
  readonly #folder = makeTempFolder('red-slack');
  #service: Service | undefined;
  #server: HttpServer | undefined;
  #port = 0;

  /** @param kept whether there is a database file to look into */
  static async open({ kept = false } = {}): Promise<SlackWorld> {
    const world = new SlackWorld();
    for (const [name, id] of Object.entries(PEOPLE)) world.api.add(id, `${name}@example.com`);
    await world.api.listen();
    await world.#start(kept ? world.config.databasePath : ':memory:');
    return world;
  }

  async #start(database: string): Promise<void> {
    const { api, gate, config } = this;
    writeFileSync(config.policyPath, POLICY.replaceAll('local:#', 'slack:#'));
    const providers = allProviders({ gate, clock: systemClock, webhook: null });
    const context = { providers, platforms: ['slack'] };
    const file = config.policyPath;
    const holder = new PolicyHolder({ file, context, clock: systemClock, onChange: () => {} });
    const parts = { clock: systemClock, log: silentLog };
    const slack = createSlack({
      botToken: 'xoxb-test-token',
      signingSecret: SECRET,
      apiUrl: api.url,
      ...parts,
      pace: UNPACED,
    });
    const runner = inProcessRunner(parts);
    this.#service = await createService({
      ...parts,
      store: openSqlite({ file: database, log: silentLog }),
      runner,
      platforms: [slack],
      providers,
      policy: () => holder.current,
      settings: { ...config.delays, chatTimeout: 5 * SECOND },
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      burst: 1_000,
    });
    await this.#service.start();
    this.#server = createHttpServer(slack.http === null ? [] : [slack.http], async () => true);
    this.#port = await this.#server.listen(0, '127.0.0.1');
  }

  get config(): Config {
    const place = (name: string) => join(this.#folder.path, name);
    return {
      slack: {
        botToken: new Secret('xoxb-test-token'),
        apiUrl: this.api.url,
        mode: { kind: 'http', signingSecret: new Secret(SECRET) },
      },
      teams: undefined,
      redisUrl: undefined,
      databasePath: place('hallpass.db'),
      policyPath: place('policy.yaml'),
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      webhook: { secrets: new Map(), hosts: new Map() },
      delays: {
        sweep: SECOND,
        recheck: MINUTE,
        revokeAlarm: MINUTE,
        giveUp: MINUTE,
        retryMax: SECOND,
      },
    };
  }

  get service(): Service {
    if (this.#service === undefined) throw new Error('not started');
    return this.#service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/slack/events`;
  }

  /** As Slack signs it. @param stamp of the signature, where it is not the present */
  signed(body: string, stamp = `${Math.floor(Date.now() / SECOND)}`, secret = SECRET): Sent {
    const mac = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
    const type = body.startsWith('{') ? 'application/json' : TYPE;
    const signature = { 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${mac}` };
    return { body, headers: { 'content-type': type, ...signature } };
  }

  /** Bytes on the wire, whoever sends them; resolves when all that follows from them is done. */
  async send({ body, headers }: Sent): Promise<Answer> {
    const response = await fetch(this.url, { method: 'POST', headers, body });
    const answer = { status: response.status, text: await response.text() };
    await this.service.settle();
    return answer;
  }

  deliver(body: string): Promise<Answer> {
    return this.send(this.signed(body));
  }

  async ask(user: string = PEOPLE.ada, text = ASK): Promise<RequestId> {
    await this.deliver(payloads.command({ user_id: user, text }));
    const [latest] = await this.service.shell.store.requests({ limit: 1 });
    if (latest === undefined) throw new Error('nothing was asked');
    return latest.value.id;
  }

  async status(id: RequestId): Promise<Status | undefined> {
    return (await this.service.shell.store.request(id))?.value.status;
  }

  async untouched(id: RequestId): Promise<void> {
    const request = (await this.service.shell.store.request(id))?.value;
    expect(request).toMatchObject({ status: 'pending', approvals: [] });
    expect(this.gate.entries.size).toBe(0);
  }

  /** Whoever may, can: it was not simply that nothing works. */
  async opensFor(user: string, id: RequestId): Promise<void> {
    expect(await this.deliver(approval(user, id))).toMatchObject({ status: 200 });
    expect(await this.status(id)).toBe('active');
    expect(this.gate.entries.size).toBe(1);
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await this.#service?.stop();
    await this.api.close();
    this.#folder.remove();
  }
}

export function approval(user: string, value: string, more: object = {}): string {
  const who = { user: { id: user, team_id: payloads.TEAM } };
  return payloads.click({ action_id: 'approve', value }, { ...who, ...more });
}
