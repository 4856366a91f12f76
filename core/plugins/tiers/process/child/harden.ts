import { createRequire, syncBuiltinESMExports } from 'node:module';

/**
 * Built-in modules that reach past Node's permission model or out of this process: `node:sqlite` opens any file for writing, native
 * code runs as it likes, snapshots and reports tell of the machine. Emptied before code of a plugin runs, so that no way of getting
 * hold of them (import, require, process.getBuiltinModule) finds anything.
 */
const CLOSED = [
  'sqlite',
  'ffi',
  'wasi',
  'child_process',
  'cluster',
  'worker_threads',
  'inspector',
  'inspector/promises',
  'repl',
  'trace_events',
  'v8',
  'test',
];

/** Signals to other processes (`_debugProcess` would open the host's debugger), identities, reports, native code. */
const CLOSED_OF_PROCESS = [
  'kill',
  '_kill',
  '_debugProcess',
  '_debugEnd',
  '_startProfilerIdleNotifier',
  '_stopProfilerIdleNotifier',
  '_linkedBinding',
  'binding',
  'dlopen',
  'execve',
  'report',
  'loadEnvFile',
  'setuid',
  'seteuid',
  'setgid',
  'setegid',
  'setgroups',
  'initgroups',
  'umask',
  '_getActiveHandles',
  '_getActiveRequests',
  'setUncaughtExceptionCaptureCallback',
  'addUncaughtExceptionCaptureCallback',
];

/** Of `node:os`: a plugin could slow the host down, and learn who runs it. */
const CLOSED_OF_OS = ['setPriority', 'userInfo', 'networkInterfaces', 'homedir', 'hostname'];

export function hardenProcess(): void {
  const require = createRequire(import.meta.url);
  for (const name of CLOSED) empty(builtin(require, name));
  closeMembers(builtin(require, 'os'), CLOSED_OF_OS);
  closeMembers(process as unknown as Members, CLOSED_OF_PROCESS);
  syncBuiltinESMExports();
}

type Members = Record<string, unknown>;

function builtin(require: NodeJS.Require, name: string): Members | undefined {
  try {
    return require(`node:${name}`) as Members;
  } catch {
    return undefined; // not in this Node, or refused already
  }
}

function empty(module: Members | undefined): void {
  if (module !== undefined) closeMembers(module, Object.getOwnPropertyNames(module));
}

function closeMembers(of: Members | undefined, names: readonly string[]): void {
  for (const name of names) {
    if (of === undefined || !Object.hasOwn(of, name)) continue;
    const refuse = () => {
      throw Object.assign(new Error(`\`${name}\` is not available to plugins`), { code: 'ERR_ACCESS_DENIED' });
    };
    Object.defineProperty(of, name, { value: refuse, writable: false, configurable: false, enumerable: true });
  }
}
