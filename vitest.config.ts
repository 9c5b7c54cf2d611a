import { defineConfig } from 'vitest/config';
import { fastProject, reporters, serverProject } from './test/support/vitest-projects.ts';

export default defineConfig({
  test: {
    projects: [fastProject, serverProject],
    globalSetup: ['./test/support/leak-global-setup.ts'],
    reporters,
  },
});
