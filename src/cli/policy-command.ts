import { readEnvironment } from '../config.ts';
import type { Command } from './command.ts';
import { readArgs } from './command.ts';
import { policyCheck } from './policy-check.ts';

export const policyCheckCommand: Command = {
  help: [
    'Usage: hallpass policy check [file]',
    '',
    'Reads the file (default: HALLPASS_POLICY, or ./policy.yaml) as a running Hallpass would, and lists all',
    'faults and warnings with line and column. Exit code 0: it would be put in force. 1: it would not.',
  ].join('\n'),
  async run(args, io) {
    const { positionals } = readArgs(args, {}, 1);
    return policyCheck(positionals[0] ?? configured(), io);
  },
};

/** The file that `serve` would read, whatever else is set or missing. */
function configured(): string {
  return readEnvironment().HALLPASS_POLICY?.trim() || './policy.yaml';
}
