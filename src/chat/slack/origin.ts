/** Who a payload is from, what it asks for, and how it is answered in its acknowledgement. */
import type { types } from '@slack/bolt';
import type { AnswerView } from '../../core/view.ts';
import { opensForm } from '../../core/view.ts';
import type { Intent, MessageRef, People, Receipt, ReplyTo } from '../platform.ts';
import { filledForm } from '../platform.ts';
import { answerMessage, type Message } from './blocks.ts';
import { PLATFORM } from './directory.ts';
import { answerModal, askValues } from './forms.ts';
import * as payloads from './payloads.ts';

const NOBODY: People = new Map();

/** The id that Slack gives a delivery, and the person behind it. */
export interface Origin {
  readonly key: string;
  readonly team: string | undefined;
  readonly userId: string;
  readonly replyTo: ReplyTo;
  readonly message?: MessageRef | null;
}

export function commandOrigin(payload: payloads.CommandPayload): Origin {
  const { team_id, user_id, trigger_id, response_url } = payload;
  const key = `${PLATFORM}:${trigger_id}`;
  return { key, team: team_id, userId: user_id, replyTo: replyTo(user_id, response_url) };
}

export function clickOrigin(payload: payloads.ClickPayload): Origin {
  const { user, trigger_id, response_url, container } = payload;
  const { channel_id: channel, message_ts: ts } = container ?? {};
  return {
    key: `${PLATFORM}:${trigger_id}`,
    team: payloads.teamOf(payload),
    userId: user.id,
    replyTo: replyTo(user.id, response_url),
    message: channel === undefined || ts === undefined ? null : { channel, ts },
  };
}

export function submissionOrigin(payload: payloads.SubmissionPayload): Origin {
  const { user, trigger_id } = payload;
  const key = `${PLATFORM}:${trigger_id}`;
  return { key, team: payloads.teamOf(payload), userId: user.id, replyTo: replyTo(user.id) };
}

const replyTo = (user: string, responseUrl?: string): ReplyTo =>
  responseUrl === undefined ? { user } : { user, responseUrl };

export function intentOf({ view }: payloads.SubmissionPayload): Intent | undefined {
  const { callback_id: form, private_metadata: metadata, state } = view;
  if (form === 'ask') return { kind: 'submitted', form, values: askValues(state.values, metadata) };
  if (opensForm(form)) return filledForm(form, metadata, askValues(state.values, ''));
  return undefined;
}

export type CommandAnswer = Message & { readonly response_type: 'ephemeral' };

export type SubmissionAnswer =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update'; readonly view: types.ModalView };

type Answered = Extract<Receipt, { answer: unknown }> & { readonly answer: AnswerView };

/** Is there something to say already? */
export function isAnswered(receipt: Receipt | undefined): receipt is Answered {
  return receipt !== undefined && 'answer' in receipt && receipt.answer !== null;
}

export function firstAnswer(receipt: Receipt | undefined): CommandAnswer | undefined {
  if (!isAnswered(receipt)) return undefined;
  const message = answerMessage(receipt.answer, receipt.people ?? NOBODY);
  return { response_type: 'ephemeral', ...message };
}

export function firstAnswerModal(receipt: Receipt | undefined): SubmissionAnswer | undefined {
  if (!isAnswered(receipt)) return undefined;
  const view = answerModal(receipt.answer, receipt.people ?? NOBODY);
  return { response_action: 'update', view };
}
