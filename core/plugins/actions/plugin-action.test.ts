import { BackplaneError, Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { TimeDelta } from '../../language/values/time-delta.ts';
import { hosted, invocation } from './invocation.fixture.ts';

const echo = { input: z.looseObject({}), run: ({ input }: { input: unknown }) => input };

test('the input is what the schema makes of the arguments', async () => {
  const action = hosted({
    input: z.object({ port: z.coerce.number(), host: z.string().default('localhost') }),
    run: echo.run,
  });
  expect(await action.run(invocation({ port: '80' }))).toEqual({ port: 80, host: 'localhost' });
});

test('wrong, missing and unknown arguments are refused together', async () => {
  const action = hosted({ input: z.object({ host: z.string(), port: z.int() }), run: echo.run });
  await expect(action.run(invocation({ hots: 'h', port: 'x' }))).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(
      /no argument "hots".*Did you mean `host`\?[\s\S]*needs the argument "host"\.[\s\S]*port: expected a number, not text/,
    ),
    facts: { details: { problems: [{ path: ['hots'] }, { path: ['host'] }, { path: ['port'] }] } },
  });
});

test('a schema that allows other names gets them', async () => {
  expect(await hosted(echo).run(invocation({ any: 'thing' }))).toEqual({ any: 'thing' });
});

test('old argument names are translated, unless the new one is there', async () => {
  const action = hosted({
    input: z.strictObject({ column: z.string() }),
    argumentAliases: { key: 'column' },
    run: echo.run,
  });
  expect(await action.run(invocation({ key: 'id' }))).toEqual({ column: 'id' });
  await expect(action.run(invocation({ key: 'id', column: 'name' }))).rejects.toThrow('has no argument "key"');
});

test('dates arrive as ISO text and numbers as plain numbers', async () => {
  const args = {
    at: Temporal.PlainDateTime.from('2026-01-02T03:04:05'),
    span: new TimeDelta(60_000_000),
    ratio: new Float(2),
    n: [new Float(3)],
  };
  const action = hosted({
    ...echo,
    run: ({ input }: { input: Record<string, unknown> }) => ({ ...input, kind: typeof input['ratio'] }),
  });
  expect(await action.run(invocation(args))).toEqual({
    at: '2026-01-02T03:04:05',
    span: 'PT1M',
    ratio: 2,
    n: [3],
    kind: 'number',
  });
});

test('an action that asks for exact numbers gets them', async () => {
  const action = hosted({
    ...echo,
    exactNumbers: true,
    run: ({ input }: { input: Record<string, unknown> }) => Float.is(input['ratio']),
  });
  expect(await action.run(invocation({ ratio: new Float(2) }))).toBe(true);
});

test('only the ports it names are there', async () => {
  const members = (call: object) => Object.keys(call).sort();
  const usual = ['input', 'log', 'progress', 'run', 'signal'];
  expect(await hosted({ run: members }).run(invocation({}))).toEqual(usual);
  const withPorts = hosted({ uses: ['expressions', 'secrets'], run: members });
  expect(await withPorts.run(invocation({}))).toEqual(['expressions', ...usual, 'secrets'].sort());
});

test('a port that this command does not have is named', async () => {
  await expect(hosted({ uses: ['workflows'] }).run(invocation({}))).rejects.toMatchObject({
    code: 'PLUGIN_PORT_UNAVAILABLE',
    message: expect.stringContaining('`workflows`'),
  });
});

test('a port that no host lends is not looked for on another one', async () => {
  await expect(hosted({ uses: ['files'] }).run(invocation({}))).rejects.toMatchObject({ code: 'PLUGIN_PORT_NOT_LENT' });
});

test('the output is checked, and what the schema makes of it is the result', async () => {
  const output = z.object({ id: z.coerce.string() });
  expect(await hosted({ output, run: () => ({ id: 7, internal: true }) }).run(invocation({}))).toEqual({ id: '7' });
  await expect(
    hosted({ output: z.object({ id: z.string() }), run: () => ({}) }).run(invocation({})),
  ).rejects.toMatchObject({
    code: 'PLUGIN_OUTPUT_INVALID',
    message: expect.stringContaining('id: '),
    facts: { blame: 'plugin' },
  });
});

test('a result is data: dates become text, members without a value go, everything else that is not data is refused', async () => {
  const result = { at: new Date(0), gone: undefined, list: [undefined, 1n], float: new Float(2) };
  expect(await hosted({ run: () => result }).run(invocation({}))).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    list: [null, 1n],
    float: new Float(2),
  });
  expect(await hosted({ run: () => undefined }).run(invocation({}))).toBeNull();
  await expect(hosted({ run: () => ({ f: () => 1 }) }).run(invocation({}))).rejects.toMatchObject({
    code: 'PLUGIN_OUTPUT_INVALID',
  });
  await expect(hosted({ run: () => new Map() }).run(invocation({}))).rejects.toMatchObject({
    code: 'PLUGIN_OUTPUT_INVALID',
  });
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await expect(hosted({ run: () => circle }).run(invocation({}))).rejects.toMatchObject({
    code: 'PLUGIN_OUTPUT_INVALID',
  });
});

test.each([
  ['an error', () => new TypeError('x is undefined'), 'x is undefined'],
  ['a text', () => 'plain text', 'threw plain text'],
  ['nothing', () => undefined, 'threw undefined'],
  [
    'an error with a throwing message',
    () =>
      Object.defineProperty({}, 'message', {
        get: () => {
          throw new Error('no');
        },
      }),
    'an error that cannot be read',
  ],
  ['something that poses as a coded error', () => ({ [Symbol.for('backplane.error')]: true }), 'threw [object Object]'],
])('%s thrown by an action gets a code and the name of the plugin, never a stack', async (_, thrown, problem) => {
  const run = async () => {
    throw thrown();
  };
  const error = await hosted({ run })
    .run(invocation({}))
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'PLUGIN_ACTION_THREW',
    message: `\`tools.acme.act\` of the plugin \`acme\` failed: ${problem}`,
  });
  expect(JSON.stringify(error)).not.toContain('plugin-action.test');
});

test('a coded error passes as it is', async () => {
  const thrown = new BackplaneError('ACME_BUSY', 'Busy.', {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    remedy: 'Wait.',
  });
  await expect(hosted({ run: () => Promise.reject(thrown) }).run(invocation({}))).rejects.toBe(thrown);
});

test('an action whose call was cancelled already does not run', async () => {
  let ran = false;
  const run = () => {
    ran = true;
  };
  await expect(hosted({ run }).run(invocation({}, { signal: AbortSignal.abort() }))).rejects.toThrow();
  expect(ran).toBe(false);
});

test('an action waits for the start of its plugin', async () => {
  const failed = new BackplaneError('PLUGIN_START_FAILED', 'No.', {
    status: 502,
    blame: 'plugin',
    retry: 'after-fix',
    remedy: '',
  });
  await expect(hosted({}, {}, () => Promise.reject(failed)).run(invocation({}))).rejects.toBe(failed);
});

test('progress goes to the log', async () => {
  const lines: unknown[] = [];
  const log = { debug() {}, info: (...line: unknown[]) => lines.push(line), warn() {}, error() {} };
  await hosted({
    run: ({ progress }: { progress(note: string, fraction?: number): void }) => progress('halfway', 0.5),
  }).run(invocation({}, { log }));
  expect(lines).toEqual([['halfway', { action: 'tools.acme.act', fraction: 0.5 }]]);
});

test('arguments as written are checked without running anything', () => {
  const source = parseYaml('args:\n  hots: x\n  port: ${{ inputs.port }}\n', 'flow.yaml');
  const action = hosted({ input: z.strictObject({ host: z.string(), port: z.int() }) });
  const problems = action.check((source.value as { args: unknown }).args, source, ['args']);
  expect(problems.map(({ code, didYouMean }) => [code, didYouMean])).toEqual([
    ['ARGUMENT_UNKNOWN', 'host'],
    ['ARGUMENT_MISSING', undefined],
  ]);
});

test('people see schemas, origin and everything else that was declared', () => {
  const { info } = hosted({
    input: z.strictObject({ host: z.string() }),
    output: z.string(),
    group: 'Acme',
    aliases: ['tools.acme.old'],
    timeoutMs: 5,
    deprecated: 'gone',
  });
  expect(info).toMatchObject({
    name: 'tools.acme.act',
    kind: 'plugin',
    group: 'Acme',
    origin: 'acme@1.0.0',
    aliases: ['tools.acme.old'],
    inputSchema: { type: 'object', properties: { host: { type: 'string' } }, additionalProperties: false },
    outputSchema: { type: 'string' },
    timeoutMs: 5,
    deprecated: 'gone',
  });
});

test('a schema that cannot be described still validates', async () => {
  const even = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) =>
        'n' in (value as object) ? { value } : { issues: [{ message: 'n is missing', path: [{ key: 'n' }] }] },
    },
  };
  const action = hosted({ input: even, run: echo.run });
  expect(action.info.inputSchema).toEqual({});
  expect(await action.run(invocation({ n: 1 }))).toEqual({ n: 1 });
  await expect(action.run(invocation({}))).rejects.toThrow('tools.acme.act needs the argument "n".');
});
