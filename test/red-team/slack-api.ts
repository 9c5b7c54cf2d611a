/** Slack's Web API as far as it is called: it knows people and groups, and keeps what is posted. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const TEAM = 'T01TEST';
const BOT = 'U0BOT';
const CHANNELS = [
  { id: 'C01LB', name: 'lb-access', is_member: true },
  { id: 'C02ALARMS', name: 'alarms', is_member: true },
];

export interface Member {
  readonly id: string;
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly tz?: string;
  readonly profile: { readonly display_name: string; readonly email: string };
}

export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly thread_ts: string | undefined;
  text: string;
  blocks: readonly { readonly block_id?: string }[];
}

type Args = Readonly<Record<string, string>>;
type Answers = Readonly<Record<string, (args: Args) => object>>;

export class SlackApi {
  readonly members = new Map<string, Member>();
  /** By handle. */
  readonly groups = new Map<string, readonly string[]>();
  readonly posts: Posted[] = [];
  readonly opened: Args[] = [];
  /** What the program sends to an address that it was given: `<url>respond/<user>`. */
  readonly responses: { readonly user: string; readonly message: unknown }[] = [];
  /** By user. */
  readonly homes = new Map<string, { readonly blocks: readonly unknown[] }>();
  /** Called with each view that is opened or changed. */
  onView: (view: unknown) => void = () => {};
  /** Users whose chat with the bot cannot be opened. */
  readonly closedTo = new Set<string>();
  /** Answers nothing but 503. */
  isDown = false;
  /** So many of the next calls are answered 429: come again in half a minute. */
  busy = 0;
  readonly #server: Server;
  #stamp = 1_795_000_000;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => {
        const method = (request.url ?? '').replace('/api/', '');
        const isBusy = this.busy > 0;
        if (isBusy) this.busy -= 1;
        if (this.isDown) response.writeHead(503).end();
        else if (isBusy) response.writeHead(429, { 'retry-after': '30' }).end();
        else send(response, this.#answer(method, argsIn(body)));
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`;
  }

  add(id: string, email: string, more: Partial<Member> = {}): void {
    const display_name = email.split('@')[0] ?? '';
    this.members.set(id, { id, team_id: TEAM, profile: { display_name, email }, ...more });
  }

  /** Somebody posts for themselves, or a program that is not ours. */
  post(post: Pick<Posted, 'channel' | 'user' | 'text'> & Partial<Posted>): Posted {
    this.#stamp += 1;
    const whole = { ts: `${this.#stamp}.000001`, thread_ts: undefined, blocks: [], ...post };
    this.posts.push(whole);
    return whole;
  }

  /** What somebody was told in private. */
  toldTo(user: string): readonly string[] {
    return this.posts.filter(({ channel }) => channel === `D-${user}`).map(({ text }) => text);
  }

  cards(request: string): readonly Posted[] {
    return this.posts.filter(({ blocks }) => blocks[0]?.block_id === `hp:card:${request}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(method: string, args: Args): object {
    const [, user] = /^respond\/(\w+)$/.exec(method) ?? [];
    if (user !== undefined) this.responses.push({ user, message: args });
    return this.#answers[method]?.(args) ?? {};
  }

  readonly #answers: Answers = {
    'auth.test': () => ({ team_id: TEAM, user_id: BOT }),
    'users.info': ({ user = '' }) => this.#member(user),
    'users.lookupByEmail': ({ email }) =>
      this.#member([...this.members.values()].find((one) => one.profile.email === email)?.id ?? ''),
    'usergroups.list': () => ({
      usergroups: [...this.groups.keys()].map((handle) => ({
        id: `S${handle.toUpperCase()}`,
        handle,
      })),
    }),
    'usergroups.users.list': ({ usergroup = '' }) => ({
      users: this.groups.get(usergroup.slice(1).toLowerCase()) ?? [],
    }),
    'conversations.list': () => ({ channels: CHANNELS }),
    'conversations.open': ({ users = '' }) =>
      this.closedTo.has(users)
        ? { ok: false, error: 'user_disabled' }
        : { channel: { id: `D-${users}` } },
    'chat.postMessage': ({ channel = '', text = '', blocks = '[]', thread_ts }) =>
      this.post({ channel, user: BOT, text, thread_ts, blocks: JSON.parse(blocks) }),
    'chat.update': ({ channel, ts, text = '', blocks = '[]' }) => {
      const post = this.posts.find((one) => one.channel === channel && one.ts === ts);
      if (post === undefined) return { ok: false, error: 'message_not_found' };
      return Object.assign(post, { text, blocks: JSON.parse(blocks) });
    },
    'conversations.history': ({ channel }) => ({
      messages: this.posts.filter(
        (post) => post.channel === channel && post.thread_ts === undefined,
      ),
    }),
    'conversations.replies': ({ channel, ts }) => ({
      messages: this.posts.filter(
        (post) => post.channel === channel && (post.ts === ts || post.thread_ts === ts),
      ),
    }),
    'views.open': (args) => {
      this.opened.push(args);
      this.onView(JSON.parse(args.view ?? '{}'));
      return {};
    },
    'views.publish': ({ user_id = '', view = '{}' }) => {
      this.homes.set(user_id, JSON.parse(view));
      return {};
    },
    'views.update': ({ view = '{}' }) => {
      this.onView(JSON.parse(view));
      return {};
    },
  };

  #member(id: string): object {
    const user = this.members.get(id);
    return user === undefined ? { ok: false, error: 'user_not_found' } : { user };
  }
}

/** A form, or JSON where a message is sent to an address that the program was given. */
function argsIn(body: string): Args {
  if (body.startsWith('{')) return JSON.parse(body);
  return Object.fromEntries(new URLSearchParams(body));
}

function send(response: ServerResponse, answer: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ok: true, ...answer }));
}
