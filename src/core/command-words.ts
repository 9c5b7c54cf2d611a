/** The words that come first after `/jit`. A role may not be named like one of them. */

export const COMMAND = '/jit';

/** Follows a command that is only told about until it is confirmed. */
export const CONFIRM = 'confirm';

export const COMMAND_WORDS = [
  'help',
  'roles',
  'mine',
  'status',
  'why',
  'withdraw',
  'return',
  'extend',
  'revoke',
  'history',
  'approve',
  'deny',
  'attest',
  'break-glass',
  'review',
  'away',
  'delegate',
  'back',
  'restore',
  'freeze',
  'thaw',
] as const;

export type CommandWord = (typeof COMMAND_WORDS)[number];

export function isCommandWord(word: string): word is CommandWord {
  return COMMAND_WORDS.some((known) => known === word);
}
