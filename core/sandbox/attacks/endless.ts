import type { Attack } from './attack.ts';

const limits = { wallMs: 300 };
const codes = ['SANDBOX_TIMEOUT_WALL'];

/** Code that does not stop by itself, in every place from which code can run. */
export const endless: readonly Attack[] = [
  { name: 'a loop', source: 'for (;;);', limits, codes },
  {
    name: 'a loop that catches everything',
    source: 'for (;;) try { for (;;); } catch {} finally { continue }',
    limits,
    codes,
  },
  {
    name: 'a loop of microtasks',
    source: 'const again = () => Promise.resolve().then(again); again(); return 1',
    limits,
    codes,
  },
  { name: 'a loop of awaits', source: 'for (;;) await 0', limits, codes },
  { name: 'a loop left behind by a result', source: '(async () => { for (;;) await 0 })(); return 1', limits, codes },
  { name: 'a regular expression', source: `return /^(a+)+$/.test('a'.repeat(50) + 'b')`, limits, codes },
  { name: 'a timer that never ends', source: 'await new Promise((done) => setTimeout(done, 1e9))', limits, codes },
  { name: 'an interval', source: 'setInterval(() => {}, 1); await new Promise(() => {})', limits, codes },
  {
    name: 'a loop in a timer',
    source: 'setTimeout(() => { for (;;); }, 10); await new Promise(() => {})',
    limits,
    codes,
  },
  { name: 'a loop in a getter of the result', source: 'return { get x() { for (;;); } }', limits, codes },
  { name: 'a loop in toJSON', source: 'return { toJSON() { for (;;); } }', limits, codes },
  { name: 'a loop in a thrown error', source: 'throw { get message() { for (;;); } }', limits, codes },
  {
    name: 'a loop in prepareStackTrace',
    source: 'Error.prepareStackTrace = () => { for (;;); }; throw new Error("x")',
    limits,
    codes,
  },
  { name: 'a loop in a console argument', source: 'console.log({ get x() { for (;;); } }); return 1', limits, codes },
  {
    name: 'a loop in a default parameter',
    source: 'function main(a = (() => { for (;;); })()) { return a }',
    limits,
    codes,
  },
  {
    name: 'a loop in a thenable',
    source: 'return { then() { for (;;); } }',
    limits,
    codes: [...codes, 'SANDBOX_RESULT'],
  },
  {
    name: 'a proxy without end',
    source: 'const p = new Proxy({}, { get: () => p, ownKeys: () => { for (;;); } }); return p',
    limits,
    codes: [...codes, 'SANDBOX_RESULT'],
  },
  {
    name: 'a sort that never agrees',
    source: 'const a = Array(1e6).fill(0); for (;;) a.sort(() => Math.random() - 0.5)',
    limits,
    codes,
  },
  {
    name: 'overflowing the stack for ever',
    source: 'const f = () => { try { f() } finally { f() } }; f()',
    limits,
    codes: [...codes, 'SANDBOX_SCRIPT_ERROR'],
  },
  { name: 'a promise that nobody settles', source: 'await new Promise(() => {})', codes: ['SANDBOX_SCRIPT_STALLED'] },
  { name: 'a loop, by processor time', source: 'for (;;);', limits: { cpuMs: 200 }, codes: ['SANDBOX_TIMEOUT_CPU'] },
  {
    name: 'Atomics.wait',
    source: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)',
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
];
