import type { ForkOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How to start a sandbox process. */
export interface ChildCommand {
  readonly script: string;
  readonly args: readonly string[];
  readonly options: ForkOptions;
}

/**
 * A process that can compute and nothing else: no environment, no files but its own code and the addon, no network, no child
 * processes or threads. `--allow-addons` is needed for isolated-vm; `--no-node-snapshot` is what isolated-vm asks for;
 * `--no-incremental-marking` makes fresh contexts a quarter cheaper, as most of a short-lived heap is garbage at once.
 */
export function childCommand(): ChildCommand {
  const require = createRequire(import.meta.url);
  const addonFolder = dirname(require.resolve('isolated-vm/package.json'));
  const addon = createRequire(`${addonFolder}/`)('node-gyp-build').path(addonFolder);
  const code = dirname(dirname(fileURLToPath(import.meta.url)));
  return {
    script: `${code}/child/main.ts`,
    args: [addon],
    options: {
      cwd: code,
      env: {},
      execArgv: [
        '--permission',
        '--allow-addons',
        `--allow-fs-read=${code}`,
        `--allow-fs-read=${addonFolder}`,
        '--no-node-snapshot',
        '--no-incremental-marking',
        '--no-warnings',
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    },
  };
}
