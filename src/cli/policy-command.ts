import { existsSync } from 'node:fs';
import { readEnvironment } from '../config.ts';
import { readPolicyFile } from '../policy-file.ts';
import type { Command } from './command.ts';
import { readArgs, WrongCall } from './command.ts';
import { testPolicies } from './policy-cases.ts';
import { policyCheck } from './policy-check.ts';
import { policyContext } from './policy-context.ts';
import { explainLine, explanationLines } from './policy-explain.ts';

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

export const policyExplainCommand: Command = {
  help: [
    'Usage: hallpass policy explain --as <person> [--in <group>]… [--at <time>] [--policy <file>] <role> [duration] …',
    '',
    'Says every rule that the ask meets or does not, and where it leads. No platform is asked: a person is in the',
    'groups that list their address, and in those that --in names. --at is a moment such as 2026-12-24T22:00:00Z.',
    'Exit code 0: it would be asked or given. 1: it would be refused.',
  ].join('\n'),
  async run(args, io) {
    const options = {
      as: { type: 'string' },
      in: { type: 'string', multiple: true },
      at: { type: 'string' },
      policy: { type: 'string' },
    } as const;
    const { values, positionals } = readArgs(args, options, 100);
    if (values.as === undefined || positionals.length === 0)
      throw new WrongCall('Say who asks (--as) and for what.');
    const at = values.at === undefined ? Date.now() : Date.parse(values.at);
    if (Number.isNaN(at)) throw new WrongCall(`--at ${values.at} is no moment.`);
    const file = values.policy ?? configured();
    const reading = readPolicyFile(file, policyContext());
    if (reading.kind === 'faulty') return policyCheck(file, io);
    const by = { who: values.as, groups: values.in ?? [], at };
    const explained = explainLine(reading.policy, positionals.join(' '), by);
    if (typeof explained === 'string') {
      io.err(explained);
      return 1;
    }
    for (const line of explanationLines(explained)) io.out(line);
    return explained.path.kind === 'refused' ? 1 : 0;
  },
};

export const policyTestCommand: Command = {
  help: [
    'Usage: hallpass policy test <file or folder>',
    '',
    'Runs cases (who asks for what, when, and what must come of it) against the policy that they name, and shows',
    'where they differ. A folder stands for all its *.test.yaml. Exit code 0: all came out as they say.',
  ].join('\n'),
  async run(args, io) {
    const { positionals } = readArgs(args, {}, 1);
    const [path] = positionals;
    if (path === undefined || !existsSync(path))
      throw new WrongCall('Name a file or folder that exists.');
    return testPolicies(path, policyContext(), io);
  },
};

/** The file that `serve` would read, whatever else is set or missing. */
function configured(): string {
  return readEnvironment().HALLPASS_POLICY?.trim() || './policy.yaml';
}
