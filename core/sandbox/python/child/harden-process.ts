import { constants as fsConstants } from 'node:fs';
import { constants as osConstants } from 'node:os';

/** Of Node, what could reach beyond this process or change it. */
const DANGEROUS = [
  ...['_debugProcess', '_kill', '_linkedBinding', 'abort', 'binding', 'chdir', 'dlopen', 'execve', 'getBuiltinModule'],
  ...[
    'initgroups',
    'kill',
    'loadEnvFile',
    'mainModule',
    'report',
    'setegid',
    'seteuid',
    'setgid',
    'setgroups',
    'setuid',
  ],
];
const NETWORK = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'navigator', 'Worker', 'require'];

/** Local time is UTC, wherever the host is. */
export function setClock(): void {
  process.env['TZ'] = 'UTC';
}

/** Emscripten asks for constants by a call that `--permission` refuses as a whole; this gives it those and nothing else. */
export function lendConstants(): void {
  Object.defineProperty(process, 'binding', {
    configurable: true,
    value: () => ({ fs: fsConstants, os: osConstants }),
  });
}

/** A second wall, for whoever should get through the first and run JavaScript here: nothing is left that does more than compute. */
export function hardenProcess(): void {
  for (const name of DANGEROUS) Object.defineProperty(process, name, { value: undefined });
  for (const name of NETWORK) Reflect.deleteProperty(globalThis, name);
}
