/** Starts an HAProxy of the demo's own, on a free loopback port, and takes it down again. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readEnvironment } from '../config.ts';
import type { DemoGate } from './gate.ts';

/** Debian keeps haproxy where a plain user's PATH does not look. */
const ALSO = ['/usr/sbin', '/usr/local/sbin'];

export function findBinary(name: string): string | undefined {
  const folders = [...(readEnvironment().PATH ?? '').split(delimiter), ...ALSO];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The demo itself plays the proxy that signs people in, so loopback may name the person. */
const config = (folder: string, port: number) => `
global
    stats socket ${folder}/admin.sock mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
frontend admin
    bind 127.0.0.1:${port}
    http-request del-header X-Auth-Request-Email unless { src 127.0.0.1 }
    http-request set-var(txn.now) date()
    http-request set-var(txn.end) req.hdr(X-Auth-Request-Email),lower,map_str_int(${folder}/admin.map,0)
    http-request deny deny_status 403 unless { var(txn.end),sub(txn.now) gt 0 }
    http-request return status 200 content-type text/plain string "the admin page"
`;

export async function startHaproxyGate(binary: string): Promise<DemoGate> {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-demo-'));
  const port = await freePort();
  writeFileSync(join(folder, 'admin.map'), '');
  writeFileSync(join(folder, 'haproxy.cfg'), config(folder, port));
  const child = spawn(binary, ['-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
  const take = () => child.kill('SIGTERM');
  process.once('exit', take);
  await untilAnswers(child, port);
  return {
    kind: 'haproxy',
    about: `A real HAProxy (${binary}) guards http://127.0.0.1:${port}/.`,
    provider: `{ type: haproxy, nodes: ["unix:${folder}/admin.sock"], config: ${folder}/haproxy.cfg }`,
    target: `{ provider: edge, map: ${folder}/admin.map, key: email }`,
    probe: (email) => status(port, email),
    async stop() {
      process.off('exit', take);
      take();
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

const PATIENCE_MS = 5_000;

async function untilAnswers(child: ChildProcess, port: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (child.exitCode !== null)
      throw new Error('haproxy ended at once; is its version below 2.4?');
    if ((await status(port, 'nobody@example.com').catch(() => 0)) === 403) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGTERM');
  throw new Error('haproxy does not answer');
}

function status(port: number, email: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Auth-Request-Email': email };
    const request = get(
      { host: '127.0.0.1', port, path: '/', headers, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.setTimeout(2_000, () => request.destroy(new Error('the gate is silent')));
    request.once('error', reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
