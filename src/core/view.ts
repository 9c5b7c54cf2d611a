/**
 * What people see, platform-neutral: cards, notes, answers, forms and the home page. Platforms render
 * these and invent nothing of their own.
 */
import type { PrincipalId, RequestId } from './ids.ts';
import type { GroupName, GroupSource, InputSpec, RoleName } from './policy.ts';
import type { Judgement, Status } from './request.ts';
import { JUDGEMENTS } from './request.ts';
import type { Rich } from './rich.ts';
import type { Millis } from './time.ts';

/** What a button does. */
export type ButtonAction = 'approve' | 'withdraw' | 'return' | FormAction | 'ask';

/** Those on a request that open a form first: for the reason; and `extend`, for how much longer. */
export type FormAction = 'deny' | 'revoke' | 'extend' | Judgement;

export const FORM_ACTIONS = ['deny', 'revoke', 'extend', ...JUDGEMENTS] as const;

export function opensForm(action: string): action is FormAction {
  return FORM_ACTIONS.some((known) => known === action);
}

export interface Button {
  readonly action: ButtonAction;
  readonly label: string;
  readonly tone: 'primary' | 'danger' | 'plain';
  /** null for `ask`, which belongs to no request yet. */
  readonly request: RequestId | null;
}

export interface Field {
  readonly label: string;
  readonly value: Rich;
}

/** `broken`: by break-glass, and not reviewed yet. */
export type Tone = 'waiting' | 'working' | 'open' | 'broken' | 'closed' | 'refused' | 'alarm';

/** One request as a card: one in the channel, and copies in direct messages. */
export interface CardView {
  readonly request: RequestId;
  /** The request's version that is drawn. */
  readonly version: number;
  readonly status: Status;
  readonly tone: Tone;
  readonly title: Rich;
  /** The outcome or what is being waited for, in a sentence. */
  readonly headline: Rich;
  readonly fields: readonly Field[];
  /** Rule and policy, the request's id. */
  readonly footer: Rich;
  readonly buttons: readonly Button[];
  /** Who is notified when the card is first posted, and never again. */
  readonly mentions: Mention | null;
  /** Who may find other buttons here than everybody does, where each is shown a card of their own. */
  readonly viewers: readonly PrincipalId[];
}

/** The people who can act. A platform that knows the group itself mentions that. */
export interface Mention {
  readonly group: GroupName;
  readonly people: readonly PrincipalId[];
  /** Where the group comes from, for a platform that can mention its own group. */
  readonly sources?: readonly GroupSource[];
}

/** A line in a card's thread. `seq` and `hash` name the audit entry it tells of. */
export interface ThreadLine {
  readonly seq: number;
  /** The first eight hex digits of the entry's hash. */
  readonly hash: string;
  readonly text: Rich;
}

/** A message to one person, or an alarm to a channel. */
export interface NoteView {
  readonly text: Rich;
  readonly buttons: readonly Button[];
}

/** The private answer to a command, a click or a form. */
export interface AnswerView {
  readonly tone: 'ok' | 'no';
  readonly lines: readonly Rich[];
  /** A corrected command to copy, when there is one. */
  readonly example: string | null;
  /** There where the example only needs to be confirmed: it can be pressed as well as typed. */
  readonly confirmation?: Confirmation;
}

/** A button below an answer that says the answer's example, for whoever was answered. */
export interface Confirmation {
  readonly label: string;
  readonly tone: 'primary' | 'danger';
  /** The key of the delivery that was answered so: all that the button carries. */
  readonly preview: string;
  readonly by: PrincipalId;
  /** The installation's version that it was told of. */
  readonly version: number;
  /** How many requests it was said to hit. */
  readonly hits: number;
}

/** The form behind a bare `/jit`: first the role, then just what that role needs. */
export interface AskForm {
  readonly roles: readonly { readonly name: RoleName; readonly description: string }[];
  readonly chosen: AskFormRole | null;
}

export interface AskFormRole {
  readonly name: RoleName;
  readonly description: string;
  readonly maxDuration: Millis;
  readonly defaultDuration: Millis;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly reasonRequired: boolean;
  readonly reasonExample: string;
  /** Who will be asked to approve, as a sentence. */
  readonly terms: Rich;
}

/** Faults of a filled form by field: `duration`, `start`, `reason`, `input:<name>`, `role`. */
export type FormFaults = Readonly<Record<string, string>>;

/** The home page of one person. */
export interface HomeView {
  readonly mine: readonly CardView[];
  readonly waitingForMe: readonly CardView[];
  /** How many more there are of each than are shown. */
  readonly more: { readonly mine: number; readonly waitingForMe: number };
  readonly roles: readonly { readonly name: RoleName; readonly description: string }[];
}
