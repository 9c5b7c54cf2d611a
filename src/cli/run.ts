/** Finds the command that was called, and runs it. A command's code is loaded only when it is called. */
import type { Command, Io } from './command.ts';
import { WrongCall } from './command.ts';

interface Entry {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

const COMMANDS: readonly Entry[] = [
  {
    name: 'serve',
    summary: 'runs the bot',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'demo',
    summary: 'shows a whole life of a request, without any account',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'policy check',
    summary: 'says everything that is wrong with a policy file',
    load: async () => (await import('./policy-command.ts')).policyCheckCommand,
  },
  {
    name: 'policy explain',
    summary: 'says where an ask would lead, rule by rule',
    load: async () => (await import('./policy-command.ts')).policyExplainCommand,
  },
  {
    name: 'policy test',
    summary: 'runs cases against a policy, and shows where they differ',
    load: async () => (await import('./policy-command.ts')).policyTestCommand,
  },
  {
    name: 'policy replay',
    summary: 'says what would come of past requests under another policy',
    load: async () => (await import('./replay-command.ts')).policyReplayCommand,
  },
  {
    name: 'audit verify',
    summary: 'proves that the audit log is whole',
    load: async () => (await import('./audit.ts')).auditVerify,
  },
  {
    name: 'audit erase',
    summary: 'removes what people wrote as reasons, and leaves the chain whole',
    load: async () => (await import('./audit.ts')).auditErase,
  },
  {
    name: 'doctor',
    summary: 'checks the settings, the policy, chat, Redis, the store and every target',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];

const OVERVIEW = [
  'Hallpass: just-in-time access from chat, and proof that it ended.',
  '',
  'Usage: hallpass <command> [options]',
  '',
  ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`),
  '',
  'hallpass <command> --help says more. Exit codes: 0, 1 for a fault found, 2 for a wrong call.',
].join('\n');

const HELP = new Set(['help', '--help', '-h']);

/** @returns the exit code: 0, 1 for a fault found, 2 for a wrong call */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [first] = args;
  if (first === undefined) return wrong(OVERVIEW, io);
  if (HELP.has(first)) {
    io.out(OVERVIEW);
    return 0;
  }
  const entry = COMMANDS.find(({ name }) => isCalled(name, args));
  if (entry === undefined) return wrong(`There is no command ${first}.\n\n${OVERVIEW}`, io);
  return call(await entry.load(), args.slice(entry.name.split(' ').length), io);
}

async function call(command: Command, args: readonly string[], io: Io): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.out(command.help);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    if (error instanceof WrongCall) return wrong(`${error.message}\n\n${command.help}`, io);
    throw error;
  }
}

function wrong(text: string, io: Io): number {
  io.err(text);
  return 2;
}

function isCalled(name: string, args: readonly string[]): boolean {
  return name.split(' ').every((word, index) => args[index] === word);
}
