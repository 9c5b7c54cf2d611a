import type { Draft } from './shell.ts';

/** Drafts put together: lists are joined, the rest is taken from the last that has it. */
export function merged(...drafts: readonly Partial<Draft>[]): Draft {
  return {
    ...Object.assign({}, ...drafts),
    expecting: drafts.flatMap((draft) => draft.expecting ?? []),
    happenings: drafts.flatMap((draft) => draft.happenings ?? []),
    effects: drafts.flatMap((draft) => draft.effects ?? []),
    copies: drafts.flatMap((draft) => draft.copies ?? []),
    touches: drafts.flatMap((draft) => draft.touches ?? []),
    cancels: drafts.flatMap((draft) => draft.cancels ?? []),
    tallies: drafts.flatMap((draft) => draft.tallies ?? []),
  };
}
