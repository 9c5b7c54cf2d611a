/** Named loggers. Secrets never get this far: they are a type of their own (config.ts) that prints as stars. */
import { pino } from 'pino';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The same log under a name of its own. */
  child(fields: { readonly part: string }): Log;
}

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/**
 * NB. The last line of defence, not the first: whatever is logged under these names is cut out, at any
 * of the depths where the SDKs put them.
 */
const REDACTED = [
  'token',
  'botToken',
  'appToken',
  'secret',
  'signingSecret',
  'authorization',
  'response_url',
  'replyTo',
  'password',
];

/** Writes JSON lines to standard error, so that standard output stays free for what was asked. */
export function createLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
