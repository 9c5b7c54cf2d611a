/** Deliveries that came in and counts of repeated ones, in maps. */
import type { Json } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import type { Commit, InboxRow, Tally, TallyChange } from './store.ts';

interface Delivery {
  readonly row: InboxRow;
  readonly isAnswered: boolean;
  readonly answer: Json | null;
}

export class MemoryDoor {
  readonly #inbox = new Map<string, Delivery>();
  readonly #tallies = new Map<string, Tally>();

  inbox(key: string): { readonly row: InboxRow; readonly answer: Json | null } | undefined {
    const found = this.#inbox.get(key);
    return found && { row: found.row, answer: found.answer };
  }

  tally(key: string): Tally | undefined {
    return this.#tallies.get(key);
  }

  write({ at, received, answered, tallies = [] }: Commit): void {
    if (received !== undefined)
      this.#inbox.set(received.key, { row: received, isAnswered: false, answer: null });
    if (answered !== undefined) this.#answer(answered.key, answered.answer);
    for (const change of tallies) this.#change(change, at);
  }

  prune(before: Instant): number {
    const pruned = [...this.#inbox.values()].filter(
      ({ row, isAnswered }) => isAnswered && row.at < before,
    );
    for (const { row } of pruned) this.#inbox.delete(row.key);
    return pruned.length;
  }

  /** The first answer stands. What was delivered, people's own words and the way to answer, goes. */
  #answer(key: string, answer: Json): void {
    const found = this.#inbox.get(key);
    if (found === undefined || found.isAnswered) return;
    this.#inbox.set(key, { row: { ...found.row, delivery: null }, isAnswered: true, answer });
  }

  #change(change: TallyChange, at: Instant): void {
    const { key } = change;
    const tally = this.#tallies.get(key);
    if (change.op === 'open')
      this.#tallies.set(key, { key, openedAt: at, count: 0, detail: change.detail });
    else if (change.op === 'close') this.#tallies.delete(key);
    else if (tally !== undefined) this.#tallies.set(key, { ...tally, count: tally.count + 1 });
  }
}
