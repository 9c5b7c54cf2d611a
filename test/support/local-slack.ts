// A stateful Slack that we did not write (scripts/peers.mjs installs it). It keeps channels, messages, views and homes,
// delivers commands, clicks and forms over HTTP or Socket Mode, and signs what it sends. What it does not do: reject a
// bad token or bad blocks, user groups, rate limits, a trigger that expires in three seconds.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'undici';
import { Child } from './child-process.ts';
import { freePort } from './free-port.ts';
import { binaryOf } from './servers.ts';
import { makeTempFolder } from './temp-folder.ts';

interface SlackUser {
  readonly id: string;
  readonly name: string;
  readonly real_name?: string;
  readonly email?: string;
  readonly tz?: string;
}

interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly is_private?: boolean;
}

type Delivery =
  | { readonly mode: 'events'; readonly requestUrl: string }
  | { readonly mode: 'socket'; readonly requestUrl?: undefined };

export type LocalSlackOptions = Delivery & {
  readonly users: readonly SlackUser[];
  readonly channels: readonly SlackChannel[];
};

/** The parts of a block that a test asks about; the rest is as the app sent it. */
export interface SlackBlock {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: { readonly text: string };
  readonly elements?: readonly SlackElement[];
  readonly [key: string]: unknown;
}

export interface SlackElement {
  readonly type: string;
  readonly action_id?: string;
  readonly value?: string;
  readonly text?: { readonly text: string };
}

export interface SlackMessage {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
  readonly thread_ts?: string;
  readonly subtype?: string;
  readonly ephemeral_to?: string;
}

export interface SlackView {
  readonly id: string;
  readonly callback_id?: string;
  readonly private_metadata?: string;
  readonly blocks: readonly SlackBlock[];
}

interface SlackState {
  readonly users: readonly SlackUser[];
  readonly channels: readonly SlackChannel[];
}

export interface SlackLogEntry {
  readonly direction: 'to_bot' | 'from_bot' | 'internal';
  readonly kind: string;
  readonly summary: string;
  readonly data?: unknown;
}

interface Interaction {
  readonly channel: string;
  readonly messageTs: string;
  readonly user: string;
  readonly action: {
    readonly type: string;
    readonly action_id: string;
    readonly [key: string]: unknown;
  };
}

/** block_id → action_id → the state of that element, as Slack sends it. */
export type FormValues = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** What became of a form: accepted (closed, or another view put in its place), or sent back with errors. */
export type FormOutcome =
  | { readonly errors: Readonly<Record<string, string>> }
  | { readonly errors?: undefined; readonly views: readonly SlackView[] };

const identity = {
  teamId: 'T01TEST',
  appId: 'A01APP',
  botUserId: 'U0BOT',
  botToken: 'xoxb-test-token',
  appToken: 'xapp-test-token',
  signingSecret: 'test-signing-secret',
};

export type LocalSlack = Awaited<ReturnType<typeof startLocalSlack>>;

export async function startLocalSlack(options: LocalSlackOptions) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = makeTempFolder('hp-slack');
  const child = await launch(folder.path, port, options);
  const control = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}/_control/${path}`, post(body));
    if (!response.ok) throw new Error(`local-slack ${path}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };

  const slack = {
    ...identity,
    url,
    /** For the `slackApiUrl` of a client. */
    apiUrl: `${url}/api/`,
    pid: child.pid,

    /** Somebody types a slash command. Resolves when the app has acknowledged it. */
    command: (ask: { channel: string; user: string; command: string; text?: string }) =>
      control<void>('command', ask),

    /** Any action, on any message, drawn there or not. */
    interact: (interaction: Interaction) => control<void>('interact', interaction),

    /** Presses a button that this message really shows. */
    press: async (click: {
      channel: string;
      messageTs: string;
      user: string;
      actionId: string;
    }) => {
      const { actionId, ...where } = click;
      const message = (await slack.messages(click.channel)).find(
        (one) => one.ts === click.messageTs,
      );
      const action = buttonsOf(message).find((button) => button.action_id === actionId);
      if (!action) throw new Error(`message ${click.messageTs} shows no button ${actionId}`);
      await control<void>('interact', { ...where, action });
    },

    /** Somebody writes in a channel. */
    say: async (line: { channel: string; user: string; text: string; thread_ts?: string }) =>
      (await control<{ message: SlackMessage }>('message', line)).message,

    openHome: (user: string) => control<void>('open-home', { user }),

    /** Oldest first; ephemeral ones are among them, with `ephemeral_to`. */
    messages: async (channel: string) =>
      (await control<{ messages: SlackMessage[] }>(`messages/${channel}`)).messages,

    state: () => control<SlackState>('state'),

    /** All traffic, in both directions. */
    log: async () => (await control<{ log: SlackLogEntry[] }>('log')).log,

    /** The stack of open forms, the topmost last. This Slack has one for all its users. */
    views: async () => (await snapshot(url)).modalStack,

    home: async (user: string) => (await snapshot(url)).homeViews[user]?.[identity.appId],

    /** Fills in the topmost form and sends it off. */
    submitView: (form: { user: string; values: FormValues }) => submitView(url, form),

    reset: () => control<void>('reset', {}),

    kill: async () => {
      await child.kill();
    },
    stop: async () => {
      await child.stop();
      folder.remove();
    },
    [Symbol.asyncDispose]: () => slack.stop(),
  };

  return slack;
}

async function launch(dir: string, port: number, options: LocalSlackOptions): Promise<Child> {
  const { users, channels, mode, requestUrl } = options;
  const { teamId, ...app } = identity;
  const config = {
    workspace: { name: 'Test', domain: 'test-workspace', teamId },
    app: { ...app, botName: 'hallpass', mode, requestUrl },
    users,
    channels: channels.map((channel) => ({
      ...channel,
      members: [...channel.members, identity.botUserId],
    })),
  };
  const file = join(dir, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const child = await Child.start(
    binaryOf('local-slack'),
    ['--config', file, '--port', `${port}`, '--base-host', '127.0.0.1'],
    { name: 'local-slack', cwd: dir },
  );
  try {
    await child.waitFor(() => isUp(`http://127.0.0.1:${port}/_control/state`), 'it listened');
  } catch (error) {
    await child.kill();
    throw error;
  }
  return child;
}

async function isUp(url: string): Promise<true | undefined> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok || undefined;
}

function post(body: object | undefined): RequestInit {
  if (!body) return {};
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function buttonsOf(message: SlackMessage | undefined): SlackElement[] {
  return (message?.blocks ?? []).flatMap((block) =>
    (block.elements ?? [])
      .filter((element) => element.type === 'button')
      .map((element) => ({ ...element, block_id: block.block_id })),
  );
}

// The control API knows nothing of forms. The page does, over its WebSocket.

interface Snapshot {
  readonly modalStack: readonly SlackView[];
  readonly homeViews: Readonly<Record<string, Readonly<Record<string, SlackView>>>>;
}

type PageEvent =
  | { readonly t: 'init'; readonly state: Snapshot }
  | { readonly t: 'view'; readonly stack?: readonly SlackView[] }
  | { readonly t: 'view_errors'; readonly errors?: Readonly<Record<string, string>> };

function snapshot(url: string): Promise<Snapshot> {
  return withPage(url, (event) => (event.t === 'init' ? event.state : undefined));
}

function submitView(url: string, form: { user: string; values: FormValues }): Promise<FormOutcome> {
  return withPage<FormOutcome>(url, (event, send) => {
    switch (event.t) {
      case 'init':
        if (event.state.modalStack.length === 0) throw new Error('no form is open');
        send({ t: 'view_submit', ...form });
        return undefined;
      case 'view':
        return { views: event.stack ?? [] };
      case 'view_errors':
        return { errors: event.errors ?? {} };
      default:
        return undefined;
    }
  });
}

/** Opens the page's socket, and closes it when `answer` has found what it wants among the events. */
function withPage<Answer>(
  url: string,
  answer: (event: PageEvent, send: (message: object) => void) => Answer | undefined,
): Promise<Answer> {
  const page = new WebSocket(`${url.replace('http', 'ws')}/ui`);
  return new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the page of local-slack is silent')), 10_000);
    page.addEventListener('error', () => reject(new Error('local-slack shows no page')));
    page.addEventListener('message', ({ data }) => {
      try {
        const found = answer(JSON.parse(String(data)), (message) =>
          page.send(JSON.stringify(message)),
        );
        if (found !== undefined) resolve(found);
      } catch (error) {
        reject(error);
      }
    });
    page.addEventListener('close', () => clearTimeout(timer));
  }).finally(() => page.close());
}
