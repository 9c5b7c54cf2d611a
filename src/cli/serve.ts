/** `hallpass serve`: the process. Config, start, wait for a signal, stop. */

import type { App } from '../app.ts';
import { createApp, LocalOnlyError } from '../app.ts';
import type { Log } from '../log.ts';
import { createLog } from '../log.ts';
import { PolicyFileError } from '../policy-file.ts';
import { StoreError } from '../store/store.ts';
import type { Command, Io } from './command.ts';
import { readArgs } from './command.ts';
import { settings } from './settings.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'runs the bot',
  help: [
    'Usage: hallpass serve [--local]',
    '',
    'Runs until SIGTERM or SIGINT, then finishes what it is doing. SIGHUP reads the policy again; a',
    'changed policy file is noticed without it. The settings come from the environment and .env:',
    'see .env.example.',
    '',
    '  --local   serve the local workspace instead of a chat platform. People are not authenticated',
    '            there: it listens on loopback only, and gives access on this machine only.',
  ].join('\n'),
  async run(args, io) {
    const { values } = readArgs(args, { local: { type: 'boolean' } });
    const config = settings({ local: values.local === true }, io);
    if (config === undefined) return 1;
    if (config.slack === undefined && !LOOPBACK.has(config.host)) {
      io.err(`HOST is ${config.host}: local chat authenticates nobody, so it is on loopback only.`);
      return 1;
    }
    const log = createLog(config.logLevel);
    try {
      const app = await createApp(config, log);
      const port = await app.start();
      io.out(port === null ? 'Hallpass runs.' : `Hallpass runs on http://${config.host}:${port}`);
      await untilStopped(app, log);
      return 0;
    } catch (error) {
      return explain(error, io);
    }
  },
};

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** What an operator can mend is a sentence; anything else is a bug, and is thrown on. */
function explain(error: unknown, io: Io): number {
  const known =
    error instanceof PolicyFileError ||
    error instanceof LocalOnlyError ||
    error instanceof StoreError ||
    (error instanceof Error && 'code' in error);
  if (!known) throw error;
  io.err(error.message);
  return 1;
}

function untilStopped(app: App, log: Log): Promise<void> {
  const reload = () => {
    app.reload().catch((error) => log.error({ err: error }, 'the policy could not be read again'));
  };
  return new Promise((resolve, reject) => {
    const stop = () => {
      log.info({}, 'stopping');
      process.off('SIGHUP', reload);
      app.stop().then(resolve, reject);
    };
    process.on('SIGHUP', reload);
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
}
