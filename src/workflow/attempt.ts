/** One attempt at an effect: what its handler is told, and what it comes to. */
import type { Effect, EffectKind } from '../core/effect.ts';
import type { Instant } from '../core/time.ts';
import type { EffectRow } from '../store/store.ts';
import type { Draft } from './shell.ts';

export interface Attempt {
  readonly effect: number;
  readonly number: number;
  readonly failures: number;
  readonly progress: EffectRow['progress'];
  readonly aftermath: EffectRow['aftermath'];
  /** Aborts before the lease ends. */
  readonly signal: AbortSignal;
  /**
   * Whether that should have happened: a process that got no turn for a while goes on where it was,
   * before its own timers ring.
   */
  readonly isOver: () => boolean;
}

export type Outcome =
  /** Finished; `draft` is committed together with that. */
  | { readonly kind: 'done'; readonly draft?: Partial<Draft> }
  /** Again at this moment, without having failed. */
  | {
      readonly kind: 'again';
      readonly at: Instant;
      readonly draft?: Partial<Draft>;
      /** For the next attempt. */
      readonly progress?: EffectRow['progress'];
      /** Left out: as it was. */
      readonly aftermath?: EffectRow['aftermath'];
      /** Nothing was tried: as many failures as before. */
      readonly failures?: 'kept';
    }
  /** The handler's own commit has settled the attempt. */
  | { readonly kind: 'settled' };

export type Handlers = {
  readonly [Kind in EffectKind]: (
    effect: Extract<Effect, { kind: Kind }>,
    attempt: Attempt,
  ) => Promise<Outcome>;
};
