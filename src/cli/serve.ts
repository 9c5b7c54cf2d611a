/** `hallpass serve`: the process. Config, start, wait for a signal, stop. */

import type { App, Overrides } from '../app.ts';
import { createApp, LocalOnlyError } from '../app.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { createLog } from '../log.ts';
import { PolicyFileError } from '../policy-file.ts';
import { StoreError } from '../store/store.ts';
import type { Command, Io } from './command.ts';
import { readArgs } from './command.ts';
import { settings } from './settings.ts';

const EXPOSED = 'without-authentication-for-everybody';

export const serve: Command = {
  help: [
    'Usage: hallpass serve [--local [--without-authentication-for-everybody]]',
    '',
    'Runs until SIGTERM or SIGINT, then finishes what it is doing. SIGHUP reads the policy again; a',
    'changed policy file is noticed without it. The settings come from the environment and .env:',
    'see .env.example.',
    '',
    '  --local   serve the local workspace instead of a chat platform. People are not authenticated',
    '            there: it listens on loopback only, and gives access on this machine only.',
    '',
    '  --without-authentication-for-everybody',
    '            lets it listen on HOST all the same: whoever reaches that can be anybody.',
  ].join('\n'),
  async run(args, io) {
    const { values } = readArgs(args, {
      local: { type: 'boolean' },
      [EXPOSED]: { type: 'boolean' },
    });
    const config = settings({ local: values.local === true }, io);
    if (config === undefined) return 1;
    const exposed = values.local === true && values[EXPOSED] === true;
    return runUntilStopped(config, io, { exposed });
  },
};

/** @returns the exit code */
export async function runUntilStopped(
  config: Config,
  io: Io,
  overrides: Overrides = {},
  begun: (app: App) => Promise<void> = async () => {},
): Promise<number> {
  const log = createLog(config.logLevel);
  const signals = new Signals(log);
  try {
    const app = await createApp(config, log, overrides);
    const port = await start(app);
    await begun(app);
    io.out(port === null ? 'Hallpass runs.' : `Hallpass runs on http://${config.host}:${port}`);
    await signals.untilStop(() => app.reload());
    await app.stop();
    return 0;
  } catch (error) {
    return explain(error, io);
  } finally {
    signals.close();
  }
}

/** What was begun before a start failed would keep the process alive. */
async function start(app: App): Promise<number | null> {
  try {
    return await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
}

/** What an operator can mend is a sentence; anything else is a bug, and is thrown on. */
function explain(error: unknown, io: Io): number {
  const known =
    error instanceof PolicyFileError ||
    error instanceof LocalOnlyError ||
    error instanceof StoreError ||
    (error instanceof Error && 'code' in error);
  if (!known) throw error;
  io.err(`${error.message}${hint(error)}`);
  return 1;
}

/** Which variable to look at, where the message of the system does not say. */
function hint(error: Error): string {
  if (error instanceof StoreError) return ' (DATABASE_URL)';
  if ('syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo'))
    return ' (HOST, PORT)';
  return '';
}

const STOP = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listened for from the first moment to the last: SIGHUP would otherwise end the process while it starts
 * or drains, and so would the second of two signals that a terminal and npm send for one Ctrl-C.
 */
class Signals {
  readonly #log: Log;
  readonly #stopped: Promise<void>;
  #reload: (() => Promise<unknown>) | undefined;
  #wantsReload = false;
  #stop: () => void = () => {};

  constructor(log: Log) {
    this.#log = log;
    this.#stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
    for (const signal of STOP) process.on(signal, this.#onStop);
    process.on('SIGHUP', this.#onReload);
  }

  async untilStop(reload: () => Promise<unknown>): Promise<void> {
    this.#reload = reload;
    if (this.#wantsReload) this.#onReload();
    await this.#stopped;
    this.#reload = undefined;
  }

  close(): void {
    for (const signal of STOP) process.off(signal, this.#onStop);
    process.off('SIGHUP', this.#onReload);
  }

  readonly #onStop = () => {
    this.#log.info({}, 'stopping: what is running is finished first');
    this.#stop();
  };

  readonly #onReload = () => {
    this.#wantsReload = true;
    this.#reload?.().catch((error) =>
      this.#log.error({ err: error }, 'the policy could not be read again'),
    );
  };
}
