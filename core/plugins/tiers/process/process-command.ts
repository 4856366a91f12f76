import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildCommand } from '../remote/child-link.ts';
import type { TierLimits } from '../tier.ts';

const CORE = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** Where Node looks for a package from the host's code: the path in `node_modules`, and where that leads. Empty when it is not there. */
export function packagePaths(name: string): string[] {
  for (let folder = CORE; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return [...new Set([path, realpathSync(path)])];
  }
  return [];
}

/** What runs before anything else in a process of a tier. */
export const FIRST = ['--import', new URL('../host-code/host-code.mjs', import.meta.url).href];

/** What the language needs beyond the SDK and zod. */
const OF_LANGUAGE = ['ipaddr.js', 'tldts', 'tldts-core', 're2js', 'csv-parse', 'yaml'];

/**
 * A process that may read the plugin's folder, the SDK and zod, and otherwise compute: no environment, no writing, no network, no
 * children, threads or native code. The host's code is readable only until the plugin's is loaded.
 */
export function processCommand(folder: string, limits: TierLimits, expressions: boolean): ChildCommand {
  const packages = expressions ? OF_LANGUAGE.flatMap(packagePaths) : [];
  const drop = [CORE, ...packages];
  const readable = [folder, ...packagePaths('@backplane/sdk'), ...packagePaths('zod'), ...drop];
  return {
    args: [
      '--permission',
      ...readable.map((path) => `--allow-fs-read=${path}`),
      `--max-old-space-size=${limits.memoryMb}`,
      '--no-addons',
      '--disable-sigusr1',
      '--no-warnings',
      ...FIRST,
      join(CORE, 'plugins/tiers/process/child/main.ts'),
      JSON.stringify({ folder, drop, expressions }),
    ],
    cwd: folder,
  };
}
