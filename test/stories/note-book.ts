/** A log that keeps what a story may want to read afterwards: warnings and errors, in their order. */
import type { Log } from '../../src/log.ts';

export class NoteBook implements Log {
  readonly warnings: string[] = [];
  readonly errors: string[] = [];

  debug(): void {}

  info(): void {}

  warn(fields: object, message: string): void {
    // What a policy warns of is no fault of the story.
    if (!message.includes(': warning: ')) this.warnings.push(`${message}${why(fields)}`);
  }

  error(fields: object, message: string): void {
    this.errors.push(`${message}${why(fields)}`);
  }

  child(): Log {
    return this;
  }
}

function why(fields: object): string {
  const effect = 'effect' in fields ? ` (${String(fields.effect)})` : '';
  return 'err' in fields && fields.err instanceof Error
    ? `${effect}: ${fields.err.message}`
    : effect;
}
