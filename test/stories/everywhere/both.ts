/** Slack and Teams at once, at one program and one HTTP server. */
import { expect } from 'vitest';
import { ManualClock } from '../../../src/clock.ts';
import type { RequestId } from '../../../src/core/ids.ts';
import type { Status } from '../../../src/core/request.ts';
import { POLICY } from '../cast.ts';
import { lifeOf, proved } from '../proved.ts';
import type { ButtonName, Chat, Name, Place, Press } from './chat.ts';
import { House, START } from './house.ts';
import { ASK } from './scene.ts';
import { openSlackChat, type SlackChat } from './slack-chat.ts';
import { openTeamsChat, type TeamsChat } from './teams-chat.ts';

export interface BothOptions {
  readonly onSlack: readonly Name[];
  readonly onTeams: readonly Name[];
  readonly policy: string;
  /** Before the program starts. */
  readonly prepare?: (chats: { readonly slack: SlackChat; readonly teams: TeamsChat }) => void;
}

export class Both {
  readonly house: House;
  readonly slack: SlackChat;
  readonly teams: TeamsChat;

  private constructor(house: House, slack: SlackChat, teams: TeamsChat) {
    this.house = house;
    this.slack = slack;
    this.teams = teams;
  }

  static async open({ onSlack, onTeams, policy, prepare }: BothOptions): Promise<Both> {
    const clock = new ManualClock(START);
    const slack = await openSlackChat(clock, onSlack);
    const teams = await openTeamsChat(clock, onTeams);
    prepare?.({ slack, teams });
    return new Both(await House.open(clock, [slack, teams], policy), slack, teams);
  }

  async ask(chat: Chat, who: Name, text = ASK): Promise<RequestId> {
    const answer = await chat.type(who, text);
    const [latest] = await this.house.store.requests({ limit: 1 });
    if (latest === undefined) throw new Error(`nothing was asked: ${answer}`);
    return latest.value.id;
  }

  async button(
    chat: Chat,
    who: Name,
    id: RequestId,
    button: ButtonName,
    place?: Place,
  ): Promise<Press> {
    const found = await chat.button(who, id, button, place);
    if (found === undefined) throw new Error(`${who} is shown no button to ${button}`);
    return found;
  }

  async press(chat: Chat, who: Name, id: RequestId, button: ButtonName): Promise<string> {
    const press = await this.button(chat, who, id, button);
    return press();
  }

  /** So it is stored, and so says each of so many copies, wherever it is. */
  async shows(id: RequestId, status: Status, text: string, copies: number): Promise<void> {
    const request = await this.house.store.request(id);
    expect(request?.value.status).toBe(status);
    const all = [...this.slack.copies(id), ...this.teams.copies(id)];
    expect(all).toHaveLength(copies);
    for (const copy of all) expect(copy).toContain(text);
  }

  async status(id: RequestId): Promise<Status | undefined> {
    return (await this.house.store.request(id))?.value.status;
  }

  life(id: RequestId): Promise<readonly string[]> {
    return lifeOf(this.house, id);
  }

  /** At the end of each story. */
  async closeProved(): Promise<void> {
    await proved(this.house);
    expect([...this.slack.faults(), ...this.teams.faults()]).toEqual([]);
    await this.house.close();
  }
}

/** These rules, with all cards in the channels of one of them. */
export function placed(channel: 'slack' | 'teams', policy: string): string {
  return policy.replaceAll('local:#', channel === 'slack' ? 'slack:#' : 'teams:Platform/');
}

/** The cast's rules, likewise. */
export function rules(channel: 'slack' | 'teams', ...changes: (readonly [string, string])[]) {
  return changes.reduce(
    (policy, [line, other]) => {
      if (!policy.includes(line)) throw new Error(`the policy has no line ${line}`);
      return policy.replace(line, other);
    },
    placed(channel, POLICY),
  );
}

/** Who has no chat with the bot in Teams, and is not to be given one. */
export function shut(...names: readonly Name[]): (chats: { readonly teams: TeamsChat }) => void {
  return ({ teams }) => {
    const { entra, service } = teams.microsoft;
    for (const name of names) service.installed.delete(teams.human(name).userId);
    entra.permissions.delete('TeamsAppInstallation.ReadWriteSelfForUser.All');
  };
}
