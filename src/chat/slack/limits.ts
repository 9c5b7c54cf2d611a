/** Slack's documented limits, and cutting to them: https://docs.slack.dev/reference/block-kit/blocks */

export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  sectionText: 3_000,
  contextElements: 10,
  buttonText: 75,
  value: 2_000,
  id: 255,
  optionText: 75,
  optionValue: 150,
  options: 100,
  viewTitle: 24,
  metadata: 3_000,
  inputLabel: 2_000,
  placeholder: 150,
  inputLength: 3_000,
} as const;

/**
 * All text of a message together. Slack documents no such limit and refuses from about 12,000
 * characters on, containers counted: https://github.com/slackapi/bolt-js/issues/2509
 */
export const MESSAGE_TEXT = 9_000;

/** Cut to `limit` UTF-16 units, as Slack counts, and never through the middle of a character. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/, '');
  return `${cut}…`;
}
