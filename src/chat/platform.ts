/**
 * The chat port: what Hallpass needs from Slack, Teams or the local workspace.
 *
 * In: a platform verifies what it receives, turns it into a `Delivery` and hands it to the `Intake`,
 * which writes it to the inbox; only then does the platform acknowledge it. Out: the program asks it to
 * draw cards, add lines to threads and send notes. Every outward call may be repeated.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PrincipalId, RequestId } from '../core/ids.ts';
import type { ChannelRef, RoleName } from '../core/policy.ts';
import type { Account, Principal } from '../core/principal.ts';
import type { Instant, Millis } from '../core/time.ts';
import type {
  AnswerView,
  AskForm,
  ButtonAction,
  CardView,
  FormAction,
  FormFaults,
  HomeView,
  NoteView,
  ThreadLine,
} from '../core/view.ts';

export interface Platform {
  /** As policy writes it: `slack:#lb-access`. */
  readonly name: string;
  /**
   * True where each person can be shown a card of their own in one channel: `CardView.viewers` then
   * says who may find buttons on it, and the platform asks `Intake.cardFor` for each who looks.
   */
  readonly drawsForEach?: boolean;
  start(intake: Intake): Promise<void>;
  /** Takes no more deliveries; waits for those being acknowledged. */
  stop(): Promise<void>;

  // ── out ──
  /**
   * Looks for this request's card in the conversation, so that it is not posted twice.
   * `since`: the card cannot be older; without it a long history ends in `cannot-tell`.
   */
  findCard(
    where: Conversation,
    request: RequestId,
    io: ChatIo,
    since?: Instant,
  ): Promise<CardSearch>;
  postCard(where: Conversation, card: CardView, people: People, io: ChatIo): Promise<MessageRef>;
  updateCard(at: MessageRef, card: CardView, people: People, io: ChatIo): Promise<void>;
  /** One message below the card that holds all these lines. */
  postLines(
    at: MessageRef,
    lines: readonly ThreadLine[],
    people: People,
    io: ChatIo,
  ): Promise<void>;
  /** What the thread below the card holds, for `audit verify --channel`. */
  readThread(at: MessageRef, io: ChatIo): Promise<ThreadReading>;
  postNote(where: Conversation, note: NoteView, people: People, io: ChatIo): Promise<void>;
  /** Answers privately to a delivery. Where the platform's own way has run out: a direct message. */
  answer(to: ReplyTo, answer: AnswerView, people: People, io: ChatIo): Promise<void>;
  drawHome(account: Account, home: HomeView, people: People, io: ChatIo): Promise<void>;

  // ── the directory ──
  /** @throws ChatError `not-found` when there is no such account */
  profile(account: Account, io: ChatIo): Promise<Profile>;
  /** The accounts in a platform's own group, as policy names it. @throws ChatError */
  groupMembers(group: string, io: ChatIo): Promise<readonly Account[]>;
  /** undefined: nobody here has this e-mail. @throws ChatError */
  accountByEmail(email: string, io: ChatIo): Promise<Account | undefined>;
  /**
   * undefined: the directory names nobody as their manager. Left out where the platform knows no
   * managers. @throws ChatError
   */
  managerOf?(account: Account, io: ChatIo): Promise<Account | undefined>;
  /** May the bot do what it must? For `hallpass doctor`. */
  doctor(channels: readonly ChannelRef[], io: ChatIo): Promise<readonly ChatFinding[]>;
}

/** How a platform is reached that calls us: answers a request, or calls `next` for one not its own. */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/** Where something is posted: a channel as policy names it, or a person. */
export type Conversation =
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'person'; readonly account: Account };

/** A message at its platform; the platform alone understands it. Plain strings, stored as JSON. */
export type MessageRef = Readonly<Record<string, string>>;

/** How to answer a delivery privately; the platform alone understands it. Never logged. */
export type ReplyTo = Readonly<Record<string, string>>;

export interface ChatIo {
  readonly signal: AbortSignal;
}

export type CardSearch =
  | { readonly kind: 'found'; readonly at: MessageRef }
  | { readonly kind: 'absent' }
  | { readonly kind: 'cannot-tell' };

export type ThreadReading =
  | {
      readonly kind: 'read';
      /** The bot's own messages in the thread, as plain text, oldest first. */
      readonly texts: readonly string[];
      /** False when the platform may have dropped old messages. */
      readonly complete: boolean;
    }
  /** The card itself is not there any more: deleted, or past the workspace's retention. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'cannot-tell' };

/** Names and accounts for the people that a view speaks of. */
export type People = ReadonlyMap<PrincipalId, Principal>;

/** Who stands behind an account, asked of the platform just now. */
export interface Profile {
  readonly name: string;
  /** Lower case; empty when the platform tells none. */
  readonly email: string;
  readonly standing: Standing;
  /** Their time zone, such as `Europe/Berlin`, where the platform tells one. Hostile until checked. */
  readonly zone?: string | undefined;
}

export type Standing = 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';

export interface ChatFinding {
  readonly level: 'ok' | 'warning' | 'fault';
  readonly message: string;
}

// ── in ──────────────────────────────────────────────────────────────────────────────────────────

/** What somebody did, in the platform's words as far as they matter. Hostile until checked. */
export type Intent =
  /** Everything after `/jit`, or after the mention. `zone`: of whoever typed it, as their client says. */
  | { readonly kind: 'typed'; readonly text: string; readonly zone?: string | undefined }
  | {
      readonly kind: 'pressed';
      readonly action: Exclude<ButtonAction, 'ask'>;
      readonly request: string;
    }
  /** The button of an answer's `confirmation`, by the preview that it carries. */
  | { readonly kind: 'confirmed'; readonly preview: string }
  | {
      readonly kind: 'submitted';
      readonly form: 'ask';
      readonly values: AskValues;
    }
  | {
      readonly kind: 'submitted';
      readonly form: Exclude<FormAction, 'extend'>;
      readonly request: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'submitted';
      readonly form: 'extend';
      readonly request: string;
      /** How much longer, as typed. */
      readonly duration: string;
      readonly reason: string;
    };

/** What a form behind a button on a request comes to; `duration` is read for an extension alone. */
export function filledForm(
  form: FormAction,
  request: string,
  { duration = '', reason }: Pick<AskValues, 'reason'> & Partial<Pick<AskValues, 'duration'>>,
): Intent {
  const base = { kind: 'submitted', request, reason } as const;
  return form === 'extend' ? { ...base, form, duration } : { ...base, form };
}

/** A filled ask form, as typed. */
export interface AskValues {
  readonly role: string;
  readonly duration: string;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** When it shall begin; empty or left out: at once. */
  readonly start?: string;
  /** The time zone that the start is in, as their client says. */
  readonly zone?: string | undefined;
}

export interface Delivery {
  /** The delivery's own id at its platform: a second one with the same key finds the first answer. */
  readonly key: string;
  readonly account: Account;
  readonly intent: Intent;
  readonly replyTo: ReplyTo;
  /** Where it was done, for finding a stray copy of a card. */
  readonly message: MessageRef | null;
  readonly receivedAt: Instant;
}

export type Receipt =
  | { readonly kind: 'accepted' }
  /** Seen before. `answer` is what the first one was answered, once that is known. */
  | {
      readonly kind: 'repeated';
      readonly answer: AnswerView | null;
      /** Names for those the answer speaks of. */
      readonly people?: People;
    }
  /** More than Hallpass takes from one account: nothing was written, and this is what to say. */
  | { readonly kind: 'refused'; readonly answer: AnswerView; readonly people?: People };

export interface Intake {
  /**
   * Writes the delivery to the inbox; work on it begins afterwards, by itself. Acknowledge only when
   * this has resolved. @throws when it could not be written: then do not acknowledge
   */
  accept(delivery: Delivery): Promise<Receipt>;
  /** Something came in that is nobody's: a bad signature, another workspace. Counted, not stored. */
  reject(why: RejectionReason): void;
  /**
   * Does what was typed want a form rather than an answer: nothing at all, or a role that needs more?
   * A platform that can open one does so instead of accepting the delivery.
   */
  formFor(text: string): { readonly role: RoleName | null } | undefined;
  /** The form for a person, read and not decided. `role`: the one chosen in the form so far. */
  askForm(account: Account, role: RoleName | null, io: ChatIo): Promise<AskForm | AnswerView>;
  /**
   * What is wrong with a filled form, before it is accepted. Empty: nothing. @throws ChatError when it
   * could not be told in time: then do not accept it
   */
  checkForm(account: Account, values: AskValues, io: ChatIo): Promise<FormFaults>;
  /**
   * A request's card as one person may see it now: read, not decided. `seenAt`: the message that they
   * look at; whoever looks at a card of this request may see it again. @throws ChatError
   */
  cardFor(
    account: Account,
    request: string,
    seenAt: MessageRef | null,
    io: ChatIo,
  ): Promise<PersonalCard | AnswerView>;
  /** Somebody looks at their home page: draw it, and keep it drawn. */
  homeOpened(account: Account): Promise<void>;
}

export interface PersonalCard {
  readonly card: CardView;
  readonly people: People;
}

export type RejectionReason =
  | 'bad-signature'
  | 'stale-signature'
  | 'other-workspace'
  | 'malformed'
  | 'too-large';

// ── faults ──────────────────────────────────────────────────────────────────────────────────────

export type ChatErrorCode =
  | 'rate-limited'
  | 'unavailable'
  | 'timeout'
  | 'not-found'
  /** This conversation or person cannot be written to and never will: archived, departed. */
  | 'undeliverable'
  | 'permission-denied'
  | 'bad-answer';

export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  readonly retryAfter: Millis | null;

  constructor(
    code: ChatErrorCode,
    message: string,
    options: { cause?: unknown; retryAfter?: Millis } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
  }
}
