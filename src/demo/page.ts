/**
 * The workspace in a browser, with a card waiting in it already: the program as it is, on a policy of
 * the demo's own, until Ctrl-C.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryGate } from '../access/memory/gate.ts';
import { workspaceOf } from '../chat/local/from-policy.ts';
import { LocalWorkspace } from '../chat/local/workspace.ts';
import type { Io } from '../cli/command.ts';
import { policyContext } from '../cli/policy-context.ts';
import { runUntilStopped } from '../cli/serve.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { readConfig, readEnvironment } from '../config.ts';
import type { GateReport } from '../core/insight.ts';
import { readPolicyFile } from '../policy-file.ts';
import { openLocalLog } from '../store/local-log.ts';
import type { DemoGate } from './gate.ts';
import { openGate } from './gate.ts';
import { demoPolicy } from './policy.ts';

const FIRST = { who: 'ada', channel: 'lb-access', text: 'lb-admin 2m rotate the edge certificate' };

/** Runs until it is told to stop. @returns the exit code */
export async function demoPage(io: Io): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-demo-'));
  const memory = new MemoryGate(systemClock);
  const gate = await openGate(memory);
  const config = demoConfig(folder);
  writeFileSync(config.policyPath, demoPolicy(gate));
  const log = openLocalLog(config.databasePath);
  const workspace = demoWorkspace(config, log);
  const askGate = () => report(gate, workspace);
  try {
    return await runUntilStopped(config, io, { gate: memory, workspace, askGate }, async () => {
      const place = { kind: 'channel', channel: FIRST.channel } as const;
      await workspace.type(FIRST.who, FIRST.text, { place });
      io.out('Ada has just asked for access: open the page and decide as Grace. Ctrl-C ends it.');
    });
  } finally {
    log.close();
    await gate.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function demoWorkspace(config: Config, log: ReturnType<typeof openLocalLog>): LocalWorkspace {
  const reading = readPolicyFile(config.policyPath, policyContext());
  if (reading.kind === 'faulty') throw new Error(reading.issues[0]?.message);
  return new LocalWorkspace({ clock: systemClock, ...workspaceOf(reading.policy), log });
}

/** Every setting is the default but where things are kept: in a folder that goes with the demo. */
function demoConfig(folder: string): Config {
  const { PORT = '0' } = readEnvironment();
  const result = readConfig(
    {
      PORT,
      LOG_LEVEL: 'error',
      DATABASE_URL: join(folder, 'hallpass.db'),
      HALLPASS_POLICY: join(folder, 'policy.yaml'),
    },
    { local: true },
  );
  if (!result.ok) throw new Error(result.faults[0]?.message);
  return result.config;
}

/** Knocks at the gate as everybody who works here. */
async function report(gate: DemoGate, workspace: LocalWorkspace): Promise<GateReport> {
  const verdicts = await Promise.all(
    workspace.people().map(async ({ email }) => {
      const status = await gate.probe(email);
      return { who: email, what: 'admin page', opens: status === 200, said: String(status) };
    }),
  );
  return { about: gate.about, verdicts };
}
