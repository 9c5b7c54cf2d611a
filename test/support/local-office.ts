// The local workspace as it is served, on a port that stays the same when the program starts again.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryGate } from '../../src/access/memory/gate.ts';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/log.ts';
import { freePort } from './free-port.ts';
import { makeTempFolder } from './temp-folder.ts';

/** Seconds instead of hours. */
const OFFICE_POLICY = `
version: 1
groups:
  operators: { members: [ada@example.com, linus@example.com] }
  leads: { members: [grace@example.com, linus@example.com] }
  security: { members: [margaret@example.com] }
providers:
  lab: { type: memory }
alarms: local:#lb-alarms
killSwitch: [security]
defaults:
  channel: local:#lb-access
  expireAfter: 30m
  revoke: [leads, security]
  attest: [security]
roles:
  lb-admin:
    description: the whole load balancer
    targets: [{ provider: lab, resource: edge-admin, key: email }]
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    escalate: [{ after: 15m, to: security }]
  lb-quiet:
    description: nobody answers for this one
    targets: [{ provider: lab, resource: edge-quiet, key: email }]
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    escalate: [{ after: 1s, to: security }]
  lb-backends:
    description: drain and re-enable backend servers
    targets: [{ provider: lab, resource: edge-backends, key: ip }]
    who: [operators]
    duration: { max: 2h, default: 30m }
    reason: { pattern: '\\bCHG-\\d+\\b', example: CHG-7 drain web-3 }
    inputs:
      ip: { type: ip, label: the address you come from }
      impact: { type: choice, label: who would notice, options: [nobody, everybody] }
    approve: { count: 1, of: leads }
    escalate: [{ after: 15m, to: security }]
`;

interface OfficeOptions {
  readonly host?: string;
  readonly exposed?: boolean;
}

export class LocalOffice {
  readonly port: number;
  readonly gate = new MemoryGate(systemClock);
  readonly #folder = makeTempFolder('office').path;
  readonly #options: OfficeOptions;
  #app: App | undefined;

  private constructor(port: number, options: OfficeOptions) {
    this.port = port;
    this.#options = options;
    writeFileSync(join(this.#folder, 'policy.yaml'), OFFICE_POLICY);
  }

  static async open(options: OfficeOptions = {}): Promise<LocalOffice> {
    const office = new LocalOffice(await freePort(), options);
    await office.start();
    return office;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const { host = '127.0.0.1', exposed = false } = this.#options;
    const result = readConfig(
      {
        HOST: host,
        PORT: String(this.port),
        DATABASE_URL: join(this.#folder, 'hallpass.db'),
        HALLPASS_POLICY: join(this.#folder, 'policy.yaml'),
        HALLPASS_SWEEP_SECONDS: '0.2',
      },
      { local: true },
    );
    if (!result.ok) throw new Error(JSON.stringify(result.faults));
    // One person may play a whole test within a second.
    const parts = { gate: this.gate, exposed, burst: 1_000 };
    this.#app = await createApp(result.config, silentLog, parts);
    await this.#app.start();
  }

  async stop(): Promise<void> {
    await this.#app?.stop();
    this.#app = undefined;
  }
}
