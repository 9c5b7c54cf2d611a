/** What people do and see in the Slack of these stories. */
import type { LocalSlack, SlackMessage } from '../../support/local-slack.ts';
import { channelOf } from './cast.ts';
import { eventually } from './eventually.ts';

type Pressed = 'approve' | 'withdraw' | 'return';
type RoleKind = 'admin' | 'pair' | 'open' | 'mail';

/**
 * A channel with roles and a source address of its own, so that stories side by side do not mix: what is
 * private is answered where it was asked, and Slack takes one message a second in a channel.
 */
export class Desk {
  readonly server: LocalSlack;
  readonly number: number;
  readonly channel: string;
  /** Where people at this desk come from. */
  readonly from: string;

  constructor(server: LocalSlack, number: number) {
    this.server = server;
    this.number = number;
    this.channel = channelOf(number);
    this.from = `127.0.0.${100 + number}`;
  }

  role(kind: RoleKind): string {
    return `${kind}-${this.number}`;
  }

  /** Types a command, and returns the private answer. */
  async type(user: string, text: string): Promise<string> {
    const before = (await this.answers(user)).length;
    await this.send(user, text);
    return eventually(async () => (await this.answers(user))[before]);
  }

  /** Types a command, and waits for no answer. */
  send(user: string, text: string): Promise<void> {
    return this.server.command({ channel: this.channel, user, command: '/jit', text });
  }

  /** Asks for a role, and returns the id of the request. */
  async ask(user: string, kind: RoleKind, duration = '1h'): Promise<string> {
    const where = kind === 'mail' ? '' : `ip=${this.from} `;
    const answer = await this.type(
      user,
      `${this.role(kind)} ${duration} ${where}rotate a certificate`,
    );
    const id = /#([0-9a-z]{10})\b/.exec(answer)?.[1];
    if (id === undefined) throw new Error(`nothing was asked: ${answer}`);
    return id;
  }

  /** Presses a button of the card in the channel, and returns the private answer. */
  async click(user: string, request: string, actionId: Pressed): Promise<string> {
    const before = (await this.answers(user)).length;
    await this.press(user, request, actionId);
    return eventually(async () => (await this.answers(user))[before]);
  }

  async press(user: string, request: string, actionId: string): Promise<void> {
    const { ts } = await this.cardMessage(request);
    await eventually(() =>
      this.server.press({ channel: this.channel, messageTs: ts, user, actionId }).then(
        () => true,
        () => undefined,
      ),
    );
  }

  /** Presses a button that opens a form for a reason, and sends it off. */
  fill(user: string, request: string, action: 'deny' | 'revoke', reason: string): Promise<void> {
    return oneForm(async () => {
      await this.press(user, request, action);
      await eventually(async () => {
        const top = (await this.server.views()).at(-1);
        return top?.callback_id === action && top.private_metadata === request ? top : undefined;
      });
      const value = { value: { type: 'plain_text_input', value: reason } };
      await this.server.submitView({ user, values: { reason: value } });
    });
  }

  async answers(user: string): Promise<readonly string[]> {
    const all = await this.server.messages(this.channel);
    return all.filter(({ ephemeral_to }) => ephemeral_to === user).map(shown);
  }

  /** Waits for a private answer with these words. */
  answer(user: string, words: string): Promise<string> {
    return eventually(async () => (await this.answers(user)).find((text) => text.includes(words)));
  }

  /** The one card of this request in the channel. */
  async cardMessage(request: string): Promise<SlackMessage> {
    const [card, ...more] = await eventually(async () => {
      const cards = (await this.server.messages(this.channel)).filter((one) =>
        isCard(one, request),
      );
      return cards.length === 0 ? undefined : cards;
    });
    if (card === undefined || more.length > 0) throw new Error(`${request} has many cards`);
    return card;
  }

  async card(request: string): Promise<string> {
    return shown(await this.cardMessage(request));
  }

  async buttons(request: string): Promise<readonly string[]> {
    const { blocks = [] } = await this.cardMessage(request);
    const actions = blocks.filter(({ type }) => type === 'actions');
    return actions.flatMap(({ elements = [] }) => elements.map(({ action_id = '' }) => action_id));
  }

  /** Waits until the card says so. */
  async cardSays(request: string, words: string, within?: number): Promise<string> {
    return eventually(
      async () => {
        const card = await this.card(request);
        return card.includes(words) ? card : `the card says ${card}, not ${words}`;
      },
      { within, isRight: (card) => !card.startsWith('the card says ') },
    );
  }

  /** What was told below the card, one message after the other. */
  async thread(request: string): Promise<string> {
    const { ts } = await this.cardMessage(request);
    const all = await this.server.messages(this.channel);
    return all
      .filter((one) => one.thread_ts === ts && one.ts !== ts)
      .map(shown)
      .join('\n');
  }

  /** Waits until the thread says all of this, in this order. */
  async threadTells(request: string, ...words: readonly string[]): Promise<void> {
    await eventually(() => this.thread(request), { isRight: (told) => inOrder(told, words) });
  }

  /** What the bot wrote to this person directly, cards among it. */
  async dms(user: string): Promise<readonly string[]> {
    const response = await fetch(`${this.server.apiUrl}conversations.open`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.server.botToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ users: user }),
    });
    const { channel } = (await response.json()) as { channel: { id: string } };
    return (await this.server.messages(channel.id)).map(shown);
  }

  /** Waits for a direct message with these words. */
  dm(user: string, words: string): Promise<string> {
    return eventually(async () => (await this.dms(user)).find((text) => text.includes(words)));
  }

  /** Waits for a message in a channel, besides cards and threads. */
  note(channel: string, words: string): Promise<string> {
    return eventually(async () =>
      (await this.server.messages(channel)).map(shown).find((text) => text.includes(words)),
    );
  }
}

let form: Promise<void> = Promise.resolve();

/** This Slack has one stack of forms for all its users: they take turns. */
function oneForm(work: () => Promise<void>): Promise<void> {
  const done = form.then(work);
  form = done.catch(() => {});
  return done;
}

function isCard(message: SlackMessage, request: string): boolean {
  return message.blocks?.[0]?.block_id === `hp:card:${request}`;
}

function inOrder(text: string, words: readonly string[]): boolean {
  let from = 0;
  for (const word of words) {
    const at = text.indexOf(word, from);
    if (at < 0) return false;
    from = at + word.length;
  }
  return true;
}

const shown = ({ blocks, text }: SlackMessage): string =>
  blocks === undefined || blocks.length === 0 ? text : textsOf(blocks).join('');

/** Everything that a reader sees, in order; a date as its fallback. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { text, fallback, ...rest } = value as { text?: unknown; fallback?: unknown };
  const own = [text, fallback].flatMap((one) => (typeof one === 'string' ? [one] : textsOf(one)));
  return [...own, ...Object.values(rest).flatMap(textsOf)];
}
