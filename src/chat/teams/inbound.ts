/**
 * What comes in, once it is known that Teams sent it: where its people are is remembered, what they want
 * is written to the inbox, and only then is it acknowledged. Whoever throws leaves it unacknowledged.
 */
import type { Clock } from '../../clock.ts';
import { sha256 } from '../../core/ids.ts';
import type { Account } from '../../core/principal.ts';
import type { Millis } from '../../core/time.ts';
import { SECOND } from '../../core/time.ts';
import type { Log } from '../../log.ts';
import {
  ChatError,
  type ChatIo,
  type Delivery,
  type Intake,
  type Intent,
  type MessageRef,
  type People,
  type Platform,
  type Receipt,
  type ReplyTo,
} from '../platform.ts';
import { type Incoming, isBot, isPersonal } from './activities.ts';
import type { Directory } from './directory.ts';
import { PLATFORM } from './directory.ts';
import type { Outbound } from './outbound.ts';
import type { Places } from './places.ts';
import { type Reply, TAKEN } from './reply.ts';
import { isMentioned, othersMentioned, typedText } from './typed.ts';

/** Teams says that it failed when some ten seconds have passed. */
const IN_TIME: Millis = 5 * SECOND;
const LATER: Millis = 10 * SECOND;
const NOBODY: People = new Map();

export interface InboundParts {
  readonly directory: Directory;
  readonly places: Places;
  readonly outbound: Outbound;
  readonly answer: Platform['answer'];
  readonly clock: Clock;
  readonly log: Log;
}

/** Takes buttons and forms. */
export interface Buttons {
  /** These want an answer at once. */
  invoke(incoming: Incoming, account: Account): Promise<Reply>;
  /** What a button of an old client sends. */
  message(incoming: Incoming, account: Account): Promise<void>;
}

export class Inbound {
  readonly #parts: InboundParts;
  readonly #later = new Set<Promise<void>>();
  #intake: Intake | null = null;

  constructor(parts: InboundParts) {
    this.#parts = parts;
  }

  openTo(intake: Intake): void {
    this.#intake = intake;
  }

  async close(): Promise<void> {
    this.#intake = null;
    await Promise.all(this.#later);
  }

  reject: Intake['reject'] = (why) => this.#intake?.reject(why);

  get intake(): Intake {
    if (this.#intake === null) throw new ChatError('unavailable', 'Not taking deliveries.');
    return this.#intake;
  }

  async receive(incoming: Incoming, buttons: Buttons): Promise<Reply> {
    const { places } = this.#parts;
    if (isLeaving(incoming)) places.leave(incoming);
    else places.meet(incoming);
    const account = this.#accountOf(incoming);
    if (incoming.type === 'invoke') {
      if (account !== undefined) return buttons.invoke(incoming, account);
      this.reject('malformed');
      return { status: 403 };
    }
    if (isGreeting(incoming) && account !== undefined)
      this.afterwards(() => this.intake.homeOpened(account));
    if (incoming.type !== 'message' || account === undefined) return TAKEN;
    if (isObject(incoming.value)) await buttons.message(incoming, account);
    else await this.#message(incoming, account);
    return TAKEN;
  }

  /** @throws when it is too late: the person is told that it failed, and so it must not be done */
  accept(
    incoming: Incoming,
    account: Account,
    intent: Intent,
    io: ChatIo = this.inTime(),
  ): Promise<Receipt> {
    io.signal.throwIfAborted();
    const delivery: Delivery = {
      key: keyOf(incoming),
      account,
      intent,
      replyTo: replyToOf(incoming, account),
      message: this.#cardOf(incoming, account),
      receivedAt: this.#parts.clock.now(),
    };
    return this.intake.accept(delivery);
  }

  /** NB. What stands on the overview is no card of the request: it must not be drawn over. */
  #cardOf(incoming: Incoming, { userId }: Account): MessageRef | null {
    const card = messageOf(incoming);
    return card?.activity === this.#parts.places.home(userId) ? null : card;
  }

  inTime(): ChatIo {
    return { signal: this.#parts.clock.timeLimit(IN_TIME) };
  }

  afterwards(work: (io: ChatIo) => Promise<void>): void {
    const { clock, log } = this.#parts;
    const done = work({ signal: clock.timeLimit(LATER) })
      .catch((error: unknown) => {
        const code = error instanceof ChatError ? error.code : 'unknown';
        log.warn({ code }, 'a form or an answer could not be shown');
      })
      .finally(() => this.#later.delete(done));
    this.#later.add(done);
  }

  async #message(incoming: Incoming, account: Account): Promise<void> {
    if (!isPersonal(incoming) && !isMentioned(incoming)) return;
    const text = typedText(incoming, await this.#whoIs(incoming));
    const form = this.intake.formFor(text);
    if (form !== undefined) {
      const { outbound } = this.#parts;
      this.afterwards((io) => outbound.offerForm(incoming.conversation.id, form.role, io));
      return;
    }
    const { localTimezone: zone } = incoming;
    const receipt = await this.accept(incoming, account, { kind: 'typed', text, zone });
    this.answerAgain(incoming, account, receipt);
  }

  /** A message carries no answer in its acknowledgement: what was answered before is answered beside it. */
  answerAgain(incoming: Incoming, account: Account, receipt: Receipt): void {
    if (receipt.kind === 'accepted' || receipt.answer === null) return;
    const { answer, people = NOBODY } = receipt;
    this.afterwards((io) => this.#parts.answer(replyToOf(incoming, account), answer, people, io));
  }

  /** Whom the mentions mean; Teams is asked about those who are not known yet. */
  async #whoIs(incoming: Incoming) {
    const { places, outbound } = this.#parts;
    const unknown = othersMentioned(incoming).filter(({ mri }) => places.userId(mri) === undefined);
    if (unknown.length > 0) {
      const io = this.inTime();
      const asked = unknown
        .slice(0, 5)
        .map(({ mri }) => outbound.lookUp(incoming.conversation.id, mri, io));
      await Promise.allSettled(asked);
    }
    return ({ mri }: { readonly mri: string }) => places.userId(mri);
  }

  #accountOf(incoming: Incoming): Account | undefined {
    const { aadObjectId } = incoming.from;
    if (isBot(incoming) || aadObjectId === undefined) return undefined;
    return this.#parts.directory.account(aadObjectId);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isLeaving({ type, action, membersRemoved = [], recipient }: Incoming): boolean {
  if (type === 'installationUpdate') return action?.startsWith('remove') === true;
  return type === 'conversationUpdate' && membersRemoved.some(({ id }) => id === recipient.id);
}

/** Somebody has the bot from now on, by their own hand or by ours. */
function isGreeting(incoming: Incoming): boolean {
  const { type, action } = incoming;
  return (
    type === 'installationUpdate' && action?.startsWith('add') === true && isPersonal(incoming)
  );
}

/** The activity's own id; what has none is the same again when all of it is. */
export function keyOf(incoming: Incoming): string {
  const { id, conversation } = incoming;
  const own = id ?? sha256(JSON.stringify(incoming));
  return `${PLATFORM}:${sha256(`${conversation.id} ${own}`)}`;
}

function replyToOf(incoming: Incoming, { userId }: Account): ReplyTo {
  const place = isPersonal(incoming) ? 'chat' : 'channel';
  return { key: keyOf(incoming), user: userId, conversation: incoming.conversation.id, place };
}

/** The card that a button stands on. */
export function messageOf({ conversation, replyToId }: Incoming): MessageRef | null {
  return replyToId === undefined ? null : { conversation: conversation.id, activity: replyToId };
}
