/** What a `task/fetch` or a `task/submit` is answered. */
import { type AdaptiveCard, attachment, type CardAttachment } from './elements.ts';
import { LIMITS } from './limits.ts';
import { shown } from './text.ts';

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
export type DialogAnswer =
  | { readonly task: { readonly type: 'continue'; readonly value: DialogInfo } }
  | { readonly task: { readonly type: 'message'; readonly value: string } };

export interface DialogInfo {
  readonly title: string;
  readonly height: 'medium';
  readonly width: 'medium';
  readonly card: CardAttachment;
}

export function dialog(title: string, content: AdaptiveCard): DialogAnswer {
  const named = shown(title, LIMITS.dialogTitle);
  const value = {
    title: named,
    height: 'medium',
    width: 'medium',
    card: attachment(content),
  } as const;
  return { task: { type: 'continue', value } };
}

/** Puts a sentence in the place of the card; there is nothing to press in it but the cross that closes it. */
export function dialogMessage(text: string): DialogAnswer {
  return { task: { type: 'message', value: shown(text, LIMITS.dialogMessage) } };
}
