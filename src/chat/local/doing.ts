/** How a local workspace is made, and how things are done in it. */
import type { Clock } from '../../clock.ts';
import type { Receipt } from '../platform.ts';
import type { LocalLog } from './log.ts';
import type { LocalPersonSpec } from './people.ts';
import type { Place } from './place.ts';

export interface LocalWorkspaceOptions {
  readonly clock: Clock;
  readonly people: readonly LocalPersonSpec[];
  /** Group name → user ids. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly channels?: readonly string[];
  /** Left out: what was posted is gone with the process. */
  readonly log?: LocalLog | undefined;
}

/** How something is done, where it matters. */
export interface DoneAt {
  /** Where the private answer appears; the conversation with the bot when it is left out. */
  readonly place?: Place;
  /** The delivery's own key, so that the same thing sent again is not done again. */
  readonly key?: string;
}

/** What a submitted form led to: it stays open with what is wrong, or it was delivered. */
export type Submission = { readonly kind: 'faulty' } | Receipt;
