// Runs the demo without anybody at the keyboard, and believes its last line only.

import { spawnSync } from 'node:child_process';

const run = spawnSync('npm', ['run', '--silent', 'demo', '--', '--script', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
process.stdout.write(run.stdout);

const promised = ['opened', 'closed', 'auditVerified'];
const last = run.stdout.trim().split('\n').at(-1) ?? '';
const kept = promised.filter((name) => outcome()[name] === true);
const broken = promised.filter((name) => !kept.includes(name));

if (run.status !== 0 || broken.length > 0) {
  console.error(`the demo ended with ${run.status}; not true: ${broken.join(', ') || 'nothing'}`);
  process.exitCode = 1;
}

/** @returns {Record<string, unknown>} */
function outcome() {
  try {
    return JSON.parse(last);
  } catch {
    return {};
  }
}
