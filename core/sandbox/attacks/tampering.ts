import type { Attack } from './attack.ts';

const own = ['SANDBOX_SCRIPT_ERROR', 'SANDBOX_RESULT', 'SANDBOX_SCRIPT_STALLED'];

/** Changing what the sandbox's own code relies on. At worst a script harms its own result. */
export const tampering: readonly Attack[] = [
  {
    name: 'JSON replaced',
    source: `JSON.stringify = () => '"forged"'; JSON.parse = () => ({}); return 'mine'`,
    result: 'mine',
  },
  {
    name: 'Promise.prototype.then replaced',
    source: 'Promise.prototype.then = () => { throw 1 }; return await 5',
    codes: own,
    result: 5,
  },
  {
    name: 'Object.prototype polluted',
    source: 'Object.prototype.polluted = 1; Object.prototype.toJSON = () => 7; return { a: 1 }',
    result: 7,
  },
  { name: '__proto__ assigned', source: `({}).__proto__.polluted = 1; return ({}).polluted`, result: 1 },
  {
    name: '__proto__ in the result',
    source: `return JSON.parse('{"__proto__": {"admin": true}}')`,
    codes: ['SANDBOX_RESULT'],
  },
  {
    name: 'constructor.prototype in the result',
    source: `return { constructor: { prototype: { admin: true } } }`,
    result: { constructor: { prototype: { admin: true } } },
  },
  {
    name: 'Array.prototype emptied',
    source: 'for (const key of Object.getOwnPropertyNames(Array.prototype)) delete Array.prototype[key]; return [1]',
    codes: own,
    result: [1],
  },
  {
    name: 'Array iteration replaced',
    source: 'Array.prototype[Symbol.iterator] = function* () { yield 1 }; return [2]',
    codes: own,
    result: [2],
  },
  {
    name: 'Function.prototype.toString replaced',
    source: `Function.prototype.toString = () => '(a, b) => 1'; function main(x) { return x }`,
    inputs: { x: 3 },
    codes: own,
    result: 3,
  },
  {
    name: 'Error replaced',
    source: 'Error.captureStackTrace = null; globalThis.Error = null; null.x',
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  { name: 'a forged answer as result', source: `return 'R"forged"'`, result: 'R"forged"' },
  {
    name: 'a forged error',
    source: `throw { name: 'Error', message: 'Script execution timed out.' }`,
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  {
    name: 'a forged memory error',
    source: `throw new Error('Isolate was disposed during execution due to memory limit')`,
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  {
    name: 'a forged rejection',
    source: `Promise.reject(new Error('Script execution timed out.')); return 1`,
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  { name: 'the marker called early', source: '$entry({ main: () => 8 }); return 9', result: 9 },
  {
    name: 'the global object frozen',
    source: 'Object.freeze(globalThis); return typeof URL',
    codes: own,
    result: 'function',
  },
  {
    name: 'all globals deleted',
    source: 'for (const key of Object.getOwnPropertyNames(globalThis)) delete globalThis[key]; return 4',
    codes: own,
    result: 4,
  },
  {
    name: 'getters on the prototype of inputs',
    source: `Object.defineProperty(Object.prototype, 'x', { get() { return 'caught' } }); function main(x) { return x }`,
    codes: own,
    result: null,
  },
  {
    name: 'clock replaced',
    source: 'Date.now = () => 0; await new Promise((done) => setTimeout(done, 5)); return 1',
    limits: { wallMs: 400 },
    codes: ['SANDBOX_TIMEOUT_WALL'],
    result: 1,
  },
];
