/** The real program, as `serve` composes it, on a database file of its own and the bench's Redis. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryGate } from '../src/access/memory/gate.ts';
import type { App } from '../src/app.ts';
import { createApp } from '../src/app.ts';
import type { LocalLog } from '../src/chat/local/log.ts';
import { LocalWorkspace } from '../src/chat/local/workspace.ts';
import type { Clock } from '../src/clock.ts';
import { systemClock } from '../src/clock.ts';
import type { Environment } from '../src/config.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import {
  APPROVERS,
  ASKERS,
  CHANNEL,
  HOLDERS,
  heldPolicy,
  localPolicy,
  SECURITY,
  slackPolicy,
} from './policy.ts';

export interface Stage {
  readonly app: App;
  readonly workspace: LocalWorkspace;
  readonly gate: MemoryGate;
  /** Where HTTP is served; null for local chat. */
  readonly port: number | null;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Left out: the queue is in the process. */
  readonly redisUrl?: string;
  /** Sees each message of the local workspace as it is posted. */
  readonly log?: LocalLog;
  /** Left out: local chat. */
  readonly slack?: Environment;
  readonly gate?: MemoryGate;
  /** A database that outlives the stage, in which very much stands open, or did. */
  readonly held?: string;
  readonly clock?: Clock;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { redisUrl, slack, held, clock = systemClock } = options;
  const { gate = new MemoryGate(clock) } = options;
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const policyPath = join(folder, 'policy.yaml');
  writeFileSync(policyPath, policyFor(options));
  const settings = {
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    DATABASE_URL: held ?? join(folder, 'data', 'hallpass.db'),
    HALLPASS_POLICY: policyPath,
    PORT: '0',
    ...slack,
  };
  const result = readConfig(settings, { local: slack === undefined });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const workspace = crowd(clock, options.log);
  const app = await createApp(result.config, createLog('error'), {
    ...{ clock, gate, workspace, burst: Number.POSITIVE_INFINITY },
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

function policyFor({ slack, held }: StageOptions): string {
  if (slack !== undefined) return slackPolicy;
  return held === undefined ? localPolicy : heldPolicy;
}

function crowd(clock: Clock, log: LocalLog | undefined): LocalWorkspace {
  const people = [...ASKERS, ...APPROVERS, ...SECURITY, ...HOLDERS];
  return new LocalWorkspace({
    clock,
    people: people.map((userId) => ({ userId })),
    groups: { operators: ASKERS, leads: APPROVERS, security: SECURITY, holders: HOLDERS },
    channels: [CHANNEL],
    log,
  });
}
