/** What outlives the program: a chat workspace and a gate. A call that was sent is done, whatever follows. */
import { MemoryGate } from '../src/access/memory/gate.ts';
import { memoryProvider } from '../src/access/memory/index.ts';
import type { LocalMessage } from '../src/chat/local/board.ts';
import { createLocal } from '../src/chat/local/index.ts';
import { LocalWorkspace } from '../src/chat/local/workspace.ts';
import { ManualClock } from '../src/clock.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { NoteView } from '../src/core/view.ts';
import type { Elsewhere } from './birth.ts';
import { CHANNELS, GROUPS, PEOPLE, START } from './cast.ts';
import { arrived } from './elsewhere.ts';

/** A gate may lag behind an end while its program is dead, restarted and waits for the dead one's lease. */
const LATEST: Millis = MINUTE;

export class Outside implements Elsewhere {
  readonly clock = new ManualClock(START);
  readonly held = new MemoryGate(this.clock, { nativeExpiry: 'none' });
  readonly workspace = new LocalWorkspace({
    clock: this.clock,
    people: PEOPLE,
    groups: GROUPS,
    channels: CHANNELS,
  });
  /** How often each delivery was answered. */
  readonly answers = new Map<string, number>();
  readonly #platform = createLocal(this.workspace);
  readonly #provider = memoryProvider(this.held);

  async chat(method: string, args: readonly unknown[]): Promise<unknown> {
    const result = await call(this.#platform, method, args);
    if (method === 'answer') this.#count(args[0] as { readonly delivery?: string });
    return result;
  }

  gate(method: string, args: readonly unknown[]): Promise<unknown> {
    return call(this.#provider, method, args);
  }

  /** What stands though its end is over for long: the gate keeps none by itself. */
  overdue(requests: readonly AccessRequest[]): readonly string[] {
    const latest = this.clock.now() - LATEST;
    const ends = (key: string) =>
      requests.flatMap((one) =>
        'endsAt' in one && one.rights.some((right) => right.key === key) ? [one.endsAt] : [],
      );
    // NB. What nobody was ever given has no end to outlast: the last check finds it.
    const isOver = (all: readonly number[]) => all.length > 0 && Math.max(...all) < latest;
    return [...this.held.entries.keys()].filter((key) => isOver(ends(key)));
  }

  /** Messages that are no cards: by where they stand, how often each different one does. */
  notes(): ReadonlyMap<string, readonly number[]> {
    const places = new Map<string, Map<string, number>>();
    for (const { content, place } of this.workspace.board.all()) {
      if (content.kind !== 'note' || isOnItsWay(content.note)) continue;
      const where = place.kind === 'channel' ? `#${place.channel}` : `@${place.userId}`;
      const counts = places.get(where) ?? new Map<string, number>();
      const said = JSON.stringify(content.note);
      counts.set(said, (counts.get(said) ?? 0) + 1);
      places.set(where, counts);
    }
    return new Map([...places].map(([where, counts]) => [where, [...counts.values()]]));
  }

  cardFor(request: string): LocalMessage | undefined {
    const cards = this.workspace.board.cards(request);
    return cards.find(({ place }) => place.kind === 'channel');
  }

  #count({ delivery }: { readonly delivery?: string }): void {
    if (delivery === undefined) return;
    this.answers.set(delivery, (this.answers.get(delivery) ?? 0) + 1);
  }
}

function call(port: object, method: string, args: readonly unknown[]): Promise<unknown> {
  const work = Reflect.get(port, method) as (...args: unknown[]) => Promise<unknown>;
  return work.apply(port, args.map(arrived));
}

/** How far a freeze has come is told by when it is looked at; only what it comes to is the same each time. */
function isOnItsWay({ text }: NoteView): boolean {
  return text.some((part) => typeof part === 'string' && part.includes('not confirmed gone yet'));
}
