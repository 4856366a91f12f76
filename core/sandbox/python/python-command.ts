import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildCommand } from '../pool/child-command.ts';

/**
 * A process for Python: no environment, no files but the sandbox's own code and Pyodide's, no network, no child processes, threads
 * or addons, and no code from strings.
 */
export function pythonCommand(): ChildCommand {
  const pyodide = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
  const code = dirname(dirname(fileURLToPath(import.meta.url)));
  return {
    script: `${code}/python/child/main.ts`,
    args: [pyodide],
    options: {
      cwd: code,
      env: {},
      execArgv: [
        '--permission',
        `--allow-fs-read=${code}`,
        `--allow-fs-read=${pyodide}`,
        '--disallow-code-generation-from-strings',
        '--no-warnings',
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    },
  };
}
