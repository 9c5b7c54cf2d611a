// One process that a test started. It ends when the test stops it; when the test forgets, it ends with the worker and
// the run fails (leak-global-setup.ts).

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { noteEnded, noteStarted } from './child-record.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly name: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

const running = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #lines: { readonly stream: 'stdout' | 'stderr'; readonly text: string }[] = [];
  readonly #listeners = new Set<() => void>();
  #exit: Exit | undefined;

  private constructor(name: string, pid: number, child: ChildProcess) {
    this.name = name;
    this.pid = pid;
    this.#process = child;
    this.#collect('stdout');
    this.#collect('stderr');
    this.ended = new Promise((resolve) => {
      // `close` and not `exit`: only then has everything that it printed been read.
      child.once('close', (code, signal) => {
        running.delete(child);
        noteEnded(pid);
        this.#exit = { code, signal };
        this.#tell();
        resolve(this.#exit);
      });
    });
  }

  static async start(
    command: string,
    args: readonly string[],
    options: ChildOptions,
  ): Promise<Child> {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd,
      env: options.env ?? process.env,
    });
    const { pid } = child;
    if (pid === undefined) {
      const cause = await new Promise((resolve) => child.once('error', resolve));
      throw new Error(`${options.name} did not start`, { cause });
    }
    running.add(child);
    noteStarted(pid, options.name);
    return new Child(options.name, pid, child);
  }

  get isRunning(): boolean {
    return this.#exit === undefined;
  }

  get stdout(): string {
    return this.#text('stdout');
  }

  get stderr(): string {
    return this.#text('stderr');
  }

  /** The first line on either stream that matches, printed already or yet to come. */
  waitForLine(pattern: RegExp, timeoutMs = 20_000): Promise<string> {
    return this.waitFor(
      () => this.#lines.find((line) => pattern.test(line.text))?.text,
      `a line like ${pattern}`,
      timeoutMs,
    );
  }

  /** Asks again whenever the process prints or ends, and every 20 ms, until there is an answer. */
  async waitFor<Answer>(
    question: () => Answer | undefined | Promise<Answer | undefined>,
    wanted: string,
    timeoutMs = 20_000,
  ): Promise<Answer> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const answer = await question();
      if (answer !== undefined) return answer;
      if (!this.isRunning) throw new Error(`${this.name} ended before ${wanted}\n${this.#tail()}`);
      if (performance.now() > deadline) {
        throw new Error(`${this.name} kept us waiting for ${wanted}\n${this.#tail()}`);
      }
      await this.#somethingHappens();
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Asks it to end; after `graceMs` makes it. */
  async stop(graceMs = 5_000): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** `kill -9`: no handler runs, nothing is flushed. */
  kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #collect(stream: 'stdout' | 'stderr'): void {
    const input = this.#process[stream];
    if (!input) return;
    createInterface({ input }).on('line', (text) => {
      this.#lines.push({ stream, text });
      this.#tell();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, 20);
      this.#listeners.add(done);
    });
  }

  #text(stream: 'stdout' | 'stderr'): string {
    return this.#lines
      .filter((line) => line.stream === stream)
      .map((line) => line.text)
      .join('\n');
  }

  #tail(): string {
    return this.#lines
      .slice(-20)
      .map((line) => `  ${line.text}`)
      .join('\n');
  }
}
