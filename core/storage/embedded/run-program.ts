import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';

/** How a program is started so that Postgres does not see itself run as root. */
export interface Launcher {
  readonly kind: 'direct' | 'namespace' | 'user';
  /** Owner that files of the server must have; absent: whoever we are. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  start(
    program: string,
    args: readonly string[],
    options: { readonly stdio: StdioOptions; readonly detached?: boolean },
  ): ChildProcess;
}

export const directLauncher: Launcher = {
  kind: 'direct',
  start: (program, args, options) => spawn(program, args, { ...options, env: serverEnvironment(), windowsHide: true }),
};

/** In a user namespace we are user 1000 inside and stay ourselves outside, so that every file remains reachable and ours. */
export const namespaceLauncher: Launcher = {
  kind: 'namespace',
  start: (program, args, options) =>
    spawn('unshare', ['--user', '--map-user=1000', '--map-group=1000', program, ...args], {
      ...options,
      env: serverEnvironment(),
    }),
};

export function userLauncher(owner: { readonly uid: number; readonly gid: number }): Launcher {
  return {
    kind: 'user',
    owner,
    start: (program, args, options) =>
      spawn(program, args, { ...options, ...owner, cwd: '/', env: serverEnvironment() }),
  };
}

/** Postgres needs nothing of ours: no secrets, no PG* settings, no library overrides. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TZ, SystemRoot } = process.env;
  return {
    LC_ALL: 'C',
    ...(PATH !== undefined && { PATH }),
    ...(TZ !== undefined && { TZ }),
    ...(SystemRoot !== undefined && { SystemRoot }),
  };
}

/** Runs a program to its end and gives what it wrote, as one text. */
export function runProgram(
  launcher: Launcher,
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const child = launcher.start(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const parts: Buffer[] = [];
  child.stdout!.on('data', (part: Buffer) => parts.push(part));
  child.stderr!.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve) => {
    const output = () => Buffer.concat(parts).toString().trim();
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 128, output: output() }));
  });
}
