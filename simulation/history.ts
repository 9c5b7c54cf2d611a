/** What happened in a world, as lines: all of them as one digest, and the lines themselves on request. */
import { createHash } from 'node:crypto';
import type { Millis } from '../src/core/time.ts';
import type { Timeline } from './timeline.ts';

export class History {
  readonly lines: string[] = [];
  readonly #line: Timeline;
  readonly #keep: boolean;
  readonly #digest = createHash('sha256');

  constructor(line: Timeline, keep: boolean) {
    this.#line = line;
    this.#keep = keep;
  }

  /** Milliseconds since the beginning of the world. */
  get now(): Millis {
    return this.#line.now;
  }

  note(what: string): void {
    const text = `${(this.#line.now / 1_000).toFixed(3)} ${what}`;
    this.#digest.update(text);
    if (this.#keep) this.lines.push(text);
  }

  digest(): string {
    return this.#digest.copy().digest('hex');
  }
}
