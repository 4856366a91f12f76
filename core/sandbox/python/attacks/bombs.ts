import type { Attack } from '../../attacks/attack.ts';
import { ENDED } from './attack.ts';

const main = (...lines: string[]) => `def main():\n${lines.map((line) => `    ${line}\n`).join('')}`;
const short = { wallMs: 500 };
const time = ['SANDBOX_TIMEOUT_WALL', 'SANDBOX_TIMEOUT_CPU'];

/** More of something than there is. */
export const bombs: readonly Attack[] = [
  { name: 'an endless loop', source: main('while True: pass'), codes: time, limits: short },
  {
    name: 'an endless loop that catches everything',
    source: main('while True:', '    try:', '        while True: pass', '    except BaseException: pass'),
    codes: time,
    limits: short,
  },
  { name: 'an endless loop before main', source: 'while True: pass', codes: time, limits: short },
  {
    name: 'processor time',
    source: main('while True: pass'),
    codes: ['SANDBOX_TIMEOUT_CPU'],
    limits: { wallMs: 20_000, cpuMs: 300 },
  },
  { name: 'sleep', source: `import time\n${main('time.sleep(1000)')}`, codes: time, limits: short },
  {
    name: 'an asynchronous sleep',
    source: 'import asyncio\nasync def main():\n    await asyncio.sleep(1000)\n',
    codes: time,
    limits: short,
  },
  {
    name: 'a promise that never comes',
    source: 'import asyncio\nasync def main():\n    await asyncio.Event().wait()\n',
    codes: ['SANDBOX_SCRIPT_STALLED'],
  },
  {
    name: 'a huge power',
    source: main('return len(str(9 ** 9 ** 9))'),
    codes: [...time, 'SANDBOX_MEMORY', ...ENDED],
    limits: short,
  },
  {
    name: 'a regular expression',
    source: `import re\n${main('return re.match(r"(a+)+$", "a" * 60 + "b")')}`,
    codes: time,
    limits: short,
  },
  {
    name: 'a slow __del__ and __repr__',
    source: `class Slow:\n    def __del__(self):\n        while True: pass\n${main('Slow()')}`,
    codes: time,
    limits: short,
  },
  {
    name: 'a sort that never ends',
    source: `class Never:\n    def __lt__(self, other):\n        while True: pass\n${main('sorted([Never(), Never()])')}`,
    codes: time,
    limits: short,
  },
  { name: 'memory, in one piece', source: main('return len(bytearray(10 ** 9))'), codes: ['SANDBOX_MEMORY'] },
  {
    name: 'memory, in small pieces',
    source: main('kept = []', 'while True: kept.append(bytearray(100_000))'),
    codes: ['SANDBOX_MEMORY'],
    limits: { memoryMb: 32 },
  },
  {
    name: 'memory, as text',
    source: main('text = "x"', 'while True: text += text'),
    codes: ['SANDBOX_MEMORY'],
    limits: { memoryMb: 32 },
  },
  {
    name: 'memory, with every MemoryError caught',
    source: main('kept = []', 'while True:', '    try: kept.append("x" * 1_000_000)', '    except MemoryError: pass'),
    codes: [...time, 'SANDBOX_MEMORY', ...ENDED],
    limits: { wallMs: 1500, memoryMb: 32 },
  },
  {
    name: 'memory, as tuples in tuples',
    source: main('kept = ()', 'while True: kept = (kept, kept, list(range(1000)))'),
    codes: ['SANDBOX_MEMORY', ...ENDED],
    limits: { memoryMb: 32 },
  },
  { name: 'recursion', source: main('return main()'), codes: ['SANDBOX_SCRIPT_ERROR'] },
  {
    name: "recursion without Python's limit",
    source: `import sys\nsys.setrecursionlimit(10 ** 9)\n${main('return main()')}`,
    codes: [...ENDED, 'SANDBOX_MEMORY'],
  },
  {
    name: 'recursion in C',
    source: main('deep = []', 'for _ in range(1_000_000): deep = [deep]', 'return repr(deep) == repr(deep)'),
    codes: [...ENDED, 'SANDBOX_MEMORY'],
  },
  {
    name: 'recursion in the result',
    source: main('deep = []', 'for _ in range(100_000): deep = [deep]', 'return deep'),
    codes: ['SANDBOX_RESULT', 'SANDBOX_MEMORY', ...ENDED],
  },
  {
    name: 'recursion in the parser',
    source: `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
    codes: ['SANDBOX_SCRIPT_SYNTAX', ...ENDED, 'SANDBOX_MEMORY'],
  },
  {
    name: 'recursion in the compiler',
    source: `x = ${'-'.repeat(100_000)}1`,
    codes: ['SANDBOX_SCRIPT_SYNTAX', ...ENDED, 'SANDBOX_MEMORY'],
  },
  { name: 'a result too large', source: main('return "x" * 10_000_000'), codes: ['SANDBOX_OUTPUT'] },
  {
    name: 'a result that grows when written',
    source: main('kept = "x" * 1000', 'return [kept] * 100_000'),
    codes: ['SANDBOX_OUTPUT', 'SANDBOX_MEMORY'],
  },
  {
    name: 'a circle as result',
    source: main('kept = []', 'kept.append(kept)', 'return kept'),
    codes: ['SANDBOX_RESULT'],
  },
  { name: 'a poisoned key', source: main('return {"__proto__": {"polluted": 1}}'), codes: ['SANDBOX_RESULT'] },
  { name: 'console lines', source: main('for n in range(100_000): print(n)', 'return 1'), result: 1 },
  { name: 'one console line', source: main('print("x" * 20_000_000)', 'return 1'), result: 1 },
  {
    name: 'writing past the console',
    source: `import os\n${main('for n in range(10_000): os.write(1, b"x" * 1000)', 'return 1')}`,
    result: 1,
  },
  {
    name: 'unicode that grows',
    source: `import unicodedata\n${main('return len(unicodedata.normalize("NFKD", "\\ufdfa" * 1_000_000))')}`,
    result: 18_000_000,
    codes: ['SANDBOX_MEMORY'],
  },
  {
    name: 'a number too long to print',
    source: main('return 10 ** 5000'),
    codes: ['SANDBOX_RESULT', 'SANDBOX_SCRIPT_ERROR'],
  },
  { name: 'bytes that are no text', source: main('print("\\ud800")', 'return "\\ud800"'), result: '\ud800' },
  {
    name: 'compressed zeros',
    source: `import zlib\n${main('return len(zlib.decompress(zlib.compress(bytes(50_000_000))))')}`,
    result: 50_000_000,
    codes: ['SANDBOX_MEMORY'],
  },
];
