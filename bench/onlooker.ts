/** Sees every message of the local workspace as it is posted or redrawn, as people who watch a channel do. */
import type { LocalMessage } from '../src/chat/local/board.ts';
import { forgetful, type LocalLog } from '../src/chat/local/log.ts';
import type { CardView } from '../src/core/view.ts';

export interface Sight {
  readonly message: LocalMessage;
  readonly card: CardView;
}

export function onlooker(sees: (sight: Sight) => void): LocalLog {
  return {
    ...forgetful,
    put(_id, body) {
      const message = body as unknown as LocalMessage;
      if (message.content.kind === 'card') sees({ message, card: message.content.card });
    },
  };
}
