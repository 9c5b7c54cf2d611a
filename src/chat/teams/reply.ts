/** What an activity is answered in its acknowledgement. Only invokes have something to say there. */
import type { AnswerView } from '../../core/view.ts';
import type { People } from '../platform.ts';
import type { DialogAnswer } from './dialog.ts';
import type { AdaptiveCard } from './elements.ts';
import { plainSummary } from './text.ts';

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

export const TAKEN: Reply = { status: 200 };
/** An invoke that nobody here knows: https://learn.microsoft.com/azure/bot-service/bot-builder-basics */
export const UNKNOWN_INVOKE: Reply = { status: 501 };

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format */
export function cardReply(card: AdaptiveCard): Reply {
  return invoke({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card });
}

/** Shown to the one who pressed, and to nobody else. */
export function messageReply(text: string): Reply {
  return invoke({
    statusCode: 200,
    type: 'application/vnd.microsoft.activity.message',
    value: text,
  });
}

export function faultReply(message: string): Reply {
  const value = { code: 'BadRequest', message };
  return invoke({ statusCode: 400, type: 'application/vnd.microsoft.error', value });
}

const invoke = (body: object): Reply => ({ status: 200, body });

export const dialogReply = (answer: DialogAnswer): Reply => ({ status: 200, body: answer });

/** An answer where a plain text is all there is room for. */
export function answerText({ lines, example }: AnswerView, people: People): string {
  const said = lines.map((line) => plainSummary(line, people));
  return [...said, ...(example === null ? [] : [plainSummary([example], people)])].join(' ');
}
