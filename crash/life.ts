/** One process of the program, from its start to its end. */
import { type ChildProcess, fork } from 'node:child_process';
import { type Elsewhere, type Program, RESTS } from './birth.ts';
import type { Message } from './wire.ts';
import { Wire } from './wire.ts';

/** NB. Most live for a second or two: with more room, and nobody beside them to tidy up, they cost a sixth less. */
const FLAGS = ['--min-semi-space-size=16', '--single-threaded-gc'];

/** Longer than any call takes, on a machine that has much else to do; a program that hangs is a finding. */
const LONGEST = 120_000;

/** The process ended while it was asked for something. */
export class Died extends Error {
  override readonly name = 'Died';
}

export class Life {
  readonly program: Program;
  /** Resolves when the process is gone and everything that it sent has arrived. */
  readonly gone: Promise<NodeJS.Signals | number | null>;
  readonly #process: ChildProcess;
  readonly #wire: Wire;
  #said = '';
  #heard: () => void = () => {};

  /** @param entry the child as JavaScript, with everything that it imports beside it */
  constructor(entry: string) {
    const child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: FLAGS,
    });
    this.#process = child;
    // What could not be sent any more: its end says why.
    child.on('error', () => {});
    child.stderr?.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString();
      this.#heard();
    });
    this.#wire = new Wire({
      send: (message) => void (child.connected && child.send(message)),
      onMessage: (listener) => void child.on('message', (message) => listener(message as Message)),
    });
    this.gone = Promise.all([once(child, 'close'), once(child, 'disconnect')]).then(() => {
      this.#wire.cut(new Died('the process ended'));
      return child.signalCode ?? child.exitCode;
    });
    this.program = inTime(this.#wire.far<Program>());
  }

  serve(outside: Elsewhere): void {
    this.#wire.serve(outside);
  }

  /** The errors that it logged, and whatever else it wrote about its end. */
  get said(): readonly string[] {
    return this.#said.split('\n').filter((line) => line !== '');
  }

  /** Once it has stopped: what it said until then, and no more of it. It may begin again, in another world. */
  async rests(): Promise<readonly string[]> {
    const rested = new Promise<void>((resolve) => {
      this.#heard = () => this.said.includes(RESTS) && resolve();
    });
    this.#heard();
    await Promise.race([rested, this.gone]);
    const said = this.said.filter((line) => line !== RESTS);
    this.#said = '';
    return said;
  }

  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.gone;
  }
}

function once(child: ChildProcess, event: 'close' | 'disconnect'): Promise<void> {
  return new Promise((resolve) => {
    child.once(event, () => resolve());
  });
}

function inTime(program: Program): Program {
  const get = (_: Program, method: string | symbol) =>
    method === 'then'
      ? undefined
      : (...args: unknown[]) => {
          const call = Reflect.get(program, method) as (...args: unknown[]) => Promise<unknown>;
          return withLimit(call(...args), String(method));
        };
  return new Proxy(program, { get });
}

async function withLimit(work: Promise<unknown>, what: string): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took too long`)), LONGEST);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
