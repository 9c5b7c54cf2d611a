/** How what an action is about stands at this moment, and how it is put. */

/** The two states that policy declares. */
export type State = 'set' | 'otherwise';

export interface Hindrance {
  readonly why: string;
  /** It may pass by itself. */
  readonly passes: boolean;
}

export interface Standing {
  /** `neither`: somebody else is at it. `gone`: there is nothing any more that could stand. */
  readonly is: State | 'neither' | 'gone';
  /** As people read it. */
  readonly evidence: string;
  /** What keeps it from being put so, or null. */
  readonly hinders: (to: State) => Hindrance | null;
  /** Goes by what was read for this. */
  readonly put: (to: State) => Promise<void>;
}

export function aloneSentence({ evidence }: Standing): string {
  return `${evidence}, which is neither what policy sets nor what it is otherwise: somebody is at it.`;
}
