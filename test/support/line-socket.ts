import { connect, type NetConnectOpts } from 'node:net';

interface Question {
  readonly send: string;
  /** Says whether the answer so far is all of it. Without it the other side says so by hanging up. */
  readonly isComplete?: (answer: string) => boolean;
  readonly timeoutMs?: number;
}

/** One question over a fresh connection, for servers that speak lines of text. */
export function askOnce(where: NetConnectOpts, question: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(where, () => socket.write(question.send));
    socket.setEncoding('utf8');
    socket.setTimeout(question.timeoutMs ?? 2_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (part) => {
      answer += part;
      if (question.isComplete?.(answer)) socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}
