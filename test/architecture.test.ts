import { describe, expect, it } from 'vitest';
import { breaches, misnamedServerTests, unfinishedAdapters } from './support/layers.ts';
import { packageRoot } from './support/process.ts';
import { importsOf, type SourceFile, sourceFiles, withoutComments } from './support/source-file.ts';

const source = sourceFiles(packageRoot, 'src');
const everything = [...source, ...sourceFiles(packageRoot, 'test')].filter(
  ({ path }) => !path.includes('/fixtures/'),
);

describe('the folders', () => {
  it('import only what the table allows them', () => {
    expect(source.length).toBeGreaterThan(0);
    expect(breaches(source)).toEqual([]);
  });

  it('hold no adapter that is not registered, or that passes no contract', () => {
    expect(unfinishedAdapters(source)).toEqual([]);
  });

  it('name every test that starts a server so that it runs alone', () => {
    expect(misnamedServerTests(everything)).toEqual([]);
  });
});

describe('the test of the folders', () => {
  const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: lines.join('\n') });

  it.each([
    ['src/core/decide.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/core/decide.ts', "import type { Clock } from '../clock.ts';"],
    ['src/core/decide.ts', "import { dispatch } from '../workflow/dispatch.ts';"],
    ['src/core/policy.ts', "import { parse } from 'yaml';"],
    ['src/access/haproxy/index.ts', "import { memory } from '../memory/index.ts';"],
    ['src/access/haproxy/index.ts', "import type { Store } from '../../store/store.ts';"],
    ['src/access/haproxy/index.ts', "import { config } from '../../config.ts';"],
    ['src/access/haproxy/index.ts', "export { effects } from '../../workflow/effects.ts';"],
    ['src/chat/teams/index.ts', "const { App } = await import('../slack/index.ts');"],
    ['src/chat/teams/index.ts', "import '../local/index.ts';"],
    ['src/chat/slack/inbound.ts', "import { ActivityHandler } from 'botbuilder';"],
    ['src/jobs/bullmq.ts', "import { timers } from './in-process.ts';"],
    ['src/jobs/in-process.ts', "import { Queue } from 'bullmq';"],
    ['src/jobs/outage.ts', "import { timers } from './in-process.ts';"],
    ['src/workflow/dispatch.ts', "import { openSqlite } from '../store/sqlite.ts';"],
    ['src/workflow/dispatch.ts', "import { registry } from '../access/registry.ts';"],
    ['src/workflow/dispatch.ts', "import { manualClock } from '../../test/support/clock.ts';"],
    ['src/workflow/effects.ts', "import { providerContract } from '../access/contract.ts';"],
    ['src/access/provider.ts', "import { memory } from './memory/index.ts';"],
    ['src/access/registry.ts', "import { slack } from '../chat/slack/index.ts';"],
    ['src/app.ts', "import { drizzle } from 'drizzle-orm/better-sqlite3';"],
    ['src/store/sqlite.ts', "import Database from 'better-sqlite3';"],
    ['src/app.ts', "import Redis from 'ioredis';"],
    ['src/server.ts', 'import {', '  WebClient,', "} from '@slack/web-api';"],
  ])('finds that %s must not say %s', (path, ...lines) => {
    const [imported] = importsOf(file(path, ...lines));
    expect(breaches([file(path, ...lines)])).toEqual([`${path} imports ${imported}`]);
  });

  it.each([
    ['src/app.ts', 'const { env } = process;', 'process.env'],
    ['src/app.ts', "import { env } from 'node:process';", 'process.env'],
    ['src/cli/main.ts', 'start(process.env);', 'process.env'],
    ['src/core/time.ts', 'const now = Date.now();', 'the time of day'],
    ['src/core/ids.ts', 'const id = randomUUID();', 'randomness'],
  ])('finds that %s must not say %s', (path, line, what) => {
    expect(breaches([file(path, line)])).toEqual([`${path} reads ${what}`]);
  });

  it.each([
    ['src/core/ids.ts', "import { createHash } from 'node:crypto';"],
    ['src/core/policy.ts', "import { z } from 'zod';"],
    ['src/core/time.ts', '// Date.now() is for the clock', "import './ids.ts';"],
    ['src/access/haproxy/index.ts', "import type { Provider } from '../provider.ts';"],
    ['src/access/haproxy/index.ts', "import { parse } from './target.ts';"],
    ['src/access/haproxy/index.ts', "import { connect } from 'node:net';"],
    ['src/access/registry.ts', "const load = () => import('./haproxy/index.ts');"],
    ['src/chat/slack/index.ts', "import { App } from '@slack/bolt';"],
    ['src/jobs/bullmq.ts', "import { connect } from './bullmq-connection.ts';"],
    ['src/jobs/bullmq.ts', "import { Outage } from './outage.ts';"],
    ['src/store/sqlite.ts', "import { requests } from './schema.ts';"],
    ['src/workflow/dispatch.ts', "import type { Store } from '../store/store.ts';"],
    ['src/workflow/dispatch.ts', "import { runEffects } from './effects.ts';"],
    ['src/policy-file.ts', "import { parseDocument } from 'yaml';"],
    ['src/config.ts', 'readConfig(process.env);'],
    ['src/app.ts', "import { slack } from './chat/slack/index.ts';"],
    ['src/cli/main.ts', "import { openSqlite } from '../store/sqlite.ts';"],
    ['src/workflow/dispatch.test.ts', "import { memory } from '../access/memory/index.ts';"],
  ])('leaves it to %s to say %s', (path, ...lines) => {
    expect(breaches([file(path, ...lines)])).toEqual([]);
  });

  it('finds an adapter that nobody registered, and one that passes no contract', () => {
    const registry = file('src/access/registry.ts', "import { memory } from './memory/index.ts';");
    const memory = file('src/access/memory/index.ts', '');
    const haproxy = file('src/access/haproxy/index.ts', '');
    const tested = file('src/access/haproxy/haproxy.test.ts', "import '../contract.ts';");

    expect(unfinishedAdapters([registry, memory, haproxy, tested])).toEqual([
      'src/access/memory/ has no test that runs src/access/contract.ts',
      'src/access/haproxy/ is not in src/access/registry.ts',
    ]);
  });

  it('finds a test that starts a server under a name that does not say so', () => {
    const text = "import { startRedis } from '../../test/support/redis.ts';";

    expect(
      misnamedServerTests([
        file('src/jobs/bullmq.test.ts', text),
        file('src/jobs/bullmq.server.test.ts', text),
      ]),
    ).toEqual(['src/jobs/bullmq.test.ts']);
  });

  it('reads no import out of a comment, and no comment out of a string', () => {
    const text = [
      "// import a from 'a';",
      "/* import b from 'b'; */",
      "const url = 'https://example.com/';",
      "import c from 'c';",
    ].join('\n');

    expect(importsOf({ path: 'src/x.ts', text })).toEqual(['c']);
    expect(withoutComments(text)).toContain('https://example.com/');
  });
});
