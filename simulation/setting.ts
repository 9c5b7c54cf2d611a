/** What a world consists of, as those who move it and those who judge it see it. */
import type { Policy } from '../src/core/policy.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { Store } from '../src/store/store.ts';
import type { Settings } from '../src/workflow/shell.ts';
import type { ChatName } from './cast.ts';
import type { Census } from './census.ts';
import type { Chance } from './chance.ts';
import type { Doorman } from './doorman.ts';
import type { Gate } from './gate.ts';
import type { History } from './history.ts';
import type { Machine } from './machine.ts';
import type { People } from './people.ts';
import type { Queue } from './queue.ts';
import type { Timeline } from './timeline.ts';
import type { Troubles } from './troubles.ts';
import type { Witness } from './witness.ts';

/** What every gate's clock says when the world begins. */
export const START: Instant = Date.UTC(2026, 10, 21, 3);
/** Within this time everything is asked. */
export const SPAN: Millis = 25 * MINUTE;
/** Then troubles are over, and everything has to come to its end. */
export const CALM: Millis = 60 * MINUTE;

export interface Setting {
  readonly line: Timeline;
  readonly history: History;
  readonly census: Census;
  readonly chance: Chance;
  readonly people: People;
  readonly gates: readonly Gate[];
  readonly queue: Queue | null;
  readonly store: Store;
  readonly settings: Settings;
  readonly policies: readonly Policy[];
  readonly machines: readonly Machine[];
  readonly witness: Witness;
  /** How far the clock of the machines was set. */
  readonly wall: { readonly start: Instant; off: Millis; wasSet: boolean };
  readonly troubles: () => Troubles;
  readonly doorman: Doorman;
  /** Whether a chat, a gate or the queue cannot be reached just now. */
  readonly isOut: (what: string) => boolean;
}

/** One that runs, and takes what this chat delivers. */
export function anyMachine({ chance, machines }: Setting, chat: ChatName): Machine | undefined {
  return chance.oneOf(
    machines.filter((machine) => machine.intake(chat) !== undefined && machine.isAwake),
  );
}
