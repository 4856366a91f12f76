import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CheckResult } from './contract-check.ts';

const CHILD = fileURLToPath(new URL('suite-child.ts', import.meta.url));

/** How long all suites of a plugin may take, in milliseconds. */
const LIMIT_MS = 60_000;

/** The suites of `@backplane/sdk/testing` for whatever the plugin contributes besides actions. A plugin that ends the process fails one check more. */
export function sdkSuites(folder: string): Promise<CheckResult[]> {
  const args = ['--disable-warning=ExperimentalWarning', CHILD, folder];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: {}, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{"name"'));
      const results = lines.map((line) => JSON.parse(line) as CheckResult);
      const problem = stderr.trim().split('\n')[0] || error?.message;
      resolve(
        error === null
          ? results
          : [...results, { name: 'its suites run to their end', state: 'failed', ...(problem ? { problem } : {}) }],
      );
    });
  });
}
