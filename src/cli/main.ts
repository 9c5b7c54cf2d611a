#!/usr/bin/env node
/** `hallpass …` */
import type { Io } from './command.ts';
import { run } from './run.ts';

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
