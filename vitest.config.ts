import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Workers, what they start, and what that starts need not compile the same again and again.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/backplane', import.meta.url));

/** Fast unit tests beside the code run first and in parallel; heavy suites (`*.e2e.test.ts`) start real processes and servers. */
export default defineConfig({
  test: {
    // A heavy suite waits for others nearly half of its time: one more than there are cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
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
          globalSetup: ['core/storage/prepared-cluster.fixture.ts'],
          pool: 'forks',
          // Node runs the sources as they stand, as it does for users; nothing is transformed for each file.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          // Real processes on a shared machine miss a deadline now and then; the report names each test that was tried again.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
