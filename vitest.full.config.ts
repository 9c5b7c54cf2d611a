import { defineConfig } from 'vitest/config';
import {
  fastProject,
  reporters,
  serverProject,
  slowProject,
} from './test/support/vitest-projects.ts';

export default defineConfig({
  test: {
    projects: [fastProject, serverProject, slowProject],
    globalSetup: ['./test/support/leak-global-setup.ts'],
    reporters: [...reporters, ['json', { outputFile: 'test-results/vitest.json' }]],
  },
});
