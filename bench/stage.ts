/** The real program, as `serve` composes it, on a database file of its own and the bench's Redis. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryGate } from '../src/access/memory/gate.ts';
import type { App } from '../src/app.ts';
import { createApp } from '../src/app.ts';
import type { LocalLog } from '../src/chat/local/log.ts';
import { LocalWorkspace } from '../src/chat/local/workspace.ts';
import { systemClock } from '../src/clock.ts';
import type { Environment } from '../src/config.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { APPROVERS, ASKERS, CHANNEL, localPolicy, SECURITY, slackPolicy } from './policy.ts';

export interface Stage {
  readonly app: App;
  readonly workspace: LocalWorkspace;
  readonly gate: MemoryGate;
  /** Where HTTP is served; null for local chat. */
  readonly port: number | null;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly redisUrl: string;
  /** Sees each message of the local workspace as it is posted. */
  readonly log?: LocalLog;
  /** Left out: local chat. */
  readonly slack?: Environment;
  readonly gate?: MemoryGate;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { redisUrl, slack, gate = new MemoryGate(systemClock) } = options;
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const policyPath = join(folder, 'policy.yaml');
  writeFileSync(policyPath, slack === undefined ? localPolicy : slackPolicy);
  const settings = {
    REDIS_URL: redisUrl,
    DATABASE_URL: join(folder, 'data', 'hallpass.db'),
    HALLPASS_POLICY: policyPath,
    PORT: '0',
    ...slack,
  };
  const result = readConfig(settings, { local: slack === undefined });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const workspace = crowd(options.log);
  const app = await createApp(result.config, createLog('error'), {
    ...{ gate, workspace, burst: Number.POSITIVE_INFINITY },
  });
  const port = await app.start();
  return {
    app,
    workspace,
    gate,
    port,
    async close() {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function crowd(log: LocalLog | undefined): LocalWorkspace {
  return new LocalWorkspace({
    clock: systemClock,
    people: [...ASKERS, ...APPROVERS, ...SECURITY].map((userId) => ({ userId })),
    groups: { operators: ASKERS, leads: APPROVERS, security: SECURITY },
    channels: [CHANNEL],
    log,
  });
}
