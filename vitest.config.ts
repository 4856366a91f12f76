import { defineConfig } from 'vitest/config';

/** Fast unit tests beside the code run first and in parallel; heavy suites (`*.e2e.test.ts`) start real processes and servers. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{core,sdk,plugins,scripts,tests,templates}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.e2e.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['{core,sdk,plugins,tests,templates}/**/*.e2e.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
