/** The configuration for a command: every fault at once, by name, with what to do, and no stack trace. */
import type { Config, ConfigOptions } from '../config.ts';
import { readConfig, readEnvironment } from '../config.ts';
import type { Io } from './command.ts';

/** undefined: what is wrong was said. */
export function settings(options: ConfigOptions, io: Io): Config | undefined {
  const result = readConfig(readEnvironment(), options);
  if (result.ok) return result.config;
  io.err('Hallpass is not set up right:');
  for (const { name, message } of result.faults) io.err(`  ${name} ${message}`);
  io.err('.env.example explains each variable.');
  return undefined;
}
