/**
 * A stage for stories: the real `app.ts` on local chat, the memory provider, SQLite in memory and
 * in-process jobs, with a clock that is stepped. Nothing sleeps.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryGate } from '../../src/access/memory/gate.ts';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { LocalPersonSpec } from '../../src/chat/local/people.ts';
import { LocalWorkspace } from '../../src/chat/local/workspace.ts';
import { ManualClock } from '../../src/clock.ts';
import type { Config } from '../../src/config.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { AccessRequest, Status } from '../../src/core/request.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { silentLog } from '../../src/log.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

export const CAST: readonly LocalPersonSpec[] = [
  { userId: 'ada' },
  { userId: 'grace' },
  { userId: 'linus' },
  { userId: 'margaret' },
  { userId: 'mallory' },
];

const START = Date.parse('2026-11-21T03:00:00Z');

export const POLICY = `
version: 1
groups:
  operators: { members: [ada@example.com, linus@example.com] }
  leads: { members: [grace@example.com, linus@example.com] }
  security: { members: [margaret@example.com] }
providers:
  lab: { type: memory }
alarms: local:#alarms
restore: [security]
roles:
  lb-admin:
    description: the whole load balancer
    targets: [{ provider: lab, resource: edge-admin, key: email }]
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    channel: local:#lb-access
    fallbackChannel: local:#alarms
    expireAfter: 30m
    escalate: [{ after: 5m, to: security }]
    revoke: [security]
    attest: [security]
    warnBefore: 10m
  lb-pair:
    description: needs two
    targets: [{ provider: lab, resource: edge-pair, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    approve: { count: 2, of: leads }
    channel: local:#lb-access
    expireAfter: 30m
    revoke: [security]
    attest: [security]
  lb-shared:
    description: by address
    targets: [{ provider: lab, resource: edge-shared, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    approve: automatic
    channel: local:#lb-access
    expireAfter: 30m
    revoke: [security]
    attest: [security]
`;

export interface StageOptions {
  readonly policy?: string;
  readonly people?: readonly LocalPersonSpec[];
  readonly nativeExpiry?: 'enforced' | 'none';
}

export class Stage {
  readonly clock = new ManualClock(START);
  readonly gate: MemoryGate;
  readonly workspace: LocalWorkspace;
  readonly folder = makeTempFolder('story').path;
  #app: App | undefined;

  private constructor({ policy = POLICY, people = CAST, nativeExpiry }: StageOptions) {
    this.gate = new MemoryGate(this.clock, nativeExpiry === undefined ? {} : { nativeExpiry });
    this.workspace = new LocalWorkspace({
      clock: this.clock,
      people,
      channels: ['lb-access', 'alarms'],
    });
    this.write(policy);
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(options);
    await stage.boot();
    return stage;
  }

  get app(): App {
    if (this.#app === undefined) throw new Error('the app is not running');
    return this.#app;
  }

  async boot(): Promise<void> {
    const { clock, gate, workspace } = this;
    this.#app = await createApp(this.#config(), silentLog, {
      clock,
      gate,
      workspace,
      random: (bytes) => randomBytes(bytes),
    });
    await this.#app.service.start();
    await this.settle();
  }

  async halt(): Promise<void> {
    await this.app.service.stop();
    this.#app = undefined;
  }

  async restart(): Promise<void> {
    await this.halt();
    await this.boot();
  }

  async settle(): Promise<void> {
    await this.app.settle();
  }

  /** Time passes, in steps that let everything that falls due be done at its own moment. */
  async pass(time: number, step = 15 * SECOND): Promise<void> {
    for (let left = time; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left));
      await this.settle();
    }
  }

  write(policy: string): void {
    writeFileSync(join(this.folder, 'policy.yaml'), policy);
  }

  async reload(policy: string): Promise<void> {
    this.write(policy);
    await this.app.reload();
    await this.settle();
  }

  /** Asks, and returns the id of what was asked. */
  async ask(userId: string, text: string): Promise<RequestId> {
    await this.type(userId, text);
    const [latest] = await this.app.service.shell.store.requests({ limit: 1 });
    if (latest === undefined) throw new Error(`nothing was asked: ${this.answer(userId)}`);
    return latest.value.id;
  }

  async type(userId: string, text: string): Promise<string> {
    await this.workspace.type(userId, text);
    await this.settle();
    return this.answer(userId);
  }

  async press(
    userId: string,
    request: RequestId,
    action: 'approve' | 'withdraw' | 'return',
  ): Promise<string> {
    await this.workspace.press(userId, request, action);
    await this.settle();
    return this.answer(userId);
  }

  /** The last private answer that somebody got. */
  answer(userId: string): string {
    return this.workspace.answers(userId).at(-1) ?? '';
  }

  async request(id: RequestId): Promise<AccessRequest> {
    const found = await this.app.service.shell.store.request(id);
    if (found === undefined) throw new Error(`no request ${id}`);
    return found.value;
  }

  async status(id: RequestId): Promise<Status> {
    return (await this.request(id)).status;
  }

  /** The channel's card as text. */
  card(channel = 'lb-access'): string {
    return this.workspace.channel(channel).find((m) => m.content.kind === 'card')?.text ?? '';
  }

  thread(channel = 'lb-access'): readonly string[] {
    const card = this.workspace.channel(channel).find((m) => m.content.kind === 'card');
    return card === undefined ? [] : this.workspace.thread(card);
  }

  #config(): Config {
    return {
      slack: undefined,
      redisUrl: undefined,
      databasePath: join(this.folder, 'hallpass.db'),
      policyPath: join(this.folder, 'policy.yaml'),
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      delays: {
        sweep: 5 * SECOND,
        recheck: 30 * SECOND,
        revokeAlarm: 2 * MINUTE,
        giveUp: 10 * MINUTE,
        retryMax: 5 * MINUTE,
      },
    };
  }
}
