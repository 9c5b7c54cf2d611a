import type { Command } from './command.ts';
import { readArgs } from './command.ts';
import { policyCheck } from './policy-check.ts';

const DEFAULT_POLICY = './policy.yaml';

export const policyCheckCommand: Command = {
  help: [
    'Usage: hallpass policy check [file]',
    '',
    `Reads the file (default: ${DEFAULT_POLICY}) as a running Hallpass would, and lists all faults and`,
    'warnings with line and column. Exit code 0: it would be put in force. 1: it would not.',
  ].join('\n'),
  async run(args, io) {
    const { positionals } = readArgs(args, {}, 1);
    return policyCheck(positionals[0] ?? DEFAULT_POLICY, io);
  },
};
