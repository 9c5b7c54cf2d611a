/** At the end of a world: all is over, gone, told, answered and drawn. */
import { isDeepStrictEqual } from 'node:util';
import type { Conversation } from '../src/chat/platform.ts';
import { cardView } from '../src/core/card.ts';
import type { CopyId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Copy, Versioned } from '../src/store/store.ts';
import { CHATS, type ChatName } from './cast.ts';
import type { Chat } from './chat.ts';
import type { Crowd } from './crowd.ts';
import type { Gate } from './gate.ts';
import { hasToBeTold } from './hearing.ts';
import type { Nature } from './nature.ts';
import { openHomes, pressedStrays } from './outlying.ts';
import type { Setting } from './setting.ts';
import { awaited } from './witness.ts';

const EVERYTHING = 10_000;

export class Verdict {
  readonly #setting: Setting;
  readonly #crowd: Crowd;
  readonly #nature: Nature;

  constructor(setting: Setting, crowd: Crowd, nature: Nature) {
    this.#setting = setting;
    this.#crowd = crowd;
    this.#nature = nature;
  }

  async pass(): Promise<void> {
    const { gates, store, witness } = this.#setting;
    for (const request of witness.requests.values())
      if (awaited(request).length > 0)
        witness.broken('each request reaches an end', `${request.id} is ${request.status}`);
    for (const gate of gates) this.#gate(gate);
    for (const key of this.#crowd.acknowledged) await this.#delivery(key);
    for (const id of await store.laggingCopies()) await this.#lagging(id);
    for (const request of witness.requests.values()) await this.#copies(request);
    for (const request of witness.requests.values()) await this.#told(request);
    await pressedStrays(this.#setting, this.#crowd.presses);
    openHomes(this.#setting);
  }

  #gate(gate: Gate): void {
    const { witness } = this.#setting;
    for (const key of gate.keys)
      if (gate.entry(key)?.by !== 'hand')
        witness.broken('nothing of ours is left', `${key} at ${gate.name}`);
    for (const key of gate.untimed)
      witness.broken('nothing is given before its timer is set', `${key} at ${gate.name}`);
    for (const key of gate.taken)
      witness.broken('what was there before us is never taken', `${key} at ${gate.name}`);
  }

  /** NB. The clock that the end was written down by may have been wrong. */
  async #told(request: AccessRequest): Promise<void> {
    const { people, doorman, line, wall, witness } = this.#setting;
    if (!hasToBeTold(request, wall.start + line.now)) return;
    if (CHATS.some((name) => people.chats[name].notes.isToldOfEnd(request.id))) return;
    if (await doorman.isReachable(request.requester))
      witness.broken('what has to be said is said', `nobody heard how ${request.id} came out`);
  }

  async #delivery(key: string): Promise<void> {
    const { people, store, witness } = this.#setting;
    const found = await store.inbox(key);
    if (found?.answer === undefined || found.answer === null)
      witness.broken('nothing acknowledged is lost', `${key} was never answered`);
    const chats = CHATS.map((name) => people.chats[name]);
    if (!chats.some(({ answers, unanswerable }) => answers.has(key) || unanswerable.has(key)))
      witness.broken('nothing acknowledged is lost', `nobody heard the answer to ${key}`);
  }

  /** Where nothing can be written any more, nothing converges: the channel of the alarms was told. */
  async #lagging(id: CopyId): Promise<void> {
    const copy = await this.#setting.store.copy(id);
    if (copy === undefined || this.#isLost(copy)) return;
    this.#setting.witness.broken('every card converges', `${JSON.stringify(copy)} lags`);
  }

  #isLost({ platform, where, ref, undeliverable }: Copy): boolean {
    const chat = this.#chat(platform);
    const id = ref?.id ?? '';
    if (undeliverable || this.#nature.deleted.has(id)) return true;
    const to = where as unknown as Conversation | { readonly kind: 'stray' };
    const place = chat.messages.get(id)?.place;
    // A stray one is where it was clicked on; where nothing stands any more, nothing can be drawn.
    if (to.kind === 'stray') return place === undefined || chat.archived.has(place);
    return chat.archived.has(place ?? chat.place(to));
  }

  async #copies(request: AccessRequest): Promise<void> {
    const { store } = this.#setting;
    const stored = await store.request(request.id);
    if (stored === undefined) return;
    for (const copy of await store.copiesOf(request.id))
      if (copy.undeliverable) this.#givenUp(copy);
      else if (copy.ref !== null && !this.#isLost(copy))
        await this.#copy(stored, copy, copy.ref.id ?? '');
  }

  /** A card is given up only where nothing can be posted any more, or for somebody who was gone. */
  #givenUp({ platform, where, request, ref }: Copy): void {
    const to = where as unknown as Conversation | { readonly kind: 'stray' };
    if (to.kind !== 'channel' || this.#nature.deleted.has(ref?.id ?? '')) return;
    if (this.#chat(platform).archived.has(to.channel)) return;
    this.#setting.witness.broken('every card converges', `that of ${request} was given up`);
  }

  async #copy(stored: Versioned<AccessRequest>, copy: Copy, message: string): Promise<void> {
    const { value: request, version } = stored;
    const { witness } = this.#setting;
    const chat = this.#chat(copy.platform);
    const card = chat.messages.get(message)?.card ?? null;
    if (card?.status !== request.status || card.version !== version)
      witness.broken('every card converges', `${request.id}: ${card?.status} at ${chat.name}`);
    if (copy.principal !== null || card === null) return;
    const texts = await this.#texts(request);
    const wanted = cardView({ request, version, texts, viewer: null, mentions: null });
    if (!isDeepStrictEqual({ ...card, mentions: null }, wanted))
      witness.broken('every card converges', `${request.id} shows something else`);
    const { kind } = copy.where as unknown as { readonly kind: string };
    if (kind === 'channel') await this.#thread(request, chat, message);
  }

  /** Those that were not erased. */
  async #texts(request: AccessRequest): Promise<ReadonlyMap<string, string>> {
    const digests = [
      request.reason?.digest,
      request.status === 'denied' ? request.why.digest : undefined,
      'cause' in request && 'reason' in request.cause ? request.cause.reason.digest : undefined,
      request.review?.kind === 'closed' ? request.review.why.digest : undefined,
    ];
    const texts = new Map<string, string>();
    for (const digest of digests) {
      const stored = digest === undefined ? undefined : await this.#setting.store.text(digest);
      if (stored !== undefined) texts.set(stored.digest, stored.text);
    }
    return texts;
  }

  /** Each event at least once, and in the order of the chain. */
  async #thread({ id }: AccessRequest, chat: Chat, card: string): Promise<void> {
    const told = chat.thread(card).flatMap(({ lines }) => lines.map(({ seq }) => seq));
    const page = { afterSeq: 0, limit: EVERYTHING, subject: 'request', id } as const;
    const happened = (await this.#setting.store.entries(page)).map(({ seq }) => seq);
    const once = [...new Set(told)];
    if (once.join() !== happened.join())
      this.#setting.witness.broken(
        'the thread tells all, in order',
        `${id}: ${once} of ${happened}`,
      );
  }

  #chat(platform: string): Chat {
    return this.#setting.people.chats[platform as ChatName];
  }
}
