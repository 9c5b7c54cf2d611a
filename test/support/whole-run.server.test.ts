import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Child } from './child-process.ts';
import { askOnce } from './line-socket.ts';
import { packageRoot } from './process.ts';

/** Runs one fixture file as a test run of its own, on a machine whose PATH is empty. */
async function runOf(file: string, env: Record<string, string> = {}) {
  const child = await Child.start(
    process.execPath,
    [
      join(packageRoot, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      join(packageRoot, 'test/support/fixtures/whole-run/vitest.config.ts'),
      file,
    ],
    { name: `vitest ${file}`, cwd: packageRoot, env: { PATH: '', ...env } },
  );
  const { code } = await child.ended;
  return { code, printed: stripVTControlCharacters(`${child.stdout}\n${child.stderr}`) };
}

describe('a test run', () => {
  it('fails when a test left a process behind, names it and ends it', async () => {
    const { code, printed } = await runOf('forgets.test.ts');

    expect(printed).toContain('never stopped: forgotten server');
    expect(code).not.toBe(0);
    const port = Number(/^port (\d+)/m.exec(printed)?.[1]);
    await expect(askOnce({ host: '127.0.0.1', port }, { send: '' })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('counts what it skipped for want of a server, and names the suites', async () => {
    const { code, printed } = await runOf('wants.test.ts');

    expect(code).toBe(0);
    expect(printed).toContain(
      [
        'skipped for want of chromium: 1',
        '  wants.test.ts > a page about the queue (1)',
        'skipped for want of redis-server: 3',
        '  wants.test.ts > a queue (2)',
        '  wants.test.ts > a page about the queue (1)',
      ].join('\n'),
    );
  });

  it('fails for want of a server where none may be absent', async () => {
    const { code, printed } = await runOf('wants.test.ts', { HALLPASS_TEST_REQUIRE: 'all' });

    expect(code).not.toBe(0);
    expect(printed).toContain('redis-server may not be absent');
    expect(printed).toContain('2 failed');
  });
});
