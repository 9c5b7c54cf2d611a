/** Copies of cards in maps. */
import type { CopyId } from '../core/ids.ts';
import { among } from './memory-index.ts';
import type { Copy } from './store.ts';

/** Where a request stands that copies may lag behind. */
interface Standing {
  readonly version: number;
  readonly lastSeq: number;
}

export class MemoryCopies {
  readonly #copies = new Map<string, Copy>();
  readonly #byRequest = new Map<string, Set<CopyId>>();
  readonly #lagging = new Set<CopyId>();

  copy(id: string): Copy | undefined {
    return this.#copies.get(id);
  }

  copiesOf(request: string): readonly Copy[] {
    return [...(this.#byRequest.get(request) ?? [])].flatMap((id) => this.copy(id) ?? []);
  }

  laggingCopies(): readonly CopyId[] {
    return [...this.#lagging].sort();
  }

  write(copies: readonly Copy[]): void {
    for (const copy of copies) {
      const known = this.#copies.get(copy.id);
      this.#copies.set(copy.id, known === undefined ? copy : merged(known, copy));
      among(this.#byRequest, copy.request).add(copy.id);
    }
  }

  compare(request: string, standing: Standing): void {
    for (const copy of this.copiesOf(request)) {
      if (lags(copy, standing)) this.#lagging.add(copy.id);
      else this.#lagging.delete(copy.id);
    }
  }
}

function merged(known: Copy, copy: Copy): Copy {
  const undeliverable = known.undeliverable || copy.undeliverable;
  if (isReposted(known, copy)) return { ...copy, undeliverable };
  return {
    ...copy,
    undeliverable,
    ref: copy.ref ?? known.ref,
    drawnVersion: Math.max(known.drawnVersion, copy.drawnVersion),
    toldSeq: Math.max(known.toldSeq, copy.toldSeq),
  };
}

function isReposted(known: Copy, copy: Copy): boolean {
  if (known.ref === null || copy.ref === null || known.ref === copy.ref) return false;
  return JSON.stringify(known.ref) !== JSON.stringify(copy.ref);
}

/** NB. Only the channel's card carries the thread in which entries are told. */
function lags(copy: Copy, { version, lastSeq }: Standing): boolean {
  if (copy.undeliverable) return false;
  return copy.drawnVersion < version || (copy.principal === null && copy.toldSeq < lastSeq);
}
