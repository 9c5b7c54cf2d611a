/**
 * Twenty seconds in the terminal: a whole life of a request, live, through the real program. What the
 * people see is printed as it appears; what the gate answers is asked over and over meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryGate } from '../access/memory/gate.ts';
import type { App } from '../app.ts';
import { createApp } from '../app.ts';
import { workspaceOf } from '../chat/local/from-policy.ts';
import { LocalWorkspace } from '../chat/local/workspace.ts';
import { verifyAudit } from '../cli/audit-verify.ts';
import type { Io } from '../cli/command.ts';
import { policyContext } from '../cli/policy-context.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import type { RequestId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import { createLog } from '../log.ts';
import { readPolicyFile } from '../policy-file.ts';
import type { DemoGate } from './gate.ts';
import { openGate } from './gate.ts';
import { Narrator } from './narrator.ts';
import { demoPolicy } from './policy.ts';

export interface DemoOptions {
  readonly json: boolean;
}

/** What was seen, for machines. */
interface Seen {
  readonly gate: 'haproxy' | 'memory';
  readonly opened: boolean;
  readonly closed: boolean;
  /** From the end that the card showed to the first answer that turned ada away. */
  readonly endedLateMs: number | null;
  readonly auditEntries: number;
  readonly auditVerified: boolean;
}

const ADA = 'ada@example.com';
const ASK = 'lb-admin 10s rotate the edge certificate';
/** No step of the demo takes nearly as long. */
const PATIENCE_MS = 30_000;

export async function demoScript({ json }: DemoOptions, io: Io): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-demo-'));
  const memory = new MemoryGate(systemClock);
  const gate = await openGate(memory);
  const stage = await raise(folder, gate, memory);
  try {
    const seen = await play(stage, gate, new Narrator(io, stage.workspace));
    const fine = seen.opened && seen.closed && seen.auditVerified;
    if (json) io.out(JSON.stringify(seen));
    return fine ? 0 : 1;
  } finally {
    await stage.app.stop();
    await gate.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly app: App;
  readonly workspace: LocalWorkspace;
}

async function raise(folder: string, gate: DemoGate, memory: MemoryGate): Promise<Stage> {
  const policyPath = join(folder, 'policy.yaml');
  writeFileSync(policyPath, demoPolicy(gate));
  const reading = readPolicyFile(policyPath, policyContext());
  if (reading.kind === 'faulty') throw new Error(reading.issues[0]?.message);
  const workspace = new LocalWorkspace({ clock: systemClock, ...workspaceOf(reading.policy) });
  const app = await createApp(demoConfig(folder, policyPath), createLog('error'), {
    gate: memory,
    workspace,
  });
  await app.service.start();
  return { app, workspace };
}

/** The settings that nobody made: the defaults, in a folder of the demo's own. */
function demoConfig(folder: string, policyPath: string): Config {
  const result = readConfig(
    { DATABASE_URL: join(folder, 'hallpass.db'), HALLPASS_POLICY: policyPath },
    { local: true },
  );
  if (!result.ok) throw new Error(result.faults[0]?.message);
  return result.config;
}

async function play(stage: Stage, gate: DemoGate, narrator: Narrator): Promise<Seen> {
  const { app, workspace } = stage;
  narrator.title('Hallpass: a request, from the asking to the proof that it ended');
  narrator.say(gate.about);
  await narrator.verdict(gate, ADA);

  narrator.step('ada types in #lb-access:', `/jit ${ASK}`);
  await workspace.type('ada', ASK);
  const id = await asked(app);
  await narrator.pause(2_000);

  narrator.step('grace, one of the leads, presses', '[Approve]');
  await workspace.press('grace', id, 'approve');
  const active = await until(app, id, (request) => request.status === 'active');
  const opened = (await narrator.verdict(gate, ADA)) === 200;

  const endsAt = 'endsAt' in active ? active.endsAt : 0;
  const closedAt = await narrator.countdown(gate, ADA, endsAt);
  await narrator.verdict(gate, ADA);
  await until(app, id, (request) => 'finishedAt' in request);
  await narrator.pause(500);

  narrator.thread(workspace);
  const report = await verifyAudit(app.service.shell.store);
  narrator.step('the audit chain:', report.lines.join(' '));
  return {
    gate: gate.kind,
    opened,
    closed: closedAt !== undefined && (await gate.probe(ADA)) === 403,
    endedLateMs: closedAt === undefined ? null : closedAt - endsAt,
    auditEntries: report.walk.entries,
    auditVerified: report.sound,
  };
}

async function asked(app: App): Promise<RequestId> {
  return poll(async () => {
    const [found] = await app.service.shell.store.requests({ limit: 1 });
    return found?.value.id;
  });
}

function until(
  app: App,
  id: RequestId,
  is: (request: AccessRequest) => boolean,
): Promise<AccessRequest> {
  return poll(async () => {
    const found = await app.service.shell.store.request(id);
    return found !== undefined && is(found.value) ? found.value : undefined;
  });
}

async function poll<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the demo waited for too long; please report this');
}
