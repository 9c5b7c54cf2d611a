/**
 * A stage for stories: the real `app.ts` on local chat, the memory provider, SQLite in a file and
 * in-process jobs, with a clock that is stepped. Nothing sleeps.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateExpiry } from '../../src/access/memory/gate.ts';
import { MemoryGate } from '../../src/access/memory/gate.ts';
import type { App, Overrides } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { LocalMessage } from '../../src/chat/local/board.ts';
import type { LocalPersonSpec } from '../../src/chat/local/people.ts';
import { LocalWorkspace } from '../../src/chat/local/workspace.ts';
import { ManualClock } from '../../src/clock.ts';
import type { Config, OnCallConfig, WebhookConfig } from '../../src/config.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { AccessRequest, Status } from '../../src/core/request.ts';
import { type Instant, MINUTE, SECOND } from '../../src/core/time.ts';
import type { AnswerView, FormAction } from '../../src/core/view.ts';
import type { Store } from '../../src/store/store.ts';
import { seededBytes } from '../support/seeded.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { CAST, POLICY, START } from './cast.ts';
import { NoteBook } from './note-book.ts';
import type { Played } from './proved.ts';

export interface StageOptions {
  readonly policy?: string;
  readonly people?: readonly LocalPersonSpec[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly channels?: readonly string[];
  readonly nativeExpiry?: GateExpiry;
  readonly webhook?: WebhookConfig;
  readonly onCall?: OnCallConfig;
}

export class Stage implements Played {
  readonly clock = new ManualClock(START);
  /** Of the life that began last. */
  log = new NoteBook();
  readonly gate: MemoryGate;
  readonly workspace: LocalWorkspace;
  readonly folder = makeTempFolder('story').path;
  readonly #random = seededBytes(Number(process.env.HALLPASS_TEST_SEED ?? 1));
  readonly #webhook: WebhookConfig;
  readonly #onCall: OnCallConfig;
  #app: App | undefined;

  private constructor(options: StageOptions) {
    const { policy = POLICY, people = CAST, groups = {}, nativeExpiry } = options;
    this.gate = new MemoryGate(this.clock, nativeExpiry === undefined ? {} : { nativeExpiry });
    const channels = ['lb-access', 'alarms', ...(options.channels ?? [])];
    this.workspace = new LocalWorkspace({ clock: this.clock, people, groups, channels });
    this.#webhook = options.webhook ?? { secrets: new Map(), hosts: new Map() };
    this.#onCall = options.onCall ?? {};
    this.write(policy);
  }

  static async open(options: StageOptions = {}, overrides: Overrides = {}): Promise<Stage> {
    const stage = new Stage(options);
    await stage.boot(overrides);
    return stage;
  }

  /** A stage on which nothing was started yet. */
  static dark(options: StageOptions = {}): Stage {
    return new Stage(options);
  }

  get app(): App {
    if (this.#app === undefined) throw new Error('the app is not running');
    return this.#app;
  }

  get store(): Store {
    return this.app.service.shell.store;
  }

  get databasePath(): string {
    return join(this.folder, 'hallpass.db');
  }

  async boot(overrides: Overrides = {}): Promise<void> {
    await this.start(overrides);
    await this.settle();
  }

  /** Starts, and waits for nothing. */
  async start(overrides: Overrides = {}): Promise<void> {
    const { clock, gate, workspace } = this;
    this.log = new NoteBook();
    const own = { clock, gate, workspace, random: this.#random, ...overrides };
    this.#app = await createApp(this.#config(), this.log, own);
    await this.#app.service.start();
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
    const before = await this.store.requests({ limit: 1 });
    await this.type(userId, text);
    const [latest] = await this.store.requests({ limit: 1 });
    if (latest === undefined || latest.value.id === before[0]?.value.id)
      throw new Error(`nothing was asked: ${this.answer(userId)}`);
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
    on?: LocalMessage,
  ): Promise<string> {
    const at = on === undefined ? undefined : { message: on.id };
    await this.workspace.press(userId, request, action, at);
    await this.settle();
    return this.answer(userId);
  }

  /** The button of an answer, usually of the last one that they got. */
  async confirm(userId: string, answer?: AnswerView): Promise<string> {
    await this.workspace.confirm(userId, answer);
    await this.settle();
    return this.answer(userId);
  }

  /** Presses a button that opens a form, and submits it. */
  async fill(
    userId: string,
    request: RequestId,
    action: FormAction,
    reason: string,
    duration?: string,
  ): Promise<string> {
    await this.workspace.press(userId, request, action);
    await this.workspace.submitReason(userId, reason, duration);
    await this.settle();
    return this.answer(userId);
  }

  /** The last private answer that somebody got. */
  answer(userId: string): string {
    return this.workspace.answers(userId).at(-1) ?? '';
  }

  async request(id: RequestId): Promise<AccessRequest> {
    const found = await this.store.request(id);
    if (found === undefined) throw new Error(`no request ${id}`);
    return found.value;
  }

  async status(id: RequestId): Promise<Status> {
    return (await this.request(id)).status;
  }

  /** The channel's card as text. */
  card(channel = 'lb-access'): string {
    return this.#firstCard(channel)?.text ?? '';
  }

  thread(channel = 'lb-access'): readonly string[] {
    const card = this.#firstCard(channel);
    return card === undefined ? [] : this.workspace.thread(card);
  }

  now(): Instant {
    return this.app.service.shell.ledger.now();
  }

  told(request: RequestId): readonly (readonly number[])[] {
    const { board } = this.workspace;
    return board
      .cards(request)
      .filter(({ place }) => place.kind === 'channel')
      .map((card) =>
        board
          .thread(card.id)
          .flatMap(({ content }) => (content.kind === 'lines' ? content.lines : []))
          .map(({ seq }) => seq),
      );
  }

  /** What stands in a channel besides cards. */
  notes(channel = 'alarms'): readonly string[] {
    return this.workspace
      .channel(channel)
      .filter((message) => message.content.kind === 'note')
      .map((message) => message.text);
  }

  #firstCard(channel: string): LocalMessage | undefined {
    return this.workspace.channel(channel).find(({ content }) => content.kind === 'card');
  }

  #config(): Config {
    return {
      slack: undefined,
      teams: undefined,
      redisUrl: undefined,
      databasePath: this.databasePath,
      policyPath: join(this.folder, 'policy.yaml'),
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      webhook: this.#webhook,
      onCall: this.#onCall,
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
