/** Teams, as people use it: what they do arrives signed, and each sees their own face of a card. */
import { MARK } from '../../../src/chat/teams/actions.ts';
import { cardFaults, textsOf } from '../../../src/chat/teams/fixtures/card-check.ts';
import type { Said, Thread } from '../../../src/chat/teams/fixtures/conversations.ts';
import * as payloads from '../../../src/chat/teams/fixtures/payloads.ts';
import type { Human } from '../../../src/chat/teams/fixtures/teams-service.ts';
import {
  type Microsoft,
  openMicrosoft,
  teamsOn,
} from '../../../src/chat/teams/fixtures/teams-world.ts';
import type { TeamsPlatform } from '../../../src/chat/teams/index.ts';
import { type Addresses, forgetfulAddresses } from '../../../src/chat/teams/places.ts';
import type { Clock } from '../../../src/clock.ts';
import { eventually } from '../outside/eventually.ts';
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
import { type Action, actionCalled, type Card, cardOf, verbIn } from './teams-cards.ts';
import { CHAT, TeamsDelivery } from './teams-delivery.ts';

const PEOPLE: readonly Name[] = ['ada', 'grace', 'linus', 'ken', 'margaret', 'mallory', 'barbara'];

export interface TeamsChat extends Chat {
  readonly microsoft: Microsoft;
  human(name: Name): Human;
  /** The card as this person sees it. */
  faceOf(who: Name, request: string): Promise<Card>;
}

/** @param people who has an account there */
export async function openTeamsChat(clock: Clock, people = PEOPLE): Promise<TeamsChat> {
  const microsoft = await openMicrosoft();
  microsoft.service.channels.set('alarms', '19:alarms@thread.tacv2');
  const humans = new Map(people.map((name) => [name, personIn(microsoft, name)]));
  return new Teams(microsoft, humans, clock);
}

function personIn(microsoft: Microsoft, name: Name): Human {
  const shown = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return microsoft.person(shown, name === 'barbara' ? { userType: 'Guest' } : {});
}

class Teams implements TeamsChat {
  readonly microsoft: Microsoft;
  readonly platform: TeamsPlatform;
  readonly addresses: Addresses = forgetfulAddresses();
  readonly #humans: ReadonlyMap<Name, Human>;
  readonly #delivery: TeamsDelivery;

  constructor(microsoft: Microsoft, humans: ReadonlyMap<Name, Human>, clock: Clock) {
    this.microsoft = microsoft;
    this.platform = teamsOn(microsoft, { clock, addresses: this.addresses });
    this.#humans = humans;
    this.#delivery = new TeamsDelivery(microsoft);
  }

  get http() {
    return this.platform.http;
  }

  channelRef = (channel: string): string => `teams:Platform/${channel}`;

  async connect(door: Door): Promise<void> {
    const isFirst = this.#delivery.connect(door);
    const { service } = this.microsoft;
    const [anybody] = this.#humans.values();
    if (!isFirst || anybody === undefined) return;
    const team = { kind: 'channel', conversation: service.team.id } as const;
    await this.#delivery.send(payloads.installed(service, anybody, team));
  }

  setGroup(name: string, members: readonly Name[]): void {
    const { entra } = this.microsoft;
    const known = [...entra.groups.values()].find(({ displayName }) => displayName === name);
    const group = known ?? entra.groups.get(entra.addGroup(name));
    group?.members.clear();
    for (const member of members) group?.members.add(this.human(member).userId);
  }

  human(name: Name): Human {
    const found = this.#humans.get(name);
    if (found === undefined) throw new Error(`${name} is not on Teams`);
    return found;
  }

  type(who: Name, text: string): Promise<string> {
    const where = this.#channel('lb-access');
    return this.#told(who, payloads.typed(this.microsoft.service, this.human(who), where, text));
  }

  async button(
    who: Name,
    request: string,
    button: ButtonName,
    place: Place = 'channel',
  ): Promise<Press | undefined> {
    const seen =
      place === 'channel' ? await this.#ownCard(who, request) : this.#in(who, request, place);
    const action = seen && verbIn(seen.card, button, request);
    if (seen === undefined || action === undefined) return undefined;
    return ({ by = who, ...filled } = {}) => this.#press(by, seen, action, filled);
  }

  confirm(who: Name): Press | undefined {
    const said = this.#chatOf(who).at(-1);
    const card = cardOf(said);
    const action = card?.actions.find(({ verb }) => verb === 'confirm');
    if (said === undefined || card === undefined || action === undefined) return undefined;
    const seen = { card, where: CHAT, at: said.id };
    return ({ by = who } = {}) => this.#press(by, seen, action, {});
  }

  async faceOf(who: Name, request: string): Promise<Card> {
    const seen = await this.#ownCard(who, request);
    if (seen === undefined) throw new Error('there is no such card');
    return seen.card;
  }

  async openForm(who: Name, role: string): Promise<OpenForm> {
    const human = this.human(who);
    const first = await this.#delivery.inDialog(human, 'task/fetch', {
      ...MARK,
      verb: 'ask',
      role: null,
    });
    const next = actionCalled(first.card, 'Next');
    const { card } = await this.#delivery.inDialog(human, 'task/submit', { ...next.data, role });
    const ask = actionCalled(card, 'Ask');
    return {
      text: textsOf(card).join('\n'),
      submit: async (fields) => {
        const data = { ...ask.data, ...valuesOf(fields) };
        const said = await this.#delivery.inDialog(human, 'task/submit', data);
        return said.text;
      },
    };
  }

  async openHome(who: Name): Promise<void> {
    await this.#delivery.send(payloads.installed(this.microsoft.service, this.human(who), CHAT));
    // Acknowledged first, and drawn afterwards.
    const drawn = eventually(async () => this.home(who) || undefined);
    await this.#delivery.door.meanwhile(drawn);
  }

  cards = (request: string): readonly string[] =>
    this.#threadsOf(request).map(({ said: [card] }) => readable(card));

  copies = (request: string): readonly string[] =>
    [...this.microsoft.service.threads.values()]
      .flatMap(({ said }) => said.map(readable))
      .filter((text) => isCardOf(request, text));

  threads = (request: string): readonly (readonly string[])[] =>
    this.#threadsOf(request).map(({ said }) => said.slice(1).map(readable));

  direct = (who: Name): readonly string[] => this.#chatOf(who).map(readable);

  home = (who: Name): string =>
    this.direct(who).findLast((text) => text.startsWith('My access')) ?? '';

  notes = (channel: string): readonly string[] =>
    this.microsoft.service
      .threadsIn(channel)
      .flatMap(({ said: [first] }) => (first === undefined ? [] : [readable(first)]))
      .filter((text) => !text.includes(' asks for '));

  faults = (): readonly string[] => {
    const posted = [...this.microsoft.service.threads.values()].flatMap(({ said }) => said);
    return [...posted.map(cardOf), ...this.#delivery.shown].flatMap(cardFaults);
  };

  close = (): Promise<void> => this.microsoft.close();

  // ── cards ──

  #threadsOf(request: string): readonly Thread[] {
    const { service } = this.microsoft;
    const threads = [...service.channels.keys()].flatMap((name) => service.threadsIn(name));
    return threads.filter(({ said: [card] }) => isCardOf(request, readable(card)));
  }

  #chatOf(who: Name): readonly Said[] {
    return this.microsoft.service.chat(this.human(who).userId).said;
  }

  /** Whoever is named in a card's refresh is shown their own at once; anybody else presses for it. */
  async #ownCard(who: Name, request: string): Promise<Seen | undefined> {
    const [thread] = this.#threadsOf(request);
    const [shared] = thread?.said ?? [];
    const card = cardOf(shared);
    if (thread === undefined || shared === undefined || card === undefined) return undefined;
    const where = { kind: 'channel', conversation: thread.id } as const;
    const refresh = card.refresh?.action ?? verbIn(card, 'refresh', request);
    if (refresh === undefined) return { card, where, at: shared.id };
    const { verb = '', data = {} } = refresh;
    const isNamed = card.refresh?.userIds.includes(this.human(who).mri) === true;
    const trigger = isNamed ? 'automatic' : 'manual';
    const press = { verb, data, card: shared.id, trigger } as const;
    const value = await this.#delivery.press(this.human(who), where, press);
    return typeof value === 'object' ? { card: value, where, at: shared.id } : undefined;
  }

  #in(who: Name, request: string, place: 'direct' | 'note'): Seen | undefined {
    const said = this.#chatOf(who).findLast((one) =>
      place === 'direct' ? isCardOf(request, readable(one)) : isNoteOn(request, one),
    );
    const card = cardOf(said);
    return said && card && { card, where: CHAT, at: said.id };
  }

  // ── what people do ──

  async #press(who: Name, { where, at }: Seen, action: Action, filled: Filled): Promise<string> {
    const inner = action.card === undefined ? action : action.card.actions[0];
    if (inner === undefined) throw new Error('there is nothing to press');
    const data = { ...inner.data, ...inputsOf(action.card, filled) };
    const before = this.#chatOf(who).length;
    const press = { verb: inner.verb ?? '', data, card: at };
    const value = await this.#delivery.press(this.human(who), where, press);
    const later = this.#chatOf(who).slice(before).map(readable);
    return [typeof value === 'string' ? value : '', ...later].join('\n');
  }

  /** What is written into their own chat because of it. */
  async #told(who: Name, payload: object): Promise<string> {
    const before = this.#chatOf(who).length;
    await this.#delivery.send(payload);
    return this.#chatOf(who).slice(before).map(readable).join('\n');
  }

  #channel(name: string): payloads.Where {
    const conversation = this.microsoft.service.channels.get(name) ?? '';
    return { kind: 'channel', conversation };
  }
}

/** A card before somebody, and where it stands. */
interface Seen {
  readonly card: Card;
  readonly where: payloads.Where;
  readonly at: string;
}

const readable = (said: Said | undefined): string => textsOf(cardOf(said)).join('\n');

/** By its footer: answers and notes name the request too. */
const isCardOf = (request: string, text: string): boolean =>
  text.includes(`Request #${request} · rule`);

const isNoteOn = (request: string, said: Said): boolean =>
  !isCardOf(request, readable(said)) &&
  cardOf(said)?.actions.some(({ data, card }) =>
    [data, card?.actions[0]?.data].some((one) => one?.request === request),
  ) === true;

/** Each input by its id: the last is the reason, and one before it says how much longer. */
function inputsOf(card: Card | undefined, { reason = '', duration = '' }: Filled) {
  const ids = (card?.body ?? []).flatMap(({ id }) => id ?? []);
  return Object.fromEntries(ids.map((id, nth) => [id, nth === ids.length - 1 ? reason : duration]));
}

function valuesOf({ duration = '', start = '', reason = '', inputs = {} }: AskFields) {
  const named = Object.entries(inputs).map(([name, value]) => [`input:${name}`, value]);
  return { duration, start, reason, ...Object.fromEntries(named) };
}
