/** How access by break-glass is spoken of: plainly as what it is, wherever it stands. */
import type { Texts } from './card.ts';
import { lengthOf } from './length-text.ts';
import type { BreakGlass, GroupName } from './policy.ts';
import type { AccessRequest, Judgement, Review } from './request.ts';
import { isReviewable, reviewDue } from './review.ts';
import type { Rich } from './rich.ts';
import { bold, instant, person, requestRef, separated, span } from './rich.ts';

export const JUDGEMENT_WORDS: Readonly<Record<Judgement, string>> = {
  justified: 'justified',
  unjustified: 'not justified',
};

export const BROKEN = 'Break-glass: nobody approved it.';

export function groupNames(names: readonly GroupName[]): Rich {
  return separated(names.map((name) => [bold(name)]));
}

/** As its rule says it. */
export function termsOfReview({
  breakGlass,
}: {
  readonly breakGlass?: BreakGlass | undefined;
}): Rich {
  if (breakGlass === undefined) return ['none'];
  const { by, within } = breakGlass.review;
  return ['by somebody else of ', ...groupNames(by), ', within ', span(within), ' after its end'];
}

/** Who reviews it until when; or what they made of it. Empty where there is nothing to review. */
export function reviewState(request: AccessRequest, texts: Texts): Rich {
  const { breakGlass, review } = request;
  if (breakGlass === undefined || review === undefined) return [];
  if (review.kind === 'closed') return closed(review, texts);
  const by = groupNames(breakGlass.review.by);
  if (!isReviewable(request))
    return ['open; by ', ...by, ', within ', span(breakGlass.review.within), ' after its end'];
  const since = review.reminders > 0 ? 'overdue since ' : 'open until ';
  return [since, instant(reviewDue(request)), '; by ', ...by, ', not the requester'];
}

type Closed = Extract<Review, { kind: 'closed' }>;

function closed({ judgement, by, why }: Closed, texts: Texts): Rich {
  const said = texts.get(why.digest) ?? '(erased)';
  return [bold(JUDGEMENT_WORDS[judgement]), ', says ', person(by), `: ${said}`];
}

/** Added to what is said of its end. */
export function toBeReviewed(request: AccessRequest): Rich {
  if (!isReviewable(request)) return [];
  return [' It waits for its review: ', ...termsOfReview(request), '.'];
}

/** @param what the role and the request */
export function reviewedText(what: Rich, review: Closed, texts: Texts): Rich {
  const { by, judgement, why } = review;
  return [
    ...['Your break-glass for ', ...what, ' was reviewed by ', person(by), ': '],
    ...[bold(JUDGEMENT_WORDS[judgement]), '. ', texts.get(why.digest) ?? '(erased)'],
  ];
}

/** The private answer to whoever broke it. */
export function brokenText(request: AccessRequest): Rich {
  return [
    ...[`${BROKEN} `, bold(request.role.name), ' for ', ...lengthOf(request), '. Its review: '],
    ...[...termsOfReview(request), '. Request ', requestRef(request.id), '.'],
  ];
}

/** In a list: ` · break-glass, review open`. */
export function glassMark({ breakGlass, review }: AccessRequest): string {
  if (breakGlass === undefined || review === undefined) return '';
  const state = review.kind === 'open' ? 'review open' : JUDGEMENT_WORDS[review.judgement];
  return ` · break-glass, ${state}`;
}

/** Said in the channel when it is due, and again. */
export function reminderText(request: AccessRequest): Rich {
  if (!isReviewable(request)) return [];
  const { id, role, requester, breakGlass } = request;
  return [
    ...[bold('A review is overdue. '), person(requester), ' broke the glass for '],
    ...[bold(role.name), ' (', requestRef(id), '), and nobody has reviewed it since '],
    ...[instant(request.finishedAt), '. Somebody else of ', ...groupNames(breakGlass.review.by)],
    ` closes it: /jit review ${id} justified <why>, or unjustified. `,
    'Until then they can break no other glass.',
  ];
}
