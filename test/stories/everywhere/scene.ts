/** One story in one chat: what somebody does, and the status after it in the store and before people. */
import { expect } from 'vitest';
import { ManualClock } from '../../../src/clock.ts';
import type { RequestId } from '../../../src/core/ids.ts';
import type { Status } from '../../../src/core/request.ts';
import { MINUTE } from '../../../src/core/time.ts';
import { POLICY } from '../cast.ts';
import { lifeOf, proved } from '../proved.ts';
import type { ButtonName, Chat, Name, Place, Press } from './chat.ts';
import { House, START } from './house.ts';

export const KEY = 'edge-admin for ada@example.com';
export const ASK = 'lb-admin 1h rotate the edge certificate';

export type OpenChat = (clock: ManualClock) => Promise<Chat>;

export class Scene {
  readonly house: House;
  readonly chat: Chat;

  private constructor(house: House, chat: Chat) {
    this.house = house;
    this.chat = chat;
  }

  static async open(openChat: OpenChat, policy = POLICY): Promise<Scene> {
    const clock = new ManualClock(START);
    const chat = await openChat(clock);
    return new Scene(await House.open(clock, [chat], policyIn(chat, policy)), chat);
  }

  async ask(who: Name, text = ASK): Promise<RequestId> {
    const before = await this.newest();
    const answer = await this.chat.type(who, text);
    const id = await this.newest();
    if (id === undefined || id === before) throw new Error(`nothing was asked: ${answer}`);
    return id;
  }

  async newest(): Promise<RequestId | undefined> {
    const [latest] = await this.house.store.requests({ limit: 1 });
    return latest?.value.id;
  }

  async latest(): Promise<RequestId> {
    const id = await this.newest();
    if (id === undefined) throw new Error('nothing was asked');
    return id;
  }

  /** The button that this person is shown. */
  async button(who: Name, id: RequestId, button: ButtonName, place?: Place): Promise<Press> {
    const found = await this.chat.button(who, id, button, place);
    if (found === undefined) throw new Error(`${who} is shown no button to ${button}`);
    return found;
  }

  async press(who: Name, id: RequestId, button: ButtonName, reason?: string): Promise<string> {
    const press = await this.button(who, id, button);
    return press(reason === undefined ? {} : { reason });
  }

  /** Presses the button to extend, and fills the form. @returns the extension */
  async extend(
    who: Name,
    id: RequestId,
    duration: string,
    reason: string,
    place?: Place,
  ): Promise<RequestId> {
    const press = await this.button(who, id, 'extend', place);
    const answer = await press({ duration, reason });
    const longer = await this.newest();
    if (longer === undefined || longer === id) throw new Error(`nothing was asked: ${answer}`);
    return longer;
  }

  /** So it is stored, and so it stands wherever people see it. */
  async shows(id: RequestId, status: Status, text: string): Promise<void> {
    expect(await this.status(id)).toBe(status);
    for (const card of this.chat.copies(id)) expect(card).toContain(text);
  }

  async status(id: RequestId): Promise<Status | undefined> {
    return (await this.house.store.request(id))?.value.status;
  }

  async life(id: RequestId): Promise<readonly string[]> {
    return lifeOf(this.house, id);
  }

  pass(time: number, step = 5 * MINUTE): Promise<void> {
    return this.house.pass(time, step);
  }

  async proved(): Promise<void> {
    await proved(this.house);
    expect(this.chat.faults()).toEqual([]);
  }

  close(): Promise<void> {
    return this.house.close();
  }
}

/** Channels and groups of local chat become those of this one. */
function policyIn(chat: Pick<Chat, 'channelRef' | 'platform'>, policy: string): string {
  return policy
    .replaceAll(/local:#([\w-]+)/g, (_ref, channel: string) => chat.channelRef(channel))
    .replaceAll("local: '@", `${chat.platform.name}: '@`);
}
