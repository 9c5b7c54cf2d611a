/**
 * The program as it is served, in an organization of six people whose Teams is the Agents Playground. Entra
 * ID and the keys of the Bot Framework are stand-ins; what they are asked is what Microsoft's are asked.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryGate } from '../../src/access/memory/gate.ts';
import { type App, createApp } from '../../src/app.ts';
import { openBotFramework } from '../../src/chat/teams/fixtures/bot-framework.ts';
import { APP, openEntra, TENANT } from '../../src/chat/teams/fixtures/entra.ts';
import { systemClock } from '../../src/clock.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/log.ts';
import { eventually } from '../stories/outside/eventually.ts';
import {
  type AgentsPlayground,
  type PlaygroundUser,
  startAgentsPlayground,
} from '../support/agents-playground.ts';
import { freePort } from '../support/free-port.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { type Answered, SigningRelay } from './signing-relay.ts';

type Entra = Awaited<ReturnType<typeof openEntra>>;

const BOT = { id: `28:${APP}`, name: 'Hallpass' };
const TEAM = { id: '19:general@thread.tacv2', name: 'Platform' };
const CHANNEL = { id: '19:lbaccess@thread.tacv2', name: 'lb-access' };

/** Who, and in which conversation of the Playground's. */
interface Doing {
  readonly who: PlaygroundUser;
  readonly conversation: string;
}

export class Office {
  readonly gate = new MemoryGate(systemClock);
  readonly people = cast();
  readonly #folder = makeTempFolder('hp-office');
  readonly #closing: (() => Promise<void>)[] = [];
  #relay: SigningRelay | undefined;
  #playground: AgentsPlayground | undefined;

  static async open(): Promise<Office> {
    const office = new Office();
    try {
      await office.#start();
    } catch (error) {
      await office.close();
      throw error;
    }
    return office;
  }

  get url(): string {
    return this.#running().playground.url;
  }

  /** A person presses a button of a card. @returns what the program answers in the acknowledgement */
  press(doing: Doing, card: string, action: object): Promise<Answered> {
    const value = { action, trigger: 'manual' };
    return this.#does(doing, {
      ...{ type: 'invoke', name: 'adaptiveCard/action', replyToId: card, value },
    });
  }

  /** A person opens or sends off a dialog. */
  inDialog(doing: Doing, name: 'task/fetch' | 'task/submit', data: object): Promise<Answered> {
    const value = { data, context: { theme: 'default' } };
    return this.#does(doing, { type: 'invoke', name, value });
  }

  /** A person writes in the channel and mentions the bot. */
  say(doing: Doing, text: string): Promise<Answered> {
    const mention = `<at>${BOT.name}</at>`;
    const entities = [{ type: 'mention', mentioned: BOT, text: mention }];
    return this.#does(doing, { type: 'message', text: `${mention} ${text}`, entities });
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    this.#folder.remove();
  }

  /** NB. The Playground says that everything is the current user's, but for what it passes on as it is. */
  async #does({ who, conversation }: Doing, what: object): Promise<Answered> {
    const { relay, playground } = this.#running();
    const { id: mri, name, aadObjectId } = who;
    const id = randomUUID();
    await playground.deliver({
      ...{ id, channelId: 'msteams', serviceUrl: playground.serviceUrl, recipient: BOT },
      ...{ timestamp: new Date().toISOString(), from: { id: mri, name, aadObjectId } },
      ...placeOf(conversation),
      ...what,
    });
    return eventually(async () => relay.answerTo(id), { within: 15_000 });
  }

  #running() {
    const [relay, playground] = [this.#relay, this.#playground];
    if (relay === undefined || playground === undefined) throw new Error('the office is shut');
    return { relay, playground };
  }

  async #start(): Promise<void> {
    const [entra, keys, port] = [await openEntra(), await openBotFramework(), await freePort()];
    this.#closing.push(entra.close, keys.close);
    const to = `http://127.0.0.1:${port}/api/messages`;
    const relay = new SigningRelay({ to: () => to, sign: keys.token });
    const endpoint = await relay.listen();
    this.#closing.push(() => relay.close());
    const { ada, grace, linus, barbara, margaret, katherine } = this.people;
    const playground = await startAgentsPlayground({
      ...{ endpoint, tenantId: TENANT, bot: BOT, personalChat: 'a:ada' },
      ...{ currentUser: ada, users: [grace, linus, barbara, margaret, katherine] },
      team: { ...TEAM, channel: CHANNEL },
    });
    this.#closing.push(() => playground.stop());
    this.#relay = relay;
    this.#playground = playground;
    this.#write(entra);
    const app = await this.#program(entra, keys.openIdUrl, port);
    this.#closing.push(() => app.stop());
    await app.start();
  }

  async #program(entra: Entra, openIdUrl: string, port: number): Promise<App> {
    const config = configOf({
      ...{ MICROSOFT_APP_ID: APP, MICROSOFT_APP_TENANT_ID: TENANT },
      ...{ MICROSOFT_APP_PASSWORD: entra.secret, MICROSOFT_OPENID_URL: openIdUrl },
      ...{ MICROSOFT_LOGIN_URL: entra.url, MICROSOFT_GRAPH_URL: entra.graphUrl },
      MICROSOFT_CONNECTOR_URL: this.#running().playground.serviceUrl,
      DATABASE_URL: join(this.#folder.path, 'hallpass.db'),
      HALLPASS_POLICY: join(this.#folder.path, 'policy.yaml'),
      HALLPASS_SWEEP_SECONDS: '0.5',
      PORT: String(port),
      HOST: '127.0.0.1',
    });
    return createApp(config, silentLog, { gate: this.gate, burst: 1_000 });
  }

  /** The directory knows whom the Playground knows, and the leads. */
  #write(entra: Entra): void {
    const everybody = Object.values(this.people);
    for (const { aadObjectId, name, email } of everybody)
      entra.addUser({ id: aadObjectId, displayName: name, mail: email, userPrincipalName: email });
    const { ada, grace } = this.people;
    const leads = entra.addGroup('Load Balancer Leads', [ada.aadObjectId, grace.aadObjectId]);
    writeFileSync(join(this.#folder.path, 'policy.yaml'), policyOf(leads));
  }
}

function cast() {
  const names = ['ada', 'grace', 'linus', 'barbara', 'margaret', 'katherine'] as const;
  const people = names.map((name, at): [typeof name, PlaygroundUser] => [
    name,
    {
      id: `29:${name}`,
      name: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      aadObjectId: `5f1d2c3b-0000-4000-8000-00000000000${at}`,
      email: `${name}@example.com`,
    },
  ]);
  return Object.fromEntries(people) as Record<(typeof names)[number], PlaygroundUser>;
}

function placeOf(id: string) {
  const tenant = { id: TENANT };
  return {
    conversation: { isGroup: true, conversationType: 'channel', tenantId: TENANT, id },
    channelData: { tenant, team: TEAM, channel: { id: id.split(';')[0] } },
  };
}

function configOf(env: Readonly<Record<string, string>>): Config {
  const result = readConfig(env, { local: false });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

const policyOf = (leads: string): string => `
version: 1
groups:
  operators: { members: [ada@example.com, grace@example.com] }
  leads: { teams: ${leads} }
providers:
  lab: { type: memory }
alarms: teams:${TEAM.name}/General
defaults:
  channel: teams:${TEAM.name}/${CHANNEL.name}
  expireAfter: 30m
  revoke: [leads]
  attest: [leads]
roles:
  lb-admin:
    description: the whole load balancer
    targets: [{ provider: lab, resource: edge-admin, key: email }]
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
`;
