/** The audit chain in a list, and the texts that stand beside it. */
import { type Entry, GENESIS, link } from '../core/audit.ts';
import { firstIndex } from './memory-index.ts';
import type { Commit, EntryQuery, StoredText } from './store.ts';

export class MemoryChain {
  readonly #entries: Entry[] = [];
  readonly #byId = new Map<string, Entry[]>();
  readonly #texts = new Map<string, StoredText>();

  append({ happenings = [], at }: Commit): readonly Entry[] {
    const start = this.#entries.length;
    let hash = this.last()?.hash ?? GENESIS;
    for (const happening of happenings) {
      const entry = link(happening, this.#entries.length + 1, at, hash);
      this.#entries.push(entry);
      const same = this.#byId.get(entry.id);
      if (same === undefined) this.#byId.set(entry.id, [entry]);
      else same.push(entry);
      hash = entry.hash;
    }
    return this.#entries.slice(start);
  }

  last(): Entry | undefined {
    return this.#entries.at(-1);
  }

  /** 0: nothing ever happened to it. */
  lastSeqOf(id: string): number {
    return this.#byId.get(id)?.at(-1)?.seq ?? 0;
  }

  entries({ afterSeq, limit, subject, id }: EntryQuery): readonly Entry[] {
    const all = id === undefined ? this.#entries : (this.#byId.get(id) ?? []);
    const start = firstIndex(all, ({ seq }) => seq > afterSeq);
    if (subject === undefined) return all.slice(start, start + limit);
    const found: Entry[] = [];
    for (let nth = start; nth < all.length && found.length < limit; nth += 1) {
      const entry = all[nth];
      if (entry?.subject === subject) found.push(entry);
    }
    return found;
  }

  text(digest: string): StoredText | undefined {
    return this.#texts.get(digest);
  }

  writeTexts({ texts = [], erases = [] }: Commit): void {
    for (const text of texts) if (!this.#texts.has(text.digest)) this.#texts.set(text.digest, text);
    for (const digest of erases) this.#texts.delete(digest);
  }
}
