/**
 * Where it takes minutes to take something away, what the bot has heard of that and written down it knows: until it is
 * over, nothing that stands there yet is open.
 */
import type { Entry } from '../src/core/audit.ts';
import { happeningOf } from '../src/core/audit.ts';
import type { AccessId } from '../src/core/ids.ts';
import type { Json } from '../src/core/policy.ts';
import type { Commit, CommitResult, Settlement } from '../src/store/store.ts';

interface Around {
  /** What a row of the outbox converges. */
  readonly accessOf: (effect: number) => AccessId | undefined;
  /** Whether what was asked for by this request is worked on. */
  readonly isAtIt: (request: string) => boolean;
  readonly broken: (claim: string, detail: string) => void;
}

export class Taking {
  readonly #around: Around;
  /** By which request each was being taken away, as it was written down last. */
  readonly #known = new Map<AccessId, string>();

  constructor(around: Around) {
    this.#around = around;
  }

  committed({ settles }: Commit, result: CommitResult): void {
    if (result.kind !== 'committed') return;
    for (const access of result.entries.flatMap(openedBy)) this.#opened(access);
    if (settles === undefined) return;
    const access = this.#around.accessOf(settles.effect);
    if (access !== undefined) this.#settled(access, settles.next);
  }

  #opened(access: AccessId): void {
    const request = this.#known.get(access);
    if (request !== undefined && this.#around.isAtIt(request))
      this.#around.broken(
        'nothing is called open that is known to be going',
        `${access} while ${request} is worked on`,
      );
  }

  /** NB. Who forgets it has known it. */
  #settled(access: AccessId, next: Settlement['next']): void {
    const request = next.kind === 'done' ? undefined : deletionIn(next.aftermath?.receipt);
    if (request !== undefined) this.#known.set(access, request);
  }
}

/** What is called open by this. */
function openedBy(entry: Entry): readonly AccessId[] {
  const { subject, id, event } = happeningOf(entry);
  if (subject === 'access') return event.type === 'confirmed-present' ? [id] : [];
  return subject === 'request' && event.type === 'grant-confirmed' ? [event.accessId] : [];
}

function deletionIn(receipt: Json | undefined): string | undefined {
  const { way, request } = (receipt ?? {}) as { readonly way?: Json; readonly request?: Json };
  return way === 'delete' && typeof request === 'string' ? request : undefined;
}
