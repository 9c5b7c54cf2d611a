// Microsoft's Agents Playground (scripts/peers.mjs installs it): a page that looks like Teams, and a Bot Connector that
// keeps channels, threads and chats. What it does not do: sign what it sends, refresh a card for its viewer, open a
// dialog, read a manifest, check a token. Its page is the current user's; what others do goes through `deliver`.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child-process.ts';
import { freePort } from './free-port.ts';
import { binaryOf } from './servers.ts';
import { makeTempFolder } from './temp-folder.ts';

const loopbackOnly = fileURLToPath(new URL('./fixtures/loopback-only.mjs', import.meta.url));

export interface PlaygroundUser {
  readonly id: string;
  readonly name: string;
  readonly aadObjectId: string;
  readonly email: string;
}

type Five<Of> = readonly [Of, Of, Of, Of, Of];

export interface PlaygroundOptions {
  /** Where the bot takes its deliveries. */
  readonly endpoint: string;
  readonly tenantId: string;
  readonly bot: { readonly id: string; readonly name: string };
  /** Whose page it is. */
  readonly currentUser: PlaygroundUser;
  /** With fewer or more it ends at once and says nothing. */
  readonly users: Five<PlaygroundUser>;
  /** The team's id is that of its General channel as well. */
  readonly team: {
    readonly id: string;
    readonly name: string;
    readonly channel: { readonly id: string; readonly name: string };
  };
  /** The current user's chat with the bot. */
  readonly personalChat: string;
}

export type AgentsPlayground = Awaited<ReturnType<typeof startAgentsPlayground>>;

export async function startAgentsPlayground(options: PlaygroundOptions) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const folder = makeTempFolder('hp-playground');
  const child = await launch(folder.path, port, options);
  return {
    /** Of the page. */
    url,
    /** Of its Bot Connector, as it says in all that it sends. */
    serviceUrl: serviceUrlAt(port),
    pid: child.pid,

    /** Sends anything to the bot just as it is, and tells nobody what is answered. */
    async deliver(activity: object): Promise<void> {
      const response = await fetch(`${url}/_internal/v1/customActivities`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(activity),
      });
      if (!response.ok) throw new Error(`the playground took no activity: ${response.status}`);
    },

    async stop(): Promise<void> {
      await child.stop();
      folder.remove();
    },
  };
}

const serviceUrlAt = (port: number): string => `http://localhost:${port}/_connector`;

async function launch(dir: string, port: number, options: PlaygroundOptions): Promise<Child> {
  // YAML as well.
  writeFileSync(join(dir, '.m365agentsplayground.yml'), JSON.stringify(configOf(options)));
  const { PATH } = process.env;
  const child = await Child.start(
    process.execPath,
    [
      ...['--import', loopbackOnly, binaryOf('agents-playground'), 'start', '--disable-telemetry'],
      ...['--app-endpoint', options.endpoint, '--channel-id', 'msteams', '--port', `${port}`],
      ...['--service-url', serviceUrlAt(port)],
    ],
    {
      name: 'agents-playground',
      cwd: dir,
      env: { PATH, HOME: dir, TEAMSAPPTESTER_BROWSER: 'none' },
    },
  );
  try {
    await child.waitForLine(/^Listening on \d+/);
  } catch (error) {
    await child.kill();
    throw error;
  }
  return child;
}

/** All of it, or it ends at once. */
function configOf({ tenantId, bot, currentUser, users, team, personalChat }: PlaygroundOptions) {
  const { channel, ...whole } = team;
  return {
    version: '0.1.1',
    tenantId,
    bot,
    currentUser: userOf(currentUser),
    users: users.map(userOf),
    personalChat: { id: personalChat },
    groupChat: { id: '19:group@thread.v2', name: 'Group chat' },
    team: { ...whole, aadGroupId: '5f1d2c3b-0000-4000-8000-00000000cccc', channels: [channel] },
  };
}

const userOf = (user: PlaygroundUser) => ({
  ...user,
  userPrincipleName: user.email,
  givenName: user.name,
  surname: user.name,
});
