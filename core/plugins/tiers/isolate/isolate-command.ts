import { fileURLToPath } from 'node:url';
import { childCommand } from '../../../sandbox/pool/child-command.ts';
import { FIRST, packagePaths } from '../process/process-command.ts';
import type { ChildCommand } from '../remote/child-link.ts';
import type { TierLimits } from '../tier.ts';

const CORE = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/**
 * The process around one isolate: as the sandbox for scripts has them, with the same addon and flags. What it may read is for the isolate's
 * code to be loaded from; nothing of a plugin runs outside the isolate.
 */
export function isolateCommand(folder: string, limits: TierLimits, expressions: boolean): ChildCommand {
  const { args, options } = childCommand();
  const [addon] = args;
  const read = [CORE, folder, ...packagePaths('@backplane/sdk'), ...packagePaths('zod')];
  const start = { addon, folder, expressions, memoryMb: limits.memoryMb };
  // The language brings packages of its own; the isolate cannot reach them.
  const modules = expressions ? [fileURLToPath(new URL('../../../../node_modules', import.meta.url))] : [];
  return {
    args: [
      ...(options.execArgv ?? []),
      ...[...read, ...modules].map((path) => `--allow-fs-read=${path}`),
      ...FIRST,
      fileURLToPath(new URL('child/main.ts', import.meta.url)),
      JSON.stringify(start),
    ],
    cwd: folder,
  };
}
