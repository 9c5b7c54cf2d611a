/**
 * What a person typed, made plain: keyboards and chat programs put in curly quotes, odd spaces and
 * characters that nobody sees. Run over everything typed before it is read, shown or stored.
 */

/** The longest reason, in UTF-16 units: it must fit a card's field on every platform. */
export const REASON_LIMIT = 2_000;

const DOUBLE_QUOTES = /[\u201c-\u201f\u00ab\u00bb\u2033\uff02]/gu;
const SINGLE_QUOTES = /[\u2018-\u201b\u2032\uff07]/gu;
/** Marks that reorder or hide what stands around them: a reason must read as it was written. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const CONTROLS = /\p{Cc}/gu;
const HALF_CHARACTERS = /\p{Cs}/gu;

/** One line, single spaces, straight quotes. Does nothing the second time. */
export function plainText(text: string): string {
  return text
    .replace(DOUBLE_QUOTES, '"')
    .replace(SINGLE_QUOTES, "'")
    .replace(UNSEEN, '')
    .replace(CONTROLS, ' ')
    .replace(HALF_CHARACTERS, '\ufffd')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** What was typed, short enough to be repeated in an answer, and unable to end its own quoting. */
export function shown(typed: string): string {
  const short = typed.length > 60 ? `${typed.slice(0, 57).replace(/\p{Cs}$/u, '')}…` : typed;
  return `\`${short.replaceAll('`', "'")}\``;
}

export function reasonTooLong(length: number): string {
  return `That is ${length} characters; a reason has at most ${REASON_LIMIT}. Link to the longer story instead.`;
}
