import type { Attack } from './attack.ts';

const tell = (expression: string) => `() => { try { return ${expression}; } catch (error) { return 'refused'; } }`;
const LIMITS = { wallMs: 500 };

/** What a plugin in an isolate tries; there is no Node around it at all. */
export const insideIsolate: readonly Attack[] = [
  {
    name: 'looks for Node',
    run: tell(`[typeof process, typeof require, typeof Buffer, typeof fetch, typeof WebSocket].join()`),
    result: 'undefined,undefined,undefined,undefined,undefined',
  },
  {
    name: 'looks for WebAssembly and shared memory',
    run: tell(`[typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics].join()`),
    result: 'undefined,undefined,undefined',
  },
  { name: 'imports a module of Node', before: `import fs from 'node:fs';`, codes: ['PLUGIN_IMPORT_REFUSED'] },
  { name: 'imports a package that is not bundled', before: `import pg from 'pg';`, codes: ['PLUGIN_IMPORT_REFUSED'] },
  {
    name: 'imports a file outside its folder',
    before: `import x from '../../../etc/passwd';`,
    codes: ['PLUGIN_IMPORT_REFUSED'],
  },
  {
    name: "imports the host's code",
    before: `import x from ${JSON.stringify(new URL('../tier.ts', import.meta.url).pathname)};`,
    codes: ['PLUGIN_IMPORT_REFUSED'],
  },
  {
    name: 'imports at run time',
    run: `async () => { try { return Object.keys(await import('node:fs')).length; } catch { return 'refused'; } }`,
    result: 'refused',
  },
  {
    name: 'climbs out by constructors',
    run: tell(`(({ log }) => log.info.constructor('return typeof process')())({ log: console })`),
    codes: ['PLUGIN_ACTION_THREW'],
    result: 'undefined',
  },
  { name: 'makes code of text', run: tell(`Function('return typeof process')()`), result: 'undefined' },
  { name: 'loops when imported', before: 'for (;;);', loadMs: 2000, codes: ['PLUGIN_LOAD_TIMEOUT'] },
  { name: 'loops when called', run: '() => { for (;;); }', limits: LIMITS, codes: ['PLUGIN_LIMIT_WALL'], lost: true },
  {
    name: 'fills its heap',
    run: '() => { const all = []; for (;;) all.push(new Array(1000).fill({})); }',
    limits: { memoryMb: 32 },
    codes: ['PLUGIN_LIMIT_MEMORY'],
    lost: true,
  },
  {
    name: 'fills array buffers',
    run: '() => { const all = []; for (;;) all.push(new Uint8Array(8_000_000).fill(1)); }',
    limits: { memoryMb: 32 },
    codes: ['PLUGIN_LIMIT_MEMORY', 'PLUGIN_ACTION_THREW'],
  },
  {
    name: 'floods the console',
    run: `async () => { for (;;) { console.log('x'.repeat(1000)); await new Promise((done) => setTimeout(done, 0)); } }`,
    limits: { logLines: 20 },
    codes: ['PLUGIN_LIMIT_LOG'],
    lost: true,
  },
  {
    name: 'leaves a throwing timer behind',
    run: `() => { setTimeout(() => { throw new Error('late in the isolate'); }, 1); return 'done'; }`,
    result: 'done',
  },
  {
    name: 'leaves a rejected promise behind',
    run: `() => { Promise.reject(new Error('x')); return 'done'; }`,
    result: 'done',
  },
  {
    name: 'pollutes prototypes',
    run: `() => { Object.prototype.polluted = 1; return 'done'; }`,
    codes: ['PLUGIN_OUTPUT_INVALID', 'PLUGIN_PROTOCOL', 'PLUGIN_ACTION_THREW'],
    result: 'done',
  },
];
