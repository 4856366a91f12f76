import type { Attack } from './attack.ts';
import { REACHED } from './attack.ts';

const IMPORT = ['SANDBOX_SCRIPT_IMPORT', 'SANDBOX_SCRIPT_SYNTAX', 'SANDBOX_SCRIPT_ERROR'];

/** Modules, processes, the channel to the host, the objects of isolated-vm. */
export const reachingOut: readonly Attack[] = [
  { name: 'names of Node', source: `return ${REACHED}`, result: 'none' },
  {
    name: 'names of Node on the global object',
    source: `return Object.getOwnPropertyNames(globalThis).filter((name) => /process|require|ivm|module|^Buffer|__/.test(name))`,
    result: [],
  },
  {
    name: 'static import',
    source: `import fs from 'node:fs'; return fs.readFileSync('/etc/passwd', 'utf8')`,
    codes: IMPORT,
  },
  { name: 're-export', source: `export * from 'node:fs'`, codes: IMPORT },
  { name: 'dynamic import', source: `return await import('node:fs')`, codes: IMPORT },
  { name: 'dynamic import from eval', source: `return await eval("import('node:child_process')")`, codes: IMPORT },
  { name: 'import.meta', source: 'return import.meta.url', codes: IMPORT },
  { name: 'require', source: `return require('fs')`, codes: IMPORT },
  { name: 'process.binding', source: `return process.binding('fs')`, codes: IMPORT },
  {
    name: 'getBuiltinModule by spread',
    source: `return { ...globalThis }.process?.getBuiltinModule('fs') ?? 'none'`,
    result: 'none',
  },
  { name: 'this of a function', source: 'return (function () { return typeof this })()', result: 'undefined' },
  { name: 'this of sloppy code', source: `return Function('return Object.keys(this).length')()`, result: 0 },
  {
    name: 'caller and arguments',
    source: 'function main() { return main.caller }',
    codes: ['SANDBOX_SCRIPT_ERROR'],
    result: null,
  },
  {
    name: 'functions from stack frames',
    source: `Error.prepareStackTrace = (_, frames) => frames.some((frame) => frame.getThis?.() ?? frame.getFunction?.()); return Boolean(new Error().stack === true)`,
    result: false,
  },
  { name: 'symbols of Node', source: `return Object.getOwnPropertySymbols(globalThis).map(String)`, result: [] },
  { name: 'sending on the channel', source: `return typeof process?.send`, codes: IMPORT },
  { name: 'WebAssembly', source: 'return typeof WebAssembly', result: 'undefined' },
  {
    name: 'shared memory',
    source: 'return [typeof SharedArrayBuffer, typeof Atomics]',
    result: ['undefined', 'undefined'],
  },
  {
    name: 'shared memory by prototype',
    source:
      'return Object.getOwnPropertyNames(globalThis).some((name) => /Shared|Atomics|WebAssembly|Finalization/.test(name))',
    result: false,
  },
  {
    name: 'closing the wrapper',
    source: '})()});globalThis.leaked = 1;(function(){return (function(){return 5',
    codes: ['SANDBOX_SCRIPT_SYNTAX', 'SANDBOX_SCRIPT_ERROR', 'SANDBOX_RESULT'],
    result: 5,
  },
  {
    name: 'closing the wrapper to loop',
    source: '})()});for(;;);(function(){(function(){',
    limits: { wallMs: 300 },
    codes: ['SANDBOX_TIMEOUT_WALL'],
  },
];
