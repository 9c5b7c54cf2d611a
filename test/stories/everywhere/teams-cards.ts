/** What may be pressed in an Adaptive Card, as a client finds it there. */
import type { Said } from '../../../src/chat/teams/fixtures/conversations.ts';

export interface Action {
  readonly type: string;
  readonly title: string;
  readonly verb?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** What opens below an `Action.ShowCard`. */
  readonly card?: Card;
}

export interface Card {
  readonly body: readonly { readonly id?: string }[];
  readonly actions: readonly Action[];
  readonly refresh?: { readonly action: Action; readonly userIds: readonly string[] };
}

export function cardOf(said: Said | undefined): Card | undefined {
  const [attachment] = (said?.activity.attachments ?? []) as readonly { readonly content: Card }[];
  return attachment?.content;
}

/** The button itself, or the one that opens it. */
export function verbIn(card: Card, verb: string, request: string): Action | undefined {
  return card.actions.find((action) => {
    const pressed = action.card?.actions[0] ?? action;
    return pressed.verb === verb && pressed.data?.request === request;
  });
}

export function actionCalled({ actions }: Card, title: string): Action {
  const found = actions.find((action) => action.title === title);
  if (found === undefined) throw new Error(`the card has no button ${title}`);
  return found;
}
