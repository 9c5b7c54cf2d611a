/** What a command of the command line is. */
import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';

export interface Io {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

export interface Command {
  readonly help: string;
  /** @returns the exit code. @throws WrongCall */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** The command was called wrongly: said with its help, exit code 2. */
export class WrongCall extends Error {
  override readonly name = 'WrongCall';
}

/** @throws WrongCall for an option or an argument that the command does not take */
export function readArgs<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  most = 0,
) {
  const read = () => parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read();
  } catch (error) {
    throw new WrongCall(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (parsed.positionals.length > most)
    throw new WrongCall(`What is ${parsed.positionals[most]} for?`);
  return parsed;
}
