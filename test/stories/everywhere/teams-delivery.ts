/** What people do in Teams, delivered signed, and what comes back in its acknowledgement. */
import { textsOf } from '../../../src/chat/teams/fixtures/card-check.ts';
import * as payloads from '../../../src/chat/teams/fixtures/payloads.ts';
import type { Human } from '../../../src/chat/teams/fixtures/teams-service.ts';
import type { Microsoft } from '../../../src/chat/teams/fixtures/teams-world.ts';
import type { Door } from './chat.ts';
import type { Card } from './teams-cards.ts';

interface InvokeAnswer {
  readonly statusCode: number;
  /** A card in the place of the one that was pressed, or a notice. */
  readonly value: Card | string;
}

interface DialogAnswer {
  readonly task:
    | { readonly type: 'message'; readonly value: string }
    | { readonly type: 'continue'; readonly value: { readonly card: { readonly content: Card } } };
}

export const CHAT: payloads.Where = { kind: 'chat' };
const NOTHING: Card = { body: [], actions: [] };

export class TeamsDelivery {
  /** Cards in acknowledgements. */
  readonly shown: Card[] = [];
  readonly #microsoft: Microsoft;
  #door: Door | undefined;

  constructor(microsoft: Microsoft) {
    this.#microsoft = microsoft;
  }

  /** @returns whether it is the first */
  connect(door: Door): boolean {
    const isFirst = this.#door === undefined;
    this.#door = door;
    return isFirst;
  }

  get door(): Door {
    if (this.#door === undefined) throw new Error('not connected');
    return this.#door;
  }

  async press(who: Human, where: payloads.Where, press: payloads.Press): Promise<Card | string> {
    const payload = payloads.pressed(this.#microsoft.service, who, where, press);
    const { value } = (await this.send(payload)) as InvokeAnswer;
    if (typeof value === 'object') this.shown.push(value);
    return value;
  }

  async inDialog(who: Human, name: string, data: object) {
    const payload = payloads.dialog(this.#microsoft.service, who, CHAT, name, data);
    const { task } = (await this.send(payload)) as DialogAnswer;
    if (task.type === 'message') return { text: task.value, card: NOTHING };
    const card = task.value.card.content;
    this.shown.push(card);
    return { text: textsOf(card).join('\n'), card };
  }

  async send(payload: object): Promise<unknown> {
    const { door } = this;
    const { keys, service } = this.#microsoft;
    const authorization = `Bearer ${keys.token({ serviceurl: service.url })}`;
    const response = await door.meanwhile(
      fetch(`${door.url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ ...payload, localTimezone: 'Europe/Berlin' }),
      }),
    );
    const text = await response.text();
    if (response.status !== 200) throw new Error(`not acknowledged: ${response.status}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
