import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Float, type Log } from '@backplane/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createScriptSandbox, type ProcessSandbox } from '../create-script-sandbox.ts';
import { pythonCommand } from './python-command.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

let sandbox: ProcessSandbox;
beforeAll(() => {
  sandbox = createScriptSandbox({ log: silent, pythonPoolSize: 1 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const run = (source: string, inputs: Record<string, unknown> = {}, more: object = {}) =>
  sandbox.run({ tenant: 'acme', language: 'python', source, inputs, ...more });
const result = async (source: string, inputs?: Record<string, unknown>) => (await run(source, inputs)).result;

describe('what a script is', () => {
  test.each([
    ['its main function, by parameter names', 'def main(b, a):\n    return [a, b]', [1, 2]],
    ['its only function, whatever its name', 'def total(a, b):\n    return a + b', 3],
    ['main beside helpers', 'def twice(n):\n    return n * 2\ndef main(a):\n    return twice(a)', 2],
    ['an asynchronous function', 'import asyncio\nasync def main(a):\n    await asyncio.sleep(0)\n    return a', 1],
    ['a lambda', 'total = lambda a, b: a + b', 3],
    ['a function beside imported ones', 'from math import floor\ndef go(a):\n    return floor(a + 0.5)', 1],
    [
      'None for what is missing, defaults where there are some',
      'def main(a, x, y=9, *, z):\n    return [a, x, y, z]',
      [1, null, 9, null],
    ],
    ['everything else in keyword arguments', 'def main(a, **rest):\n    return rest', { b: 2 }],
    ['positional parameters', 'def main(b, a, /):\n    return [b, a]', [2, 1]],
    ['a function that returns nothing', 'def main():\n    pass', null],
    [
      'main as a class that can be called',
      'class Add:\n    def __call__(self, a, b):\n        return a + b\nmain = Add()',
      3,
    ],
  ])('%s', async (_, source, expected) => {
    expect(await result(source, { a: 1, b: 2 })).toEqual(expected);
  });

  test.each([
    ['several functions, none named main', 'def a(): pass\ndef b(): pass', 'SANDBOX_SCRIPT_ENTRY', 'a, b'],
    ['no function at all', 'x = 1', 'SANDBOX_SCRIPT_ENTRY', 'defines no function'],
    ['a mistake in the syntax', 'def main(:\n    pass', 'SANDBOX_SCRIPT_SYNTAX', 'script.py:1:10'],
    ['an exception', 'def main(a):\n    return {}[a]', 'SANDBOX_SCRIPT_ERROR', 'script.py:2:12: KeyError: 1'],
    [
      'an exception of a library',
      'import json\ndef main():\n    json.loads("{")',
      'SANDBOX_SCRIPT_ERROR',
      'script.py:3:5: JSONDecodeError',
    ],
    ['a package', 'def main():\n    import numpy', 'SANDBOX_PYTHON_MODULE', '(script.py:2:5) imports numpy'],
    ['a module of the bridge', 'import js', 'SANDBOX_PYTHON_MODULE', '(script.py:1:1) imports js'],
    [
      'a result that is no JSON',
      'def main():\n    return {"a": [1, {2}]}',
      'SANDBOX_RESULT',
      "result['a'][1] is a set",
    ],
    ['a number that is none', 'def main():\n    return [float("nan")]', 'SANDBOX_RESULT', 'result[0] is nan'],
    [
      'an async function that waits for nothing',
      'import asyncio\nasync def main():\n    await asyncio.Event().wait()',
      'SANDBOX_SCRIPT_STALLED',
      'nothing will ever settle',
    ],
  ])('%s is refused', async (_, source, code, text) => {
    await expect(run(source, { a: 1 })).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('the error carries the traceback, from the script on, and what was printed', async () => {
    const source = 'def deeper(x):\n    return 1 / x\n\ndef main():\n    print("before")\n    return deeper(0)\n';
    const error = await run(source).catch((thrown) => thrown);
    expect(error.facts.position).toEqual({ file: 'script.py', line: 2, column: 12 });
    expect(error.facts.details.console).toEqual([{ level: 'info', text: 'before' }]);
    expect(error.facts.details.stack).toContain('File "script.py", line 6, in main\n    return deeper(0)');
    expect(error.facts.details.stack).not.toContain('sandbox/');
  });
});

describe('data', () => {
  test('numbers keep their kind both ways', async () => {
    const values = [1, new Float(1), 1.5, 2n ** 80n, -0.25, 1e-7, new Float(1e22), 9007199254740993n];
    expect(await result('def main(values):\n    return values', { values })).toEqual(values);
    expect(await result('def main(values):\n    return [type(each).__name__ for each in values]', { values })).toEqual([
      'int',
      'float',
      'float',
      'int',
      'float',
      'float',
      'float',
      'int',
    ]);
  });

  test('text of any kind survives, tuples become lists, moments and identifiers become text', async () => {
    const text = 'ä€😀\u0000\n"\\';
    expect(await result('def main(text):\n    return {text: (text, None, True)}', { text })).toEqual({
      [text]: [text, null, true],
    });
    const source =
      'import datetime, uuid\ndef main():\n    return [datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.UTC), uuid.UUID(int=1)]';
    expect(await result(source)).toEqual([
      '2026-01-02',
      '2026-01-02T03:00:00+00:00',
      '00000000-0000-0000-0000-000000000001',
    ]);
  });

  test('large inputs and results', async () => {
    const items = Array.from({ length: 50_000 }, (_, id) => ({ id, name: `item ${id}` }));
    expect(await result('def main(items):\n    return items', { items })).toEqual(items);
  });

  test('the environment is what the request says', async () => {
    const source = 'import os\ndef main():\n    return dict(os.environ)';
    expect((await run(source, {}, { env: { MODE: 'test', Ä: 'ö' } })).result).toEqual({ MODE: 'test', Ä: 'ö' });
    expect(await result(source)).toEqual({});
  });

  test('print goes to the console, stderr as errors, cut off where there is too much', async () => {
    const source =
      'import sys\ndef main():\n    print("a", 1, end="")\n    print("b\\nc", file=sys.stderr)\n    sys.stdout.write("d\\n")';
    expect((await run(source)).console).toEqual([
      { level: 'error', text: 'b' },
      { level: 'error', text: 'c' },
      { level: 'info', text: 'a 1d' },
    ]);
    const { console } = await run('def main():\n    for n in range(3000): print(n)');
    expect(console.length).toBe(1001);
    expect(console.at(-1)).toEqual({
      level: 'warn',
      text: "… 2000 more lines were dropped: the console's limit was reached",
    });
  });
});

describe('between runs', () => {
  test('workspaces, harmless scripts and others take turns in one process without a trace of each other', async () => {
    const harmless = 'import json\ndef main(n):\n    return json.loads(json.dumps(n)) + 1';
    const other =
      'import sys, json\nsys.kept = getattr(sys, "kept", 0) + 1\njson.dumps = None\ndef main(n):\n    return sys.kept';
    const runs = Array.from({ length: 120 }, (_, n) => run(n % 3 ? harmless : other, { n }, { tenant: `t${n % 4}` }));
    const results = (await Promise.all(runs)).map((each) => each.result);
    expect(results).toEqual(Array.from({ length: 120 }, (_, n) => (n % 3 ? n + 1 : 1)));
    expect(sandbox.pids.length).toBe(1);
  });

  test('identifiers and random numbers are never the same twice', async () => {
    const source =
      'import random, secrets, uuid\ndef main():\n    return [str(uuid.uuid4()), secrets.token_hex(8), random.random()]';
    const seen = [];
    for (let turn = 0; turn < 6; turn++)
      seen.push(...((await run(source, {}, { tenant: `t${turn % 2}` })).result as unknown[]));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('memory that one script has used is not there for the next', async () => {
    const process = sandbox.pids[0];
    await run('def main():\n    return len(bytearray(b"secret-of-acme") * 4_000_000)');
    const source = 'def main():\n    return bytearray(60_000_000).count(b"secret-of-acme")';
    expect((await run(source, {}, { tenant: 'other' })).result).toBe(0);
    expect(sandbox.pids[0]).toBe(process);
  });
});

test('its process has no environment, no files but its own, no network, no children, no threads', async () => {
  const { options } = pythonCommand();
  const probe = fork(new URL('../fixtures/probe-permissions.ts', import.meta.url), { ...options });
  const [found] = await once(probe, 'message');
  expect(found).toEqual({
    env: [],
    readOther: 'ERR_ACCESS_DENIED',
    readProject: 'ERR_ACCESS_DENIED',
    write: 'ERR_ACCESS_DENIED',
    spawn: 'ERR_ACCESS_DENIED',
    thread: 'ERR_ACCESS_DENIED',
    connect: 'ERR_ACCESS_DENIED',
    resolve: 'ERR_ACCESS_DENIED',
    inspect: 'ERR_ACCESS_DENIED',
  });
});

test('SANDBOX_UNAVAILABLE says what is missing when Pyodide cannot be loaded', async () => {
  const command = () => ({ ...pythonCommand(), args: ['/nowhere'] });
  await using broken = createScriptSandbox({ log: silent, pythonPoolSize: 1, pythonCommand: command });
  const refused = broken.run({ tenant: 'acme', language: 'python', source: 'def main(): pass', inputs: {} });
  await expect(refused).rejects.toMatchObject({
    code: 'SANDBOX_UNAVAILABLE',
    message: expect.stringContaining('Pyodide does not load'),
  });
});

test('a script that is cancelled ends, and the next one works', async () => {
  const stop = new AbortController();
  const endless = run('def main():\n    while True: pass', {}, { signal: stop.signal });
  setTimeout(() => stop.abort(), 100);
  await expect(endless).rejects.toMatchObject({ code: 'SANDBOX_CANCELLED' });
  expect(await result('def main(): return 1')).toBe(1);
});
