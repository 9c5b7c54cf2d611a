/** The words after `npm run crash --`. */
import { parseArgs } from 'node:util';
import type { Mutant } from './mutants.ts';
import { MUTANTS } from './mutants.ts';
import type { Mode, Slice } from './positions.ts';
import { MODES, readSlice } from './positions.ts';

export interface Options {
  readonly modes: readonly Mode[];
  readonly slice: Slice;
  /** A position's name, or how it begins. */
  readonly only: string;
  /** Those too at which nothing has changed since the last. */
  readonly every: boolean;
  readonly list: boolean;
  readonly json: boolean;
  readonly mutant: Mutant | null;
  readonly hands: number;
  readonly minutes: number;
}

const DAY = 86_400_000;

/** @returns what is wrong with them, in words */
export function readOptions(words: readonly string[], now: number): Options | string {
  try {
    return checked(parse(words), now);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function parse(words: readonly string[]) {
  const { values } = parseArgs({
    args: [...words],
    options: {
      mode: { type: 'string', default: 'both' },
      slice: { type: 'string', default: '0/1' },
      only: { type: 'string', default: '' },
      hands: { type: 'string', default: '4' },
      minutes: { type: 'string', default: '1440' },
      mutant: { type: 'string' },
      every: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  return values;
}

function checked(values: ReturnType<typeof parse>, now: number): Options | string {
  const modes = MODES.filter((mode) => values.mode === 'both' || values.mode === mode);
  const slice = readSlice(values.slice, Math.floor(now / DAY));
  const mutant = MUTANTS.find((one) => one === values.mutant) ?? null;
  const [hands, minutes] = [Number(values.hands), Number(values.minutes)];
  if (modes.length === 0) return `--mode is one of ${MODES.join(', ')} and both`;
  if (slice === undefined) return '--slice is such as 3/40, or day/40 for another one each day';
  if (values.mutant !== undefined && mutant === null)
    return `--mutant is one of ${MUTANTS.join(', ')}`;
  if (!(Number.isInteger(hands) && hands > 0)) return '--hands is how many run at once';
  if (!(minutes > 0)) return '--minutes is after how many no more are begun with';
  const { only, every, list, json } = values;
  return { modes, slice, only, every, list, json, mutant, hands, minutes };
}
