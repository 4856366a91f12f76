import { BackplaneError, type ScriptRequest, type Scripts } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { scriptArguments } from './arguments.ts';
import plugin from './index.ts';
import manifest from './package.json' with { type: 'json' };

/** A call made by hand: the sandbox answers with `answer`, everything told is kept. */
function callWith(input: object, answer: Scripts['run']) {
  const told: string[] = [];
  const asked: ScriptRequest[] = [];
  const line = (level: string) => (text: string) => void told.push(`${level}: ${text}`);
  const call = {
    input,
    run: { id: 'r', step: 's', attempt: 1, idempotencyKey: 'k' },
    signal: new AbortController().signal,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    progress: line('progress'),
    scripts: {
      run: (request: ScriptRequest) => {
        asked.push(request);
        return answer(request);
      },
    },
  };
  return { call: call as never, told, asked };
}

const [javascript, typescript] = plugin.contributes as [(typeof plugin.contributes)[0], (typeof plugin.contributes)[0]];
const printed = [
  { level: 'info', text: 'one' },
  { level: 'warn', text: 'two' },
];

test('the manifest names the actions', () => {
  expect(manifest.backplane.contributes.actions).toEqual(plugin.contributes.map(({ name }) => name));
});

test('the result is what the script returned; its lines go to the log, the last one to the progress', async () => {
  const { call, told, asked } = callWith({ script: 's', inputs: { a: 1 }, language: 'javascript' }, async () => ({
    result: 5,
    console: printed,
  }));
  expect(await javascript.run(call)).toBe(5);
  expect(asked).toMatchObject([{ language: 'javascript', source: 's', inputs: { a: 1 }, limits: {} }]);
  expect(told).toEqual(['info: one', 'warn: two', 'progress: two']);
});

test('TypeScript: by its own action or by the argument', async () => {
  const { call, asked } = callWith({ script: 's', language: 'typescript' }, async () => ({
    result: null,
    console: [],
  }));
  await typescript.run(call);
  await javascript.run(call);
  expect(asked.map(({ language, inputs }) => [language, inputs])).toEqual([
    ['typescript', {}],
    ['typescript', {}],
  ]);
});

test('time and limits are handed to the sandbox; more time means more processor time too', async () => {
  const input = { script: 's', timeout_seconds: 60, limits: { memory_mb: 64, output_bytes: 10 } };
  const { call, asked } = callWith(input, async () => ({ result: 1, console: [] }));
  await typescript.run(call);
  expect(asked[0]?.limits).toEqual({ wallMs: 60_000, cpuMs: 60_000, memoryMb: 64, outputBytes: 10 });
});

test('a failed script keeps its error, and what it had printed is logged', async () => {
  const facts = {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    remedy: 'r',
    details: { console: printed },
  } as const;
  const failure = new BackplaneError('SANDBOX_SCRIPT_ERROR', 'no', facts);
  const { call, told } = callWith({ script: 's' }, () => Promise.reject(failure));
  await expect(typescript.run(call)).rejects.toBe(failure);
  expect(told).toEqual(['info: one', 'warn: two', 'progress: two']);
});

test.each([
  {},
  { script: '' },
  { script: 's', timeout_seconds: 0 },
  { script: 's', timeout_seconds: 901 },
  { script: 's', limits: { memory_mb: 1 } },
  { script: 's', inputs: [] },
])('%o is refused', (input) => {
  expect(scriptArguments.safeParse(input).success).toBe(false);
});
