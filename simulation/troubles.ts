/**
 * What goes wrong in a world, and how often. A world has a taste of its own: some are calm, some have
 * one kind of trouble, some have all of them at once.
 */
import { ProviderError } from '../src/access/provider.ts';
import { ChatError } from '../src/chat/platform.ts';
import type { Millis } from '../src/core/time.ts';
import { RosterError } from '../src/oncall/roster.ts';
import { StoreError } from '../src/store/store.ts';
import type { Chance } from './chance.ts';

/** Probabilities, each of one call, one step or one delivery. */
export interface Troubles {
  /** A process dies before or after a call. */
  readonly crash: number;
  /** A process is told to stop, and started again; of one minute. */
  readonly restart: number;
  /** A process gets no turn for a while; of one minute. */
  readonly freeze: number;
  /** A commit finds the database busy or full. */
  readonly store: number;
  /** Something else of this process goes on while the store is asked. */
  readonly interleave: number;
  /** A call to chat does not do what it should. */
  readonly chat: number;
  /** A call to a provider does not. */
  readonly gate: number;
  /** A provider answers with what was true a moment ago. */
  readonly stale: number;
  /** An alarm is lost, doubled or late. */
  readonly queue: number;
  /** A delivery comes twice, or late. */
  readonly delivery: number;
  /** An outage begins; of one minute, for each of chat, providers and queue. */
  readonly outage: number;
  /** The machine's clock is set; of one minute. */
  readonly clock: number;
  /** Somebody changes an entry at a provider by hand; of one minute. */
  readonly byHand: number;
  /** Groups, addresses and standings change; of one minute. */
  readonly people: number;
  /** The policy file changes; of one minute. */
  readonly policy: number;
}

export type Trouble = keyof Troubles;

/** As bad as it gets. */
const WORST: Troubles = {
  crash: 0.003,
  restart: 0.05,
  freeze: 0.1,
  store: 0.01,
  interleave: 0.2,
  chat: 0.1,
  gate: 0.15,
  stale: 0.5,
  queue: 0.3,
  delivery: 0.2,
  outage: 0.03,
  clock: 0.1,
  byHand: 0.03,
  people: 0.15,
  policy: 0.2,
};

export const TROUBLES = Object.keys(WORST) as readonly Trouble[];

export const CALMNESS = Object.fromEntries(TROUBLES.map((kind) => [kind, 0])) as Record<
  Trouble,
  number
>;

/** @param spared kinds that do not happen, for finding out which ones a failure needs */
export function troublesFor(chance: Chance, spared: ReadonlySet<Trouble> = new Set()): Troubles {
  const calm = chance.is(0.1);
  const kinds = TROUBLES.map((kind) => {
    const strength = chance.pick([0, 0, 0.2, 0.5, 1]);
    return [kind, calm || spared.has(kind) ? 0 : WORST[kind] * strength] as const;
  });
  return Object.fromEntries(kinds) as Record<Trouble, number>;
}

/** How one call across a network goes. */
export interface Passage {
  readonly there: Millis;
  readonly back: Millis;
  /** `turned-away`: not done; `unheard`: done, and the answer is lost; `lost`: never arrives. */
  readonly fate: 'fine' | 'turned-away' | 'unheard' | 'lost';
}

/** @param longest no call is on its way for longer */
export function passage(chance: Chance, trouble: number, longest: Millis): Passage {
  const isBad = chance.is(trouble);
  const slow = isBad && chance.is(0.3);
  return {
    there: slow ? chance.int(1, longest) : chance.skewed(1, 300),
    back: slow && chance.is(0.5) ? chance.int(1, longest) : chance.skewed(1, 300),
    fate: isBad ? chance.pick(['turned-away', 'turned-away', 'unheard', 'lost']) : 'fine',
  };
}

/** Daily life for a program in such a world; what is none of it is a fault of the program. */
export function isTrouble(error: unknown): boolean {
  return (
    error instanceof ChatError ||
    error instanceof ProviderError ||
    error instanceof RosterError ||
    error instanceof StoreError ||
    (error instanceof Error && error.message === 'there was no answer in time')
  );
}
