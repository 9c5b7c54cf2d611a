/**
 * Where people and channels are. Teams has no list of them for a bot: it has to remember whom it met,
 * which is written down before what they did is acknowledged.
 */
import { z } from 'zod';
import type { Json } from '../../core/policy.ts';
import { baseOf, type Incoming, isBot, isPersonal } from './activities.ts';
import type { Place } from './connector.ts';

/** Keeps what is met; one value for each key. */
export interface Addresses {
  get(key: string): Json | undefined;
  list(prefix: string): readonly { readonly key: string; readonly body: Json }[];
  put(key: string, body: Json): void;
  remove(key: string): void;
}

/** For tests and stories, whose addresses live as long as the process. */
export function forgetfulAddresses(): Addresses {
  const kept = new Map<string, Json>();
  return {
    get: (key) => kept.get(key),
    list: (prefix) =>
      [...kept].flatMap(([key, body]) => (key.startsWith(prefix) ? [{ key, body }] : [])),
    put: (key, body) => void kept.set(key, body),
    remove: (key) => void kept.delete(key),
  };
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly serviceUrl: string;
}

const service = z.object({ serviceUrl: z.string() });
const chat = z.object({ conversation: z.string(), serviceUrl: z.string() });
const team = z.object({ id: z.string(), name: z.string(), serviceUrl: z.string() });
const home = z.object({ activity: z.string() });
const known = z.object({ mri: z.string() });
const person = z.object({ userId: z.string() });

/** Where the public cloud takes what is sent to whom we have not met. */
const PUBLIC = 'https://smba.trafficmanager.net/teams/';

export class Places {
  readonly #addresses: Addresses;
  readonly #first: string;

  /** @param first where Teams is, as long as it has not said so itself */
  constructor(addresses: Addresses, first = PUBLIC) {
    this.#addresses = addresses;
    this.#first = first;
  }

  /** Whatever comes in tells where its people and its team are. */
  meet(incoming: Incoming): void {
    const { serviceUrl, from, conversation, channelData } = incoming;
    if (!this.#isSafe(serviceUrl)) return;
    this.#put('service', { serviceUrl });
    this.#put(`conversation/${baseOf(conversation.id)}`, { serviceUrl });
    if (from.aadObjectId !== undefined && !isBot(incoming)) this.knows(from.aadObjectId, from.id);
    if (isPersonal(incoming) && from.aadObjectId !== undefined)
      this.#put(`chat/${from.aadObjectId}`, { conversation: conversation.id, serviceUrl });
    const { team: ours } = channelData ?? {};
    if (ours === undefined) return;
    const name = ours.name ?? this.team(ours.id)?.name ?? '';
    this.teamIs({ id: ours.id, name, serviceUrl });
  }

  teamIs({ id, name, serviceUrl }: Team): void {
    this.#put(`team/${id}`, { id, name, serviceUrl });
  }

  /** The bot was put out. */
  leave({ from, channelData }: Incoming): void {
    if (channelData?.team !== undefined) this.#addresses.remove(`team/${channelData.team.id}`);
    else if (from.aadObjectId !== undefined) this.lose(from.aadObjectId);
  }

  lose(userId: string): void {
    this.#addresses.remove(`chat/${userId}`);
    this.#addresses.remove(`home/${userId}`);
  }

  knows(userId: string, mri: string): void {
    this.#put(`person/${userId}`, { mri });
    this.#put(`mri/${mri}`, { userId });
  }

  /** The person's own chat with the bot. */
  chat(userId: string): Place | undefined {
    return chat.safeParse(this.#addresses.get(`chat/${userId}`)).data;
  }

  chatIs(userId: string, { conversation, serviceUrl }: Place): void {
    this.#put(`chat/${userId}`, { conversation, serviceUrl });
  }

  /** The overview in their chat that is kept up to date. */
  home(userId: string): string | undefined {
    return home.safeParse(this.#addresses.get(`home/${userId}`)).data?.activity;
  }

  homeIs(userId: string, activity: string): void {
    this.#put(`home/${userId}`, { activity });
  }

  /** What Teams calls somebody towards this bot. */
  mri(userId: string): string | undefined {
    return known.safeParse(this.#addresses.get(`person/${userId}`)).data?.mri;
  }

  userId(mri: string): string | undefined {
    return person.safeParse(this.#addresses.get(`mri/${mri}`)).data?.userId;
  }

  team(id: string): Team | undefined {
    return team.safeParse(this.#addresses.get(`team/${id}`)).data;
  }

  teams(): readonly Team[] {
    return this.#addresses.list('team/').flatMap(({ body }) => team.safeParse(body).data ?? []);
  }

  at(conversation: string): Place {
    const near = this.#addresses.get(`conversation/${baseOf(conversation)}`);
    const { serviceUrl } = service.safeParse(near).data ?? { serviceUrl: this.serviceUrl };
    return { conversation, serviceUrl };
  }

  get serviceUrl(): string {
    return service.safeParse(this.#addresses.get('service')).data?.serviceUrl ?? this.#first;
  }

  /** NB. Our token goes there: to where a signed claim says, and never in the clear. */
  #isSafe(serviceUrl: string): boolean {
    const { protocol, origin, username } = new URL(serviceUrl);
    return (protocol === 'https:' && username === '') || origin === new URL(this.#first).origin;
  }

  #put(key: string, body: Json): void {
    if (JSON.stringify(this.#addresses.get(key)) !== JSON.stringify(body))
      this.#addresses.put(key, body);
  }
}
