/** Effects as rows, and rows as effects. */
import type { Effect } from '../core/effect.ts';
import { effectKey, laneOf } from '../core/effect.ts';
import type { Json } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import type { EffectDraft, EffectRow } from '../store/store.ts';

export function draft(effect: Effect, dueAt: Instant): EffectDraft {
  return {
    key: effectKey(effect),
    kind: effect.kind,
    payload: effect as unknown as Json,
    dueAt,
    lane: laneOf(effect.kind),
  };
}

/** The row's payload is what `draft` put there: nobody else writes it. */
export function effectOf(row: EffectRow): Effect {
  return row.payload as unknown as Effect;
}
