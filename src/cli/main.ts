#!/usr/bin/env node
import { auditErase, auditVerify } from './audit.ts';
/** `hallpass …`: finds the command and runs it. Exit codes: 0, 1 for a fault found, 2 for a wrong call. */
import type { Command, Io } from './command.ts';
import { WrongCall } from './command.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { policyCheckCommand } from './policy-command.ts';
import { serve } from './serve.ts';

const COMMANDS: readonly Command[] = [
  serve,
  demo,
  policyCheckCommand,
  auditVerify,
  auditErase,
  doctor,
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

async function run(args: readonly string[], io: Io): Promise<number> {
  if (args.length === 0 || args[0] === '--help' || args[0] === '-h' || args[0] === 'help') {
    (args.length === 0 ? io.err : io.out)(OVERVIEW);
    return args.length === 0 ? 2 : 0;
  }
  const command = COMMANDS.find(({ name }) => isCalled(name, args));
  if (command === undefined) {
    io.err(`There is no command ${args.slice(0, 2).join(' ')}.\n\n${OVERVIEW}`);
    return 2;
  }
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(command.help);
    return 0;
  }
  return call(command, rest, io);
}

async function call(command: Command, args: readonly string[], io: Io): Promise<number> {
  try {
    return await command.run(args, io);
  } catch (error) {
    if (!(error instanceof WrongCall)) throw error;
    io.err(`${error.message}\n\n${command.help}`);
    return 2;
  }
}

function isCalled(name: string, args: readonly string[]): boolean {
  return name.split(' ').every((word, index) => args[index] === word);
}

const io: Io = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

run(process.argv.slice(2), io).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // What is foreseen was said already; what is left is a bug or a broken machine.
    io.err(`hallpass: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
