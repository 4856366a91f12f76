import { execFile } from 'node:child_process';

export interface ToolResult {
  /** Undefined: it did not start, or was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly missing: boolean;
}

/** Runs a small tool that reads and writes only files named to it. Never rejects. */
export function runTool(
  command: string,
  args: readonly string[],
  {
    env,
    cwd,
    input = '',
  }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly input?: string },
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const settings = { cwd, env: { ...env }, timeout: 20_000, maxBuffer: 1_000_000 };
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ code, stdout, stderr, missing: error?.code === 'ENOENT' });
    });
    child.stdin?.on('error', () => {}).end(input);
  });
}
