import type { ScriptRequest } from '@backplane/sdk';
import { expect, test } from 'vitest';
import plugin from './index.ts';
import manifest from './package.json' with { type: 'json' };
import { runPython } from './run-python.ts';

/** A call with a sandbox that answers 5 and keeps what it was asked. */
function callWith(given: Record<string, unknown>) {
  const told: string[] = [];
  const asked: ScriptRequest[] = [];
  const line = (level: string) => (text: string) => void told.push(`${level}: ${text}`);
  const call = {
    input: runPython.input.parse({ script: 's', ...given }),
    signal: new AbortController().signal,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    progress: line('progress'),
    scripts: {
      run: async (request: ScriptRequest) => {
        asked.push(request);
        return {
          result: 5,
          console: [
            { level: 'info', text: 'one' },
            { level: 'error', text: 'two' },
          ],
        };
      },
    },
  };
  return { run: async () => runPython.run(call as never), told, asked };
}

test('the manifest names the action', () => {
  expect(manifest.backplane.contributes.actions).toEqual(plugin.contributes.map(({ name }) => name));
});

test('the script gets its inputs, environment and time; its lines go to the log', async () => {
  const { run, told, asked } = callWith({ inputs: { a: 1 }, env_vars: { MODE: 'x', N: 3 }, timeout_seconds: 2 });
  expect(await run()).toBe(5);
  const limits = { wallMs: 2000, cpuMs: 2000 };
  expect(asked).toMatchObject([
    { language: 'python', source: 's', inputs: { a: 1 }, env: { MODE: 'x', N: '3' }, limits },
  ]);
  expect(told).toEqual(['info: one', 'error: two', 'progress: two']);
});

test('without more, a script has five minutes, no inputs and no environment', async () => {
  const { run, asked } = callWith({ inputs: null, dependencies: null, env_vars: null });
  await run();
  expect(asked).toMatchObject([{ inputs: {}, env: {}, limits: { wallMs: 300_000 } }]);
});

test('PYTHON_DEPENDENCY: what would have to be installed is refused by name, the standard library is not', async () => {
  const given = ['json', 'requests>=2', 'numpy', 'zoneinfo'];
  await expect(callWith({ dependencies: given }).run()).rejects.toMatchObject({
    code: 'PYTHON_DEPENDENCY',
    message: expect.stringContaining('"requests>=2", "numpy";'),
  });
  expect(await callWith({ dependencies: ['json', 'uuid==1.30'] }).run()).toBe(5);
});

test('PYTHON_NETWORK: a script that asks for the network is refused', async () => {
  await expect(callWith({ allow_network: true }).run()).rejects.toMatchObject({ code: 'PYTHON_NETWORK' });
});
