/** Slack, as people use it: what they do arrives signed, and its Web API keeps what is posted. */
import { createHmac } from 'node:crypto';
import { UNPACED } from '../../../src/chat/slack/fixtures/office.ts';
import * as payloads from '../../../src/chat/slack/fixtures/payloads.ts';
import { faultsOf } from '../../../src/chat/slack/fixtures/validate.ts';
import { createSlack } from '../../../src/chat/slack/index.ts';
import type { Clock } from '../../../src/clock.ts';
import { SECOND } from '../../../src/core/time.ts';
import { opensForm } from '../../../src/core/view.ts';
import { silentLog } from '../../../src/log.ts';
import { type Posted, SlackApi } from '../../red-team/slack-api.ts';
import type {
  AskFields,
  ButtonName,
  Chat,
  Door,
  Filled,
  Name,
  OpenForm,
  Place,
  Press,
} from './chat.ts';
import { type Block, buttonIn, textOf } from './slack-texts.ts';

const SECRET = 'test-signing-secret';
const PEOPLE: readonly Name[] = ['ada', 'grace', 'linus', 'ken', 'margaret', 'mallory', 'barbara'];
const CHANNELS: Readonly<Record<string, string>> = { 'lb-access': 'C01LB', alarms: 'C02ALARMS' };

interface View {
  readonly callback_id: string;
  readonly private_metadata?: string;
  readonly blocks: readonly Block[];
}

export interface SlackChat extends Chat {
  readonly api: SlackApi;
}

/** @param people who has an account there */
export async function openSlackChat(clock: Clock, people = PEOPLE): Promise<SlackChat> {
  const api = new SlackApi();
  for (const name of people) addPerson(api, name);
  await api.listen();
  const platform = createSlack({
    ...{ botToken: 'xoxb-test-token', signingSecret: SECRET, apiUrl: api.url },
    ...{ clock, log: silentLog, pace: UNPACED },
  });
  return new Slack(api, platform, clock);
}

const idOf = (name: Name): string => `U0${name.toUpperCase()}`;

function addPerson(api: SlackApi, name: Name): void {
  const display_name = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const email = `${name}@example.com`;
  api.add(idOf(name), email, {
    profile: { display_name, email },
    tz: 'Europe/Berlin',
    ...(name === 'barbara' && { is_restricted: true }),
  });
}

class Slack implements SlackChat {
  readonly api: SlackApi;
  readonly platform: ReturnType<typeof createSlack>;
  readonly #clock: Clock;
  readonly #views: View[] = [];
  #door: Door | undefined;

  constructor(api: SlackApi, platform: ReturnType<typeof createSlack>, clock: Clock) {
    this.api = api;
    this.platform = platform;
    this.#clock = clock;
  }

  get http() {
    return this.platform.http;
  }

  channelRef = (channel: string): string => `slack:#${channel}`;

  async connect(door: Door): Promise<void> {
    this.#door = door;
  }

  setGroup(name: string, members: readonly Name[]): void {
    this.api.groups.set(name, members.map(idOf));
  }

  async type(who: Name, text: string): Promise<string> {
    const command = { user_id: idOf(who), text, response_url: this.#responseUrl(who) };
    return this.#told(who, payloads.command(command));
  }

  async button(
    who: Name,
    request: string,
    button: ButtonName,
    place: Place = 'channel',
  ): Promise<Press | undefined> {
    const post =
      place === 'note'
        ? this.#notesTo(who).findLast(({ blocks }) => buttonIn(blocks, button, request))
        : this.#postsOf(request).find(({ channel }) => isIn(channel, place, who));
    const pressed = post && buttonIn(post.blocks, button, request);
    if (post === undefined || pressed === undefined) return undefined;
    return ({ by = who, ...filled } = {}) => this.#press(by, post, pressed, filled);
  }

  confirm(who: Name): Press | undefined {
    const last = this.api.responses.findLast(({ user }) => user === idOf(who));
    const pressed = last && buttonIn((last.message as Posted).blocks, 'confirm');
    if (pressed === undefined) return undefined;
    // What only one person sees has a stamp of its own, and is no message of the channel.
    const container = { type: 'message', message_ts: '1795224535.000009', is_ephemeral: true };
    return ({ by = who } = {}) => {
      const response_url = this.#responseUrl(by);
      const more = { ...this.#by(by), container: { ...container, channel_id: 'C01LB' } };
      return this.#told(by, payloads.click(pressed, { ...more, response_url }));
    };
  }

  async openForm(who: Name, role: string): Promise<OpenForm> {
    const first = this.#nextView();
    await this.#deliver(payloads.command({ user_id: idOf(who), text: '' }));
    await first;
    const second = this.#nextView();
    const choice = { type: 'static_select', action_id: 'role', selected_option: { value: role } };
    await this.#deliver(payloads.click(choice, { ...this.#by(who), view: VIEW }));
    const view = await second;
    return {
      text: textOf(view.blocks),
      submit: (fields) => this.#submit(who, view, valuesOf(fields)),
    };
  }

  async openHome(who: Name): Promise<void> {
    const opened = { type: 'app_home_opened', user: idOf(who), tab: 'home' };
    await this.#deliver(payloads.event(opened));
  }

  cards = (request: string): readonly string[] =>
    this.#cardsInChannels(request).map(({ blocks }) => textOf(blocks));

  copies = (request: string): readonly string[] =>
    this.#postsOf(request).map(({ blocks }) => textOf(blocks));

  threads = (request: string): readonly (readonly string[])[] =>
    this.#cardsInChannels(request).map((card) =>
      this.api.posts
        .filter(({ channel, thread_ts }) => channel === card.channel && thread_ts === card.ts)
        .map(({ blocks }) => textOf(blocks)),
    );

  direct = (who: Name): readonly string[] =>
    this.api.posts
      .filter(({ channel }) => channel === `D-${idOf(who)}`)
      .map(({ blocks }) => textOf(blocks));

  home = (who: Name): string => textOf(this.api.homes.get(idOf(who))?.blocks);

  notes = (channel: string): readonly string[] =>
    this.api.posts
      .filter((post) => post.channel === CHANNELS[channel] && post.thread_ts === undefined)
      .filter(({ blocks }) => blocks[0]?.block_id?.startsWith('hp:card:') !== true)
      .map(({ blocks }) => textOf(blocks));

  faults = (): readonly string[] => [
    ...this.api.responses.flatMap(({ message }) => faultsOf('message', { ...(message as object) })),
    ...this.api.posts.flatMap((post) => faultsOf('message', { ...post })),
    ...[...this.#views, ...this.api.homes.values()].flatMap((view) =>
      faultsOf('view', { ...view }),
    ),
  ];

  close = (): Promise<void> => this.api.close();

  // ── what people do ──

  async #press(who: Name, { channel, ts }: Posted, button: Block, filled: Filled) {
    const container = { type: 'message', message_ts: ts, channel_id: channel };
    const response_url = this.#responseUrl(who);
    const click = payloads.click(button, { ...this.#by(who), container, response_url });
    if (!opensForm(button.action_id ?? '')) return this.#told(who, click);
    const opened = this.#nextView();
    await this.#deliver(click);
    return this.#submit(who, await opened, { reason: '', ...filled });
  }

  async #submit(who: Name, view: View, values: Readonly<Record<string, string>>): Promise<string> {
    const { callback_id, private_metadata = '' } = view;
    const filled = { callback_id, private_metadata, ...payloads.filled(values) };
    return this.#told(who, payloads.submission(filled, this.#by(who)));
  }

  readonly #by = (who: Name) => ({ user: { id: idOf(who), team_id: payloads.TEAM } });

  readonly #responseUrl = (who: Name): string => `${this.api.url}respond/${idOf(who)}`;

  #nextView(): Promise<View> {
    return new Promise((resolve) => {
      this.api.onView = (view) => {
        this.#views.push(view as View);
        resolve(view as View);
      };
    });
  }

  /** Answers beside and in the acknowledgement, and in their own chat, where nothing else came in. */
  async #told(who: Name, body: string): Promise<string> {
    const { responses, posts } = this.api;
    const [said, posted] = [responses.length, posts.length];
    const answer = await this.#deliver(body);
    const beside = responses.slice(said).filter(({ user }) => user === idOf(who));
    const written = posts.slice(posted).filter(({ channel }) => channel === `D-${idOf(who)}`);
    const shown = [...beside.map(({ message }) => message), ...written];
    return [answer, ...shown.map((one) => textOf((one as Posted).blocks))].join('\n');
  }

  async #deliver(body: string): Promise<string> {
    const door = this.#door;
    if (door === undefined) throw new Error('not connected');
    const sent = fetch(`${door.url}/slack/events`, { method: 'POST', body, ...this.#signed(body) });
    const response = await door.meanwhile(sent);
    if (response.status !== 200) throw new Error(`not acknowledged: ${response.status}`);
    return response.text();
  }

  #signed(body: string) {
    const stamp = `${Math.floor(this.#clock.now() / SECOND)}`;
    const mac = createHmac('sha256', SECRET).update(`v0:${stamp}:${body}`).digest('hex');
    const type = body.startsWith('{') ? 'json' : 'x-www-form-urlencoded';
    return {
      headers: {
        'content-type': `application/${type}`,
        'x-slack-request-timestamp': stamp,
        'x-slack-signature': `v0=${mac}`,
      },
    };
  }

  #postsOf(request: string): readonly Posted[] {
    return this.api.cards(request);
  }

  #notesTo(who: Name): readonly Posted[] {
    return this.api.posts.filter(
      ({ channel, blocks }) =>
        channel === `D-${idOf(who)}` && blocks[0]?.block_id?.startsWith('hp:card:') !== true,
    );
  }

  #cardsInChannels(request: string): readonly Posted[] {
    return this.#postsOf(request).filter(({ channel }) => channel.startsWith('C'));
  }
}

const VIEW = { id: 'V01', hash: '1795224535.a', type: 'modal' };

const isIn = (channel: string, place: Place, who: Name): boolean =>
  place === 'channel' ? channel.startsWith('C') : channel === `D-${idOf(who)}`;

function valuesOf({ duration = '', start = '', reason = '', inputs = {} }: AskFields) {
  const named = Object.entries(inputs).map(([name, value]) => [`input:${name}`, value]);
  return { duration, start, reason, ...Object.fromEntries(named) };
}
