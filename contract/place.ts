/** A target of a provider, by a stand-in that can be told to fail, and looked at past the provider. */
import type { Provider } from '../src/access/provider.ts';
import type { Stage, StageOptions } from '../test/stories/stage.ts';
import type { How, Troubles } from './troubles.ts';

/** One thing that stands at the target, as the target itself knows it. */
export interface Thing {
  readonly text: string;
  readonly by: 'bot' | 'hand';
}

export interface Place {
  /** As policy writes them. */
  readonly connection: object;
  readonly target: object;
  /** Who is called what there, by e-mail. Left out: nobody by a name of their own. */
  readonly people?: Readonly<Record<string, string>>;
  readonly inputs: object;
  /** What is typed for the nth right: `from=192.0.2.7`. */
  readonly asked: (nth: number) => string;
  readonly hostile: readonly string[];
  readonly troubles: Troubles;
  /** What it can be told to do wrong when it is read, and when it is written. */
  readonly can: { readonly read: readonly How[]; readonly write: readonly How[] };
  /** Whether it can tell what this installation gave, whatever is remembered of it. */
  readonly knowsOurs: 'by seal' | 'by name' | 'not at all';
  /** Left out: it says when to come again. */
  readonly saysWhen?: false;
  /** Who ends access when nobody of us is there. */
  readonly endsBy: 'target' | 'timer' | 'nobody';
  /** Whether it has parts that can be away one by one. */
  readonly setPart?: (away: boolean) => void;
  /** Before the target is gone as a whole, and answers so. */
  readonly remove?: () => void;
  /** What may never be seen in a log or in chat. */
  readonly secrets: readonly string[];
  readonly around: (provider: Provider) => Provider;
  readonly things: () => readonly Thing[];
  readonly opens: (nth: number) => boolean;
  /** Somebody else's hand. */
  readonly put: (nth: number) => void;
  readonly edit?: (nth: number) => void;
  readonly take: (nth: number) => void;
  /** What others write into the very thing that ours changes: as it stands, and written anew by one of them. */
  readonly others?: {
    readonly read: (nth: number) => string;
    readonly write: (nth: number) => void;
  };
  /** What the role gives besides. */
  readonly beside?: { readonly type: string; readonly place: Place };
  readonly stop: () => Promise<void>;
}

export interface PlaceKind {
  /** As in the table. */
  readonly name: string;
  readonly type: string;
  readonly stage?: StageOptions;
  readonly open: (stage: Stage) => Promise<Place>;
}
