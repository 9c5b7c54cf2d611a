/**
 * Some chats show a bot nothing of what stands there: no card is found again and no thread can be read.
 * And nobody can be written to who has not let the bot in.
 */
import { MINUTE } from '../src/core/time.ts';
import { CHATS, type ChatName } from './cast.ts';
import type { Chance } from './chance.ts';
import type { People } from './people.ts';
import type { Timeline } from './timeline.ts';

/** Of a world's two chats, at times one. */
export function closeOne(people: People, line: Timeline, chance: Chance): void {
  if (!chance.is(0.4)) return;
  const chat = people.chats[chance.pick(CHATS as unknown as [ChatName, ...ChatName[]])];
  chat.isClosed = true;
  for (const user of chat.members.keys()) {
    if (!chance.is(0.4)) continue;
    chat.keptOutBy.add(user);
    if (chance.is(0.8)) line.in(chance.skewed(0, 40 * MINUTE), () => chat.keptOutBy.delete(user));
  }
}
