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
 * Tuning for one thing, fresh contexts: most of the heap is garbage at once, so marking it bit by bit, scavenging it often and
 * sharing that out between threads is wasted; and hashes need no new seed in each context, as whoever could make them collide
 * only slows his own script. Together they make a run a quarter cheaper.
 */
const FAST_CONTEXTS = [
  '--no-incremental-marking',
  '--max-semi-space-size=8',
  '--single-threaded-gc',
  '--no-rehash-snapshot',
];

/**
 * A process that can compute and nothing else: no environment, no files but its own code and the addon, no network, no child
 * processes or threads. `--allow-addons` is needed for isolated-vm; `--no-node-snapshot` is what isolated-vm asks for.
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
        ...FAST_CONTEXTS,
        '--no-warnings',
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    },
  };
}
