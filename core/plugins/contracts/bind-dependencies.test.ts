import { BackplaneError, defineMethod, type Provided } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { silent } from '../actions/invocation.fixture.ts';
import { bindDependencies, type Provider } from './bind-dependencies.ts';

const provides: Provided = {
  size: defineMethod({
    summary: 'The length of a text.',
    input: z.object({ text: z.string() }),
    output: z.object({ size: z.number() }),
    run: ({ input, caller }) => {
      if (input.text === 'throw') throw new Error('oops');
      return { size: input.text === 'lie' ? (caller as never) : input.text.length };
    },
  }),
};
const tools: Provider = { id: 'tools', provides, log: silent, started: async () => {} };

function deps(running: readonly Provider[], signal = new AbortController().signal) {
  const bound = bindDependencies({
    caller: 'acme',
    deps: { tools: { plugin: 'tools', optional: false }, extra: { plugin: 'extra', optional: true } },
    provider: (id) => running.find((one) => one.id === id),
    signal,
  });
  return bound as { tools: Record<string, (input: unknown) => Promise<unknown>>; extra: unknown };
}
const code = (work: Promise<unknown>) =>
  work.then(String, (error) => (BackplaneError.is(error) ? error.code : error.name));

test('a plugin calls another with checked input and output', async () => {
  const { tools: client, extra } = deps([tools]);
  expect(await client['size']!({ text: 'four' })).toEqual({ size: 4 });
  expect(extra).toBeUndefined();
  expect(await code(client['size']!({ text: 4 }))).toBe('INPUT_INVALID');
  expect(await code(client['size']!({ text: 'lie' }))).toBe('PLUGIN_OUTPUT_INVALID');
  expect(await code(client['size']!({ text: 'throw' }))).toBe('PLUGIN_ACTION_THREW');
  expect(await code(client['constructor']!({}))).toBe('PLUGIN_METHOD_UNKNOWN');
});

test('a plugin that is off says so at each call, and is there again when it is on', async () => {
  const running: Provider[] = [];
  const { tools: client } = deps(running);
  expect(await code(client['size']!({ text: 'x' }))).toBe('PLUGIN_DEPENDENCY_UNAVAILABLE');
  running.push(tools);
  expect(await client['size']!({ text: 'x' })).toEqual({ size: 1 });
});

test('a call ends with the one that made it', async () => {
  expect(await code(deps([tools], AbortSignal.abort()).tools['size']!({ text: 'x' }))).toBe('AbortError');
});
