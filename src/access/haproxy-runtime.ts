/** The runtime API, one command a connection: what is sent is checked, what is answered is complete. */
import { connect, type Socket } from 'node:net';
import { outOfTime, refusal, unreachable } from './haproxy-errors.ts';
import { parseNode } from './haproxy-node.ts';
import type { Io } from './provider.ts';
import { ProviderError } from './provider.ts';

const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * The one gate between our values and HAProxy's command line, in which `;` and newline part commands,
 * `\` and space part words, `<<` opens a payload, `#` names an entry by its reference and a leading
 * `@` a process or a version. None of them is in here.
 */
const WORD = /^[A-Za-z0-9/:][A-Za-z0-9._:/@+-]*$/;

/** One process of HAProxy, by its name in policy. */
export class RuntimeNode {
  readonly name: string;
  readonly #signal: AbortSignal;

  constructor(name: string, io: Pick<Io, 'signal'>) {
    this.name = name;
    this.#signal = io.signal;
  }

  /** @param words fixed words, or ones that went through `word` */
  async ask(words: readonly string[]): Promise<string> {
    const address = parseNode(this.name);
    if (address === undefined) throw new ProviderError('misconfigured', `${this.name} is no node`);
    if (this.#signal.aborted) throw outOfTime(this.name);
    return await converse(connect(address), `${words.join(' ')}\n`, this.name, this.#signal);
  }

  /** What is answered by an empty line if it is done. @param words as for `ask` */
  protected async do(words: readonly string[]): Promise<void> {
    const said = await this.ask(words);
    if (said !== '\n') throw refusal(this.name, said === '' ? 'hung up without an answer' : said);
  }
}

/** @throws ProviderError when the text could mean more than one plain word */
export function word(text: string): string {
  if (text.length <= 300 && WORD.test(text)) return text;
  throw new ProviderError('misconfigured', `cannot be said to HAProxy: ${JSON.stringify(text)}`);
}

/** HAProxy hangs up after its answer, so the end of the stream is the end of the answer. */
function converse(
  socket: Socket,
  line: string,
  node: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const giveUp = () => socket.destroy(outOfTime(node));
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => socket.write(line));
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > LARGEST_ANSWER)
        socket.destroy(new ProviderError('bad-answer', `${node}: too long`));
    });
    socket.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    socket.once('error', (error) => {
      reject(error instanceof ProviderError ? error : unreachable(node, error));
    });
    socket.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      reject(unreachable(node, new Error('closed')));
    });
  });
}
