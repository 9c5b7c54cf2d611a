/**
 * Time to HTTP 200 of signed slash commands, each a real ask, a hundred a second through the real Slack
 * endpoint, while everything that follows from them goes on in the same process.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { percentile } from './figures.ts';
import { openStage } from './stage.ts';

export interface AckOptions {
  readonly redisUrl: string;
  readonly seconds: number;
}

export interface Acks {
  readonly sent: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const PER_SECOND = 100;
const SECRET = 'bench-signing-secret';

export async function ackLatency({ redisUrl, seconds }: AckOptions): Promise<Acks> {
  const workspace = fork(fileURLToPath(new URL('./ack-workspace.ts', import.meta.url)));
  process.once('exit', () => workspace.kill());
  const [{ apiUrl }] = (await once(workspace, 'message')) as [{ apiUrl: string }];
  const slack = {
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_API_URL: apiUrl,
  };
  const stage = await openStage({ redisUrl, slack });
  try {
    const order = { port: stage.port, secret: SECRET, perSecond: PER_SECOND, seconds };
    const answered = once(workspace, 'message');
    workspace.send(order);
    const [{ millis, refused }] = (await answered) as [{ millis: number[]; refused: number }];
    if (refused > 0) throw new Error(`${refused} commands were not acknowledged with 200`);
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => percentile(millis, share));
    return { sent: millis.length, p50: p50 ?? 0, p99: p99 ?? 0, max: max ?? 0 };
  } finally {
    await stage.close();
    workspace.kill();
  }
}
