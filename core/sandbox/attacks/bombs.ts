import type { Attack } from './attack.ts';

const limits = { memoryMb: 32, wallMs: 3000 };
/** V8 counts some memory late: the process may hit its own limits, or the clock, before the heap's. */
const codes = ['SANDBOX_MEMORY', 'SANDBOX_SCRIPT_ERROR', 'SANDBOX_TIMEOUT_WALL', 'SANDBOX_CRASHED'];

/** More memory, output or text than a script may have. */
export const bombs: readonly Attack[] = [
  {
    name: 'address space, every error caught, ended well',
    source: 'const a = []; for (;;) try { a.push(new ArrayBuffer(1e6, { maxByteLength: 1e9 })) } catch { return 1 }',
    limits,
    codes,
    result: 1,
  },
  { name: 'arrays in an array', source: 'const a = []; for (;;) a.push(new Array(1000).fill(1))', limits, codes },
  { name: 'one array', source: 'return new Array(1e8).fill(1).length', limits, codes },
  { name: 'a map', source: 'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })', limits, codes },
  { name: 'strings', source: `const a = []; for (;;) a.push('abc'.repeat(1e6).split(''))`, limits, codes },
  { name: 'one string doubled', source: `let s = 'abc'; for (;;) s += s + Math.random()`, limits, codes },
  {
    name: 'flattened strings',
    source: `const a = []; for (;;) { const s = 'x'.repeat(2 ** 28) + a.length; /z/.test(s); a.push(s) }`,
    limits,
    codes,
  },
  { name: 'array buffers', source: 'const a = []; for (;;) a.push(new ArrayBuffer(1e7))', limits, codes },
  {
    name: 'array buffers, errors caught',
    source: 'const a = []; for (;;) try { a.push(new ArrayBuffer(1e7)) } catch {}',
    limits,
    codes,
  },
  {
    name: 'resizable array buffers',
    source: 'const a = []; for (;;) a.push(new ArrayBuffer(1e6, { maxByteLength: 1e9 }))',
    limits,
    codes,
  },
  { name: 'big integers', source: 'return String(2n ** (2n ** 28n)).length', limits, codes },
  {
    name: 'nested JSON',
    source: `return JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))`,
    limits,
    codes: [...codes, 'SANDBOX_RESULT'],
  },
  {
    name: 'proxies of proxies',
    source: 'let p = {}; for (let i = 0; i < 1e6; i++) p = new Proxy(p, {}); return p.x',
    limits,
    codes,
  },
  { name: 'closures of timers', source: 'for (;;) setTimeout(() => {}, 1e6)', limits, codes },
  {
    name: 'pending promises',
    source: 'const a = []; for (;;) a.push(new Promise(() => {}).then(() => a))',
    limits,
    codes,
  },
  { name: 'a long result', source: `return 'x'.repeat(2e6)`, limits: { outputBytes: 1e6 }, codes: ['SANDBOX_OUTPUT'] },
  {
    name: 'a result long in bytes only',
    source: `return 'é'.repeat(600_000)`,
    limits: { outputBytes: 1e6 },
    codes: ['SANDBOX_OUTPUT'],
  },
  {
    name: 'a result that refers to one thing a million times',
    source: `const s = 'x'.repeat(1e5); return Array(1e4).fill(s)`,
    codes: ['SANDBOX_OUTPUT', ...codes],
  },
  { name: 'a long error', source: `throw new Error('x'.repeat(1e7))`, codes: ['SANDBOX_SCRIPT_ERROR'] },
  {
    name: 'a long stack',
    source: `const e = new Error('x'); e.stack = 'y'.repeat(1e7); throw e`,
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  { name: 'console lines', source: 'for (let i = 0; i < 200_000; i++) console.log(i); return 1', result: 1 },
  { name: 'a long console line', source: `console.log('x'.repeat(1e7)); return 1`, result: 1 },
  {
    name: 'a wide console object',
    source: `console.log(Array.from({ length: 1e5 }, () => ({ a: 'x'.repeat(100) }))); return 1`,
    result: 1,
  },
  {
    name: 'a deep console object',
    source: 'let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; console.log(o); return 1',
    result: 1,
  },
];
