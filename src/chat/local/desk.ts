/** What one person has before them in private: answers, an open form and their home page. */

import type { AnswerView, AskForm, FormAction, FormFaults, HomeView } from '../../core/view.ts';
import type { Names } from './board.ts';

export type OpenForm =
  | { readonly kind: 'ask'; readonly form: AskForm; readonly faults: FormFaults }
  | { readonly kind: FormAction; readonly request: string };

export interface Shown<View> {
  readonly view: View;
  readonly text: string;
}

export interface Desk {
  /** Oldest first. */
  readonly answers: readonly Shown<AnswerView>[];
  readonly form: OpenForm | null;
  readonly home: (Shown<HomeView> & { readonly names: Names }) | null;
}

export const EMPTY_DESK: Desk = { answers: [], form: null, home: null };
