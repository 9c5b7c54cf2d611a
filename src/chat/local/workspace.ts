/**
 * A chat workspace of our own: people, channels, direct messages, threads, forms. It outlives the
 * platform that is connected to it, as a real workspace outlives the bot; with a log that keeps what
 * was posted, it outlives the process too.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Account } from '../../core/principal.ts';
import type { AnswerView, ButtonAction } from '../../core/view.ts';
import { opensForm } from '../../core/view.ts';
import type {
  AskValues,
  Delivery,
  Intake,
  Intent,
  MessageRef,
  People,
  Receipt,
} from '../platform.ts';
import { filledForm } from '../platform.ts';
import { Board, type LocalMessage, type Names } from './board.ts';
import { type Desk, EMPTY_DESK, type OpenForm, type Shown } from './desk.ts';
import type { DoneAt, LocalWorkspaceOptions, Submission } from './doing.ts';
import { Roster } from './people.ts';
import { placeFrom, placeKey } from './place.ts';
import { answerText, askFormText } from './render.ts';

export const PLATFORM = 'local';
const TENANT = 'local';
const NOBODY: People = new Map();

export class LocalWorkspace extends Roster {
  readonly board: Board;
  readonly channels: Set<string>;
  readonly #clock: Clock;
  readonly #desks = new Map<string, Omit<Desk, 'answers'>>();
  readonly #watchers = new Set<() => void>();
  /** So that a second workspace on the same database delivers nothing that looks like a replay. */
  readonly #session = randomUUID();
  #delivered = 0;
  #last: Delivery | null = null;
  #intake: Intake | null = null;

  constructor(options: LocalWorkspaceOptions) {
    super(options.people, options.groups ?? {});
    this.#clock = options.clock;
    this.board = new Board(options.clock, options.log);
    this.channels = new Set(options.channels ?? []);
  }

  // ── for the platform ──

  connect(intake: Intake): void {
    this.#intake = intake;
  }

  disconnect(): void {
    this.#intake = null;
  }

  setDesk(userId: string, change: Partial<Omit<Desk, 'answers'>>): void {
    this.#desks.set(userId, { ...(this.#desks.get(userId) ?? EMPTY_DESK), ...change });
    this.changed();
  }

  /** @param place as `placeKey` writes it */
  answered(
    userId: string,
    { view, text }: Shown<AnswerView>,
    { place, names = {} }: { place?: string | undefined; names?: Names } = {},
  ): void {
    this.board.post({
      place: placeFrom(place ?? '') ?? { kind: 'direct', userId },
      content: { kind: 'answer', answer: view },
      text,
      only: userId,
      names,
    });
    this.changed();
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  // ── the workspace's own life ──

  account(userId: string): Account {
    return { platform: PLATFORM, tenant: TENANT, userId };
  }

  /** @returns stops watching */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  // ── to act as somebody; each rejects when the delivery was not acknowledged ──

  /** `/jit` and this after it. Some words open the form and deliver nothing. */
  async type(userId: string, text: string, at: DoneAt = {}): Promise<Receipt | null> {
    const form = this.door.formFor(text);
    if (form === undefined) return this.deliver(userId, { kind: 'typed', text }, at);
    await this.openAskForm(userId, form.role);
    return null;
  }

  /** @param at the card that was pressed; usually the one there is */
  async press(
    userId: string,
    request: string,
    action: ButtonAction,
    at: MessageRef | null = this.#cardSeenBy(userId, request),
  ): Promise<Receipt | null> {
    if (action === 'ask') {
      await this.openAskForm(userId);
      return null;
    }
    if (opensForm(action)) {
      this.setDesk(userId, { form: { kind: action, request } });
      return null;
    }
    return this.deliver(userId, { kind: 'pressed', action, request }, { message: at });
  }

  /** The button of an answer, if it has one. @param answer usually the last one */
  async confirm(
    userId: string,
    answer: AnswerView | undefined = this.desk(userId).answers.at(-1)?.view,
  ): Promise<Receipt | null> {
    const preview = answer?.confirmation?.preview;
    return preview === undefined ? null : this.deliver(userId, { kind: 'confirmed', preview });
  }

  async openAskForm(userId: string, role: string | null = null): Promise<void> {
    const io = { signal: new AbortController().signal };
    const form = await this.door.askForm(this.account(userId), role, io);
    if ('roles' in form) this.setDesk(userId, { form: { kind: 'ask', form, faults: {} } });
    else this.answered(userId, { view: form, text: answerText(form, NOBODY) });
  }

  async submitAsk(userId: string, values: AskValues): Promise<Submission> {
    const open = this.#form(userId);
    const io = { signal: new AbortController().signal };
    const faults = await this.door.checkForm(this.account(userId), values, io);
    if (Object.keys(faults).length > 0) {
      if (open.kind === 'ask') this.setDesk(userId, { form: { ...open, faults } });
      return { kind: 'faulty' };
    }
    return this.#submit(userId, { kind: 'submitted', form: 'ask', values });
  }

  /** Fills the open form for a denial, a revocation or an extension. */
  async submitReason(userId: string, reason: string, duration = ''): Promise<Submission> {
    const open = this.#form(userId);
    if (open.kind === 'ask') throw new Error(`${userId} has the form for an ask open.`);
    const { kind: form, request } = open;
    return this.#submit(userId, filledForm(form, request, { reason, duration }));
  }

  async openHome(userId: string): Promise<void> {
    await this.door.homeOpened(this.account(userId));
  }

  /** The last delivery, or any other, arrives once more. */
  async redeliver(delivery: Delivery | null = this.#last): Promise<Receipt> {
    if (delivery === null) throw new Error('Nothing was delivered yet.');
    const receipt = await this.door.accept(delivery);
    if ('answer' in receipt && receipt.answer !== null) {
      const text = answerText(receipt.answer, receipt.people ?? NOBODY);
      const { place } = delivery.replyTo;
      this.answered(delivery.account.userId, { view: receipt.answer, text }, { place });
    }
    return receipt;
  }

  get lastDelivery(): Delivery | null {
    return this.#last;
  }

  // ── to read what somebody sees ──

  desk(userId: string): Desk {
    const answers = this.board
      .privateTo(userId)
      .flatMap(({ content, text }) =>
        content.kind === 'answer' ? [{ view: content.answer, text }] : [],
      );
    return { ...(this.#desks.get(userId) ?? EMPTY_DESK), answers };
  }

  /** The answers in words, oldest first. */
  answers(userId: string): readonly string[] {
    return this.desk(userId).answers.map((answer) => answer.text);
  }

  channel(name: string): readonly LocalMessage[] {
    return this.board.in({ kind: 'channel', channel: name });
  }

  direct(userId: string): readonly LocalMessage[] {
    return this.board.in({ kind: 'direct', userId });
  }

  /** The open form in words, with what is wrong with it. */
  formText(userId: string): string | null {
    const { form } = this.desk(userId);
    if (form === null) return null;
    return form.kind === 'ask'
      ? askFormText(form.form, form.faults, NOBODY)
      : `Reason to ${form.kind} #${form.request}`;
  }

  /** The texts below a message, oldest first. */
  thread(message: LocalMessage): readonly string[] {
    return this.board.thread(message.id).map((line) => line.text);
  }

  async deliver(
    userId: string,
    intent: Intent,
    { place, key, message = null }: DoneAt & { readonly message?: MessageRef | null } = {},
  ): Promise<Receipt> {
    this.#delivered += 1;
    this.#last = {
      key: `${PLATFORM}:${key ?? `${this.#session}:${this.#delivered}`}`,
      account: this.account(userId),
      intent,
      replyTo: { userId, ...(place === undefined ? {} : { place: placeKey(place) }) },
      message,
      receivedAt: this.#clock.now(),
    };
    return this.redeliver(this.#last);
  }

  async #submit(userId: string, intent: Intent): Promise<Receipt> {
    const receipt = await this.deliver(userId, intent);
    this.setDesk(userId, { form: null });
    return receipt;
  }

  /** @throws Error while the bot is not there */
  get door(): Intake {
    if (this.#intake === null) throw new Error('The bot is not there.');
    return this.#intake;
  }

  #form(userId: string): OpenForm {
    const { form } = this.desk(userId);
    if (form === null) throw new Error(`${userId} has no form open.`);
    return form;
  }

  #cardSeenBy(userId: string, request: string): MessageRef | null {
    const seen = this.board.cards(request).find(({ place }) => {
      return place.kind === 'channel' || place.userId === userId;
    });
    return seen === undefined ? null : { message: seen.id };
  }
}
