import type { TestProjectInlineConfiguration } from 'vitest/config';

const slow = '**/*.slow.test.ts';
const server = '**/*.server.test.ts';
/** Material of the tests that run vitest itself. */
const fixtures = '**/fixtures/**';
const everywhere = [
  ...['src', 'test', 'bench', 'crash', 'simulation', 'contract'].map(
    (folder) => `${folder}/**/*.test.ts`,
  ),
];

/** Node 20 does not parse `await using` yet, so tests are lowered to what it does. */
const lowered = { oxc: { target: 'es2023' } } as const;

const chances = './test/support/chances.ts';

/**
 * Needs nothing but this process, so its files run side by side. They share what they import: to load the
 * program anew for each of them took longer than some ask of it.
 */
export const fastProject: TestProjectInlineConfiguration = {
  ...lowered,
  test: {
    name: 'fast',
    include: everywhere,
    exclude: [server, slow, fixtures],
    setupFiles: [chances],
    isolate: false,
    maxWorkers: '100%',
    // Each takes seconds at most; a machine that is busy with something else may take longer.
    testTimeout: 20_000,
  },
};

/**
 * Starts real servers. One file after another: two of them at once make each other's timing unreliable. They come after
 * the others, and share what they import as those do.
 */
export const serverProject: TestProjectInlineConfiguration = {
  ...lowered,
  test: {
    name: 'server',
    include: ['src', 'test'].map((folder) => `${folder}/**/*.server.test.ts`),
    setupFiles: [chances],
    isolate: false,
    sequence: { groupOrder: 1 },
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
};

export const slowProject: TestProjectInlineConfiguration = {
  ...lowered,
  test: {
    name: 'slow',
    include: ['src', 'test', 'crash', 'simulation', 'contract'].map(
      (folder) => `${folder}/**/*.slow.test.ts`,
    ),
    setupFiles: [chances],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
};

export const reporters = ['default', './test/support/absent-servers-reporter.ts'];
