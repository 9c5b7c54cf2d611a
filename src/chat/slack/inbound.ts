/**
 * What comes in, once its signature is known to be good: read, checked for its workspace, written to
 * the inbox, and only then acknowledged. Whoever throws before `ack` leaves it unacknowledged.
 */
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { RoleName } from '../../core/policy.ts';
import { SECOND } from '../../core/time.ts';
import type { FormAction } from '../../core/view.ts';
import type { Log } from '../../log.ts';
import {
  ChatError,
  type ChatIo,
  type Delivery,
  type Intake,
  type Intent,
  type People,
  type Platform,
  type Receipt,
} from '../platform.ts';
import { CONFIRM } from './blocks.ts';
import type { SlackClient } from './client.ts';
import { type Directory, PLATFORM } from './directory.ts';
import { answerModal, askView, faultsByBlock, ROLE, reasonView } from './forms.ts';
import {
  type CommandAnswer,
  clickOrigin,
  commandOrigin,
  firstAnswer,
  firstAnswerModal,
  intentOf,
  isAnswered,
  type Origin,
  type SubmissionAnswer,
  submissionOrigin,
} from './origin.ts';
import * as payloads from './payloads.ts';
import { typedText } from './text.ts';

/** Slack shows an error to the person when three seconds have passed. */
const IN_TIME = 2_500;
const LATER = 10 * SECOND;
const NOBODY: People = new Map();

export type Ack<Answer = never> = (answer?: Answer) => Promise<void>;

export interface InboundParts {
  readonly client: SlackClient;
  readonly directory: Directory;
  readonly answer: Platform['answer'];
  readonly clock: Clock;
  readonly log: Log;
}

export class Inbound {
  readonly #parts: InboundParts;
  readonly #later = new Set<Promise<void>>();
  #intake: Intake | null = null;

  constructor(parts: InboundParts) {
    this.#parts = parts;
  }

  open(intake: Intake): void {
    this.#intake = intake;
  }

  async close(): Promise<void> {
    this.#intake = null;
    await Promise.all(this.#later);
  }

  reject: Intake['reject'] = (why) => this.#intake?.reject(why);

  async command(body: unknown, ack: Ack<CommandAnswer>): Promise<void> {
    const payload = this.#read(payloads.command, body);
    if (payload === undefined) return ack();
    const origin = commandOrigin(payload);
    const text = typedText(payload.text);
    const form = this.#open.formFor(text);
    if (form !== undefined) {
      if (await this.#isOurs(origin)) this.#openAskForm(origin, payload.trigger_id, form.role);
      return ack();
    }
    const receipt = await this.#accept(origin, { kind: 'typed', text });
    return ack(firstAnswer(receipt));
  }

  async click(body: unknown, ack: Ack): Promise<void> {
    const payload = this.#read(payloads.click, body);
    if (payload === undefined) return ack();
    const origin = clickOrigin(payload);
    const [action] = payload.actions;
    if (action === undefined || !(await this.#isOurs(origin))) return ack();
    const request = action.value ?? '';
    switch (action.action_id) {
      case 'approve':
      case 'withdraw':
      case 'return': {
        const intent: Intent = { kind: 'pressed', action: action.action_id, request };
        this.#answerAgain(origin, await this.#accept(origin, intent));
        break;
      }
      case CONFIRM: {
        const intent: Intent = { kind: 'confirmed', preview: action.value ?? '' };
        this.#answerAgain(origin, await this.#accept(origin, intent));
        break;
      }
      case 'deny':
      case 'revoke':
      case 'extend':
      case 'justified':
      case 'unjustified':
        this.#openReasonForm(action.action_id, request, payload.trigger_id);
        break;
      case 'ask':
        this.#openAskForm(origin, payload.trigger_id, null);
        break;
      case ROLE:
        this.#chooseRole(origin, payload, action.selected_option?.value ?? '');
        break;
      default:
        this.reject('malformed');
    }
    return ack();
  }

  async submission(body: unknown, ack: Ack<SubmissionAnswer>): Promise<void> {
    const payload = this.#read(payloads.submission, body);
    if (payload === undefined) return ack();
    const origin = submissionOrigin(payload);
    const io = within(IN_TIME);
    if (!(await this.#isOurs(origin, io))) return ack();
    const intent = intentOf(payload);
    if (intent === undefined) {
      this.reject('malformed');
      return ack();
    }
    const errors = await this.#faults(origin, intent, payload, io);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors });
    const receipt = await this.#accept(origin, intent, io);
    return ack(firstAnswerModal(receipt));
  }

  async homeOpened(body: unknown): Promise<void> {
    const payload = this.#read(payloads.homeOpened, body);
    if (payload === undefined || payload.event.tab !== 'home') return;
    const origin = { key: '', team: payload.team_id, userId: payload.event.user, replyTo: {} };
    if (!(await this.#isOurs(origin))) return;
    await this.#open.homeOpened(await this.#account(origin));
  }

  /** Anything said to the bot in private is a command. */
  async directMessage(body: unknown): Promise<void> {
    const payload = payloads.directMessage.safeParse(body).data;
    if (payload === undefined) return;
    const { user, text } = payload.event;
    const key = `${PLATFORM}:${payload.event_id}`;
    const origin = { key, team: payload.team_id, userId: user, replyTo: { user } };
    await this.#accept(origin, { kind: 'typed', text: typedText(text) });
  }

  // ── one delivery ──

  /** @throws when it is too late: Slack tells the person that it failed, and so it must not be done */
  async #accept(
    origin: Origin,
    intent: Intent,
    io = within(IN_TIME),
  ): Promise<Receipt | undefined> {
    if (!(await this.#isOurs(origin, io))) return undefined;
    const account = await this.#account(origin, io);
    io.signal.throwIfAborted();
    const delivery: Delivery = {
      key: origin.key,
      account,
      intent,
      replyTo: origin.replyTo,
      message: origin.message ?? null,
      receivedAt: this.#parts.clock.now(),
    };
    return this.#open.accept(delivery);
  }

  async #isOurs(origin: Origin, io = within(IN_TIME)): Promise<boolean> {
    const { team } = await this.#parts.directory.identity(io);
    if (origin.team === team) return true;
    this.reject('other-workspace');
    return false;
  }

  #account(origin: Origin, io = within(IN_TIME)) {
    return this.#parts.directory.account(origin.userId, io);
  }

  async #faults(origin: Origin, intent: Intent, payload: payloads.SubmissionPayload, io: ChatIo) {
    if (intent.kind !== 'submitted' || intent.form !== 'ask') return {};
    const account = await this.#account(origin, io);
    const faults = await this.#open.checkForm(account, intent.values, io);
    return faultsByBlock(faults, payload.view.state.values);
  }

  #read<Payload>(schema: z.ZodType<Payload>, body: unknown): Payload | undefined {
    const read = schema.safeParse(body);
    if (!read.success) this.reject('malformed');
    return read.data;
  }

  get #open(): Intake {
    if (this.#intake === null) throw new ChatError('unavailable', 'Not taking deliveries.');
    return this.#intake;
  }

  // ── forms: only shown, so they need no inbox ──

  #openAskForm(origin: Origin, trigger_id: string, role: RoleName | null): void {
    this.#afterwards(async (io) => {
      const form = await this.#open.askForm(await this.#account(origin), role, io);
      if ('roles' in form) {
        await this.#parts.client.call('views.open', { trigger_id, view: askView(form) }, io);
      } else await this.#parts.answer(origin.replyTo, form, NOBODY, io);
    });
  }

  #chooseRole(origin: Origin, payload: payloads.ClickPayload, role: string): void {
    const { view } = payload;
    if (view === undefined || view === null) return;
    this.#afterwards(async (io) => {
      const form = await this.#open.askForm(await this.#account(origin), role, io);
      const shown = 'roles' in form ? askView(form) : answerModal(form, NOBODY);
      const { id: view_id, hash } = view;
      await this.#parts.client.call('views.update', { view_id, hash, view: shown }, io);
    });
  }

  #openReasonForm(form: FormAction, request: string, trigger_id: string): void {
    this.#afterwards(async (io) => {
      const view = reasonView(form, request);
      await this.#parts.client.call('views.open', { trigger_id, view }, io);
    });
  }

  /** A click's acknowledgement carries no text, so a repeated one is answered beside it. */
  #answerAgain(origin: Origin, receipt: Receipt | undefined): void {
    if (!isAnswered(receipt)) return;
    const { answer, people = NOBODY } = receipt;
    this.#afterwards((io) => this.#parts.answer(origin.replyTo, answer, people, io));
  }

  #afterwards(work: (io: ChatIo) => Promise<void>): void {
    const done = work(within(LATER))
      .catch((error: unknown) => {
        const code = error instanceof ChatError ? error.code : 'unknown';
        this.#parts.log.warn({ code }, 'a form or an answer could not be shown');
      })
      .finally(() => this.#later.delete(done));
    this.#later.add(done);
  }
}

const within = (time: number): ChatIo => ({ signal: AbortSignal.timeout(time) });
