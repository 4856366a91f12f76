import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Float, type Log } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { createScriptSandbox, type ScriptSandboxOptions } from './create-script-sandbox.ts';
import { childCommand } from './pool/child-command.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

function sandboxWith(options: Partial<ScriptSandboxOptions> = {}) {
  const sandbox = createScriptSandbox({ log: silent, poolSize: 1, ...options });
  return {
    sandbox,
    run: (source: string, inputs: Record<string, unknown> = {}, more: object = {}) =>
      sandbox.run({ tenant: 'acme', language: 'javascript', source, inputs, ...more }),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('what a script is', () => {
  test.each([
    ['its main function, by parameter names', 'function main(b, a) { return [a, b] }', [1, 2]],
    ['its only function, whatever its name', 'const total = (a, b) => a + b', 3],
    ['an async function', 'async function main(a) { await 0; return a }', 1],
    ['a default export', 'export default (a) => a * 10', 10],
    ['an exported function among constants', 'export const k = 5;\nexport function go(a) { return a + k }', 6],
    [
      'functions exported in a list',
      'function x() { return 1 }\nfunction y() { return 2 }\nexport { x, y as default }',
      2,
    ],
    ['main beside helpers', 'const twice = (n) => n * 2;\nfunction main(a) { return twice(a) }', 2],
    ['a parameter object', 'function main({ a, c = 9 }) { return [a, c] }', [1, 9]],
    ['defaults for what is missing, null without', 'function main(a, c = 9, d) { return [a, c, d] }', [1, 9, null]],
    ['all inputs, under their name', 'function main(inputs) { return Object.keys(inputs) }', ['a', 'b']],
    ['text that returns', 'return inputs.a + inputs.b', 3],
    ['text that awaits', 'const x = await Promise.resolve(inputs.b);\nreturn x', 2],
    ['text that returns, with helpers', 'function twice(n) { return n * 2 }\nreturn twice(inputs.b)', 4],
    ['text that returns nothing', 'const x = 1;', null],
    [
      'the word export in a template',
      'const t = `\nexport const x = 1`;\nexport function main() { return t.length }',
      19,
    ],
  ])('%s', async (_, source, expected) => {
    await using box = sandboxWith();
    expect((await box.run(source, { a: 1, b: 2 })).result).toEqual(expected);
  });

  test('TypeScript has its types removed, also around return and await', async () => {
    await using box = sandboxWith();
    const typed = (source: string) => box.run(source, { a: 2 }, { language: 'typescript' });
    expect(
      (await typed('interface X { a: number }\nfunction main(a: number): number { return (a as number) + 1 }')).result,
    ).toBe(3);
    expect((await typed('const a: number = await Promise.resolve(inputs.a);\nreturn a satisfies number')).result).toBe(
      2,
    );
    await expect(typed('const a = 1;\nenum B { C }')).rejects.toMatchObject({
      code: 'SANDBOX_SCRIPT_SYNTAX',
      facts: { position: { file: 'script.ts', line: 2, column: 1 } },
    });
    await expect(typed('return 1;\nconst a: = 1')).rejects.toMatchObject({
      code: 'SANDBOX_SCRIPT_SYNTAX',
      facts: { position: { line: 2 } },
    });
  });

  test('TypeScript nested so deeply that it breaks the type stripper costs one process, and the next script works', async () => {
    await using box = sandboxWith();
    const deep = box.run(`return ${'('.repeat(100_000)}`, {}, { language: 'typescript' });
    await expect(deep).rejects.toMatchObject({ code: 'SANDBOX_SCRIPT_SYNTAX' });
    expect((await box.run('return 1 as number', {}, { language: 'typescript' })).result).toBe(1);
  });

  test('numbers of the expression language arrive as plain numbers', async () => {
    await using box = sandboxWith();
    const { result } = await box.run('return [inputs.f === 2, inputs.i === 2 ** 60, typeof inputs.i]', {
      f: new Float(2),
      i: 2n ** 60n,
    });
    expect(result).toEqual([true, true, 'number']);
  });

  test('console lines come back with their level, and say when some were dropped', async () => {
    await using box = sandboxWith();
    const { console } = await box.run(
      `console.log('%s is', 'a', { b: [1] }); console.error(new TypeError('no')); return 1`,
    );
    expect(console[0]).toEqual({ level: 'info', text: 'a is { b: [1] }' });
    expect(console[1]).toMatchObject({ level: 'error', text: expect.stringContaining('TypeError: no') });
    const many = await box.run('for (let i = 0; i < 1500; i++) console.log(i)');
    expect(many.console).toHaveLength(1001);
    expect(many.console.at(-1)?.text).toContain('500 more lines');
  });
});

describe('what goes wrong, each with its own code', () => {
  test.each([
    [
      'SANDBOX_SCRIPT_ERROR',
      'function main() {\n  return missing.x;\n}',
      { position: { file: 'script.js', line: 2, column: 3 } },
    ],
    [
      'SANDBOX_SCRIPT_ERROR',
      'setTimeout(() => { throw new Error("late") }, 1); await new Promise(() => {})',
      { position: { line: 1 } },
    ],
    ['SANDBOX_SCRIPT_ERROR', 'Promise.reject(new Error("unseen")); return 1', {}],
    ['SANDBOX_SCRIPT_SYNTAX', 'const a = 1;\nconst a = 2;', { position: { line: 2, column: 7 } }],
    ['SANDBOX_SCRIPT_SYNTAX', 'function main() {', {}],
    ['SANDBOX_SCRIPT_IMPORT', 'const a = 1;\nimport fs from "node:fs";', { position: { line: 2, column: 1 } }],
    ['SANDBOX_SCRIPT_ENTRY', 'function one() {}\nfunction two() {}', {}],
    ['SANDBOX_SCRIPT_STALLED', 'await new Promise(() => {})', {}],
    ['SANDBOX_RESULT', 'return { a: [1, 2n] }', {}],
    ['SANDBOX_RESULT', 'return () => 1', {}],
    ['SANDBOX_RESULT', 'const a = {}; a.a = a; return a', {}],
    ['SANDBOX_RESULT', 'return [NaN]', {}],
    ['SANDBOX_RESULT', 'return new Map([[1, 2]])', {}],
    ['SANDBOX_OUTPUT', 'return "x".repeat(5_000_000)', {}],
  ])('%s: %s', async (code, source, facts) => {
    await using box = sandboxWith();
    await expect(box.run(source)).rejects.toMatchObject({ code, facts });
  });

  test('limits: wall, processor time and memory', async () => {
    await using box = sandboxWith();
    await expect(box.run('for (;;);', {}, { limits: { wallMs: 100 } })).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT_WALL',
    });
    await expect(box.run('for (;;);', {}, { limits: { cpuMs: 100 } })).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT_CPU',
    });
    const bomb = 'const a = []; for (;;) a.push(new Array(1000).fill(1))';
    await expect(box.run(bomb, {}, { limits: { memoryMb: 32 } })).rejects.toMatchObject({ code: 'SANDBOX_MEMORY' });
  });

  test('what a failed script had printed is in the error', async () => {
    await using box = sandboxWith();
    const failed = box.run('console.log("so far"); for (;;);', {}, { limits: { wallMs: 100 } });
    await expect(failed).rejects.toMatchObject({
      facts: { details: { console: [{ level: 'info', text: 'so far' }] } },
    });
  });

  test('inputs that are not JSON, and scripts that are too long, are refused before anything starts', async () => {
    await using box = sandboxWith();
    const cycle: Record<string, unknown> = {};
    cycle['cycle'] = cycle;
    await expect(box.run('return 1', cycle)).rejects.toMatchObject({ code: 'SANDBOX_INPUT' });
    await expect(box.run('x'.repeat(2_000_000))).rejects.toMatchObject({ code: 'SANDBOX_INPUT' });
    await expect(box.run('return 1', {}, { limits: { memoryMb: 1 } })).rejects.toMatchObject({ code: 'SANDBOX_LIMIT' });
    expect(box.sandbox.pids).toEqual([]);
  });
});

describe('processes', () => {
  test('one process serves many runs, and none is started before the first', async () => {
    await using box = sandboxWith();
    expect(box.sandbox.pids).toEqual([]);
    await box.run('return 1');
    const [pid] = box.sandbox.pids;
    for (let turn = 0; turn < 20; turn++) await box.run('return 1');
    expect(box.sandbox.pids).toEqual([pid]);
  });

  test('kill -9 in the middle of a run fails that run alone; those behind it are run elsewhere', async () => {
    await using box = sandboxWith();
    await box.run('return 1');
    const [pid] = box.sandbox.pids;
    const victim = box.run('console.log("begun"); for (;;);');
    const behind = Array.from({ length: 5 }, (_, n) => box.run('return inputs.n', { n }));
    process.kill(pid!, 'SIGKILL');
    await expect(victim).rejects.toMatchObject({ code: 'SANDBOX_CRASHED', facts: { retry: 'later' } });
    expect((await Promise.all(behind)).map((each) => each.result)).toEqual([0, 1, 2, 3, 4]);
    expect(box.sandbox.pids).not.toContain(pid);
  });

  test('scripts that take long do not keep the quick ones waiting', async () => {
    await using box = sandboxWith();
    await box.run('return 1');
    const stop = new AbortController();
    const slow = box.run('for (;;);', {}, { signal: stop.signal });
    const begun = performance.now();
    expect((await box.run('return 2')).result).toBe(2);
    expect(performance.now() - begun).toBeLessThan(5000);
    stop.abort();
    await expect(slow).rejects.toMatchObject({ code: 'SANDBOX_CANCELLED' });
  });

  test.each([
    'for (;;);',
    'await new Promise((done) => setTimeout(done, 60_000))',
  ])('an abort signal stops %s', async (source) => {
    await using box = sandboxWith();
    await box.run('return 1');
    const stop = new AbortController();
    const run = box.run(source, {}, { signal: stop.signal });
    const rejected = expect(run).rejects.toMatchObject({ code: 'SANDBOX_CANCELLED' });
    stop.abort();
    await rejected;
    expect((await box.run('return 3')).result).toBe(3);
    await expect(box.run('return 1', {}, { signal: stop.signal })).rejects.toMatchObject({ code: 'SANDBOX_CANCELLED' });
  });

  test('two hundred runs of ten tenants at once', async () => {
    await using box = sandboxWith({ poolSize: 2 });
    const runs = Array.from({ length: 200 }, (_, n) =>
      box.sandbox.run({
        tenant: `t${n % 10}`,
        language: 'javascript',
        source: 'async function main(n) { await 0; return n * n }',
        inputs: { n },
      }),
    );
    expect((await Promise.all(runs)).map((each) => each.result)).toEqual(Array.from({ length: 200 }, (_, n) => n * n));
  });

  test('disposing ends every process and refuses what still waits', async () => {
    const box = sandboxWith({ poolSize: 2 });
    await Promise.all([box.run('return 1'), box.run('return 2')]);
    const running = box.run('for (;;);');
    const refused = expect(running).rejects.toMatchObject({ code: 'SANDBOX_STOPPED' });
    const { pids } = box.sandbox;
    expect(pids.length).toBeGreaterThan(0);
    await box.sandbox[Symbol.asyncDispose]();
    await refused;
    expect(pids.filter(alive)).toEqual([]);
    await expect(box.run('return 1')).rejects.toMatchObject({ code: 'SANDBOX_STOPPED' });
  });

  test('without the addon nothing runs, and the error says why', async () => {
    const command = () => ({ ...childCommand(), args: [new URL('missing.node', import.meta.url).pathname] });
    await using box = sandboxWith({ command });
    await expect(box.run('return 1')).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining('isolated-vm'),
    });
    await using other = sandboxWith({
      command: () => {
        throw new Error('no build for this system');
      },
    });
    await expect(other.run('return 1')).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });

  test('ten thousand waiting scripts are enough', async () => {
    const box = sandboxWith();
    const stop = new AbortController();
    const waiting = Array.from({ length: 10_000 }, () =>
      box.run('return 1', {}, { signal: stop.signal }).catch((error) => error.code),
    );
    await expect(box.run('return 1')).rejects.toMatchObject({ code: 'SANDBOX_BUSY', facts: { status: 429 } });
    await box.sandbox[Symbol.asyncDispose]();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['SANDBOX_STOPPED']));
  });

  test('the process itself has no environment, files, network, threads or children', async () => {
    const { options } = childCommand();
    const probe = fork(new URL('fixtures/probe-permissions.ts', import.meta.url), options);
    const [told] = (await once(probe, 'message')) as [Record<string, unknown>];
    const { env, ...denied } = told;
    expect(env).toEqual([]);
    expect(Object.values(denied)).toEqual(Object.keys(denied).map(() => 'ERR_ACCESS_DENIED'));
  });
});
