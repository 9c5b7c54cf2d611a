/** Teams' documented limits, and cutting to them. */
const KIB = 1_024;

export const LIMITS = {
  /**
   * A card's JSON. A message has taken 28, then 40, now about 100 KB, counted as UTF-16 and with all
   * that is around the card; the smallest of them holds for every client and cloud.
   * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
   */
  card: 24 * KIB,
  /** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views */
  viewers: 60,
  /** Longer than any id that Teams gives people: one that is not cannot crowd out the card. */
  viewerId: 128,
  /** Not documented: what can still be looked through. */
  choices: 100,
  choiceTitle: 100,
  buttonTitle: 40,
  label: 200,
  placeholder: 150,
  dialogTitle: 60,
  dialogMessage: 500,
  summary: 300,
} as const;

/** Cut to `limit` UTF-16 units, and never through the middle of a character. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/, '');
  return limit > 0 ? `${cut}…` : '';
}

/** What a card may hold: the longest text of a part, and how many parts it lists. */
export interface Room {
  readonly text: number;
  readonly parts: number;
}

const SHORTEST = 48;
const TEXTS = [2_200, 1_600, 1_100, 800, 550, 400, 280, 200, 140, 100, 70, SHORTEST];
const PARTS = [40, 28, 20, 14, 10, 7, 5, 3, 2, 1];
const ROOMS: readonly Room[] = [
  ...TEXTS.map((text) => ({ text, parts: Number.POSITIVE_INFINITY })),
  ...PARTS.map((parts) => ({ text: SHORTEST, parts })),
];

/** Draws it with the most room with which it is within the limit: shorter texts first, then fewer parts. */
export function fitted<Card extends object>(draw: (room: Room) => Card): Card {
  for (const room of ROOMS) {
    const card = draw(room);
    if (weightOf(card) <= LIMITS.card) return card;
  }
  return draw({ text: SHORTEST, parts: 0 });
}

/** Bytes on the wire, or as Teams counts them, whichever are more. */
export function weightOf(card: object): number {
  const json = JSON.stringify(card);
  return Math.max(Buffer.byteLength(json), 2 * json.length);
}
