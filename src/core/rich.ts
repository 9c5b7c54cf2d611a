/**
 * Text for people, platform-neutral. A plain string is data: every platform escapes it so that it is
 * shown as it was typed. What is meant as more than text is a segment of its own kind.
 */
import type { PrincipalId, RequestId } from './ids.ts';
import type { Instant, Millis } from './time.ts';

export type Segment =
  | string
  | { readonly kind: 'bold'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  /** The person's name as the platform shows it, without notifying them. */
  | { readonly kind: 'person'; readonly id: PrincipalId }
  /** Shown in the reader's own time zone where the platform can. */
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'duration'; readonly length: Millis }
  | { readonly kind: 'request'; readonly id: RequestId };

export type Rich = readonly Segment[];

export const bold = (text: string): Segment => ({ kind: 'bold', text });
export const code = (text: string): Segment => ({ kind: 'code', text });
export const person = (id: PrincipalId): Segment => ({ kind: 'person', id });
export const instant = (at: Instant): Segment => ({ kind: 'instant', at });
export const span = (length: Millis): Segment => ({ kind: 'duration', length });
export const requestRef = (id: RequestId): Segment => ({ kind: 'request', id });

/** Sentences set commands and values in backticks: here those become code. */
export function sentence(text: string): Rich {
  return text
    .split(/`([^`]+)`/)
    .map((piece, index) => (index % 2 === 1 ? code(piece) : piece))
    .filter((piece) => piece !== '');
}

/** The same for where nothing but plain text can be shown. */
export function plainSentence(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '“$1”');
}

/** Several pieces with `, ` between them. */
export function separated(pieces: readonly Rich[]): Rich {
  return pieces.flatMap((piece, index) => (index === 0 ? piece : [', ', ...piece]));
}
