import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

test('a string is evaluated and printed as JSON', async () => {
  const [text, number, object] = await Promise.all([
    backplane(['eval', '${{ FN.uppercase("hello") }} ${{ 4 / 2 }}']),
    backplane(['eval', '${{ 4 / 2 }}']),
    backplane(['eval', '{"big": 12345678901234567890, "when": "${{ FN.to_datetime(\'2026-01-02T03:04:05Z\') }}"}']),
  ]);
  expect(text).toMatchObject({ code: 0, stdout: '"HELLO 2.0"\n', stderr: '' });
  expect(number.stdout).toBe('2.0\n');
  expect(object.stdout).toBe('{\n  "big": 12345678901234567890,\n  "when": "2026-01-02T03:04:05+00:00"\n}\n');
});

test('contexts come from a file; a missing path warns, and is an error with --strict', async () => {
  using folder = folderWith({ 'context.json': '\uFEFF{"TRIGGER": {"user": {"name": "Ada"}}}' });
  const context = ['--context', `@${folder.path('context.json')}`];
  const [found, missing, strict] = await Promise.all([
    backplane(['eval', '${{ TRIGGER.user.name }}', ...context]),
    backplane(['eval', '${{ TRIGGER.user.nane }}', ...context]),
    backplane(['eval', '${{ TRIGGER.user.nane }}', '--strict', ...context]),
  ]);
  expect(found).toMatchObject({ code: 0, stdout: '"Ada"\n', stderr: '' });
  expect(missing).toMatchObject({ code: 0, stdout: 'null\n' });
  expect(missing.stderr).toMatch(/^warning LANGUAGE_PATH_MISSING: .*nane/);
  expect(strict).toMatchObject({ code: 1, stdout: '' });
  expect(strict.stderr).toMatch(/^error LANGUAGE_PATH_MISSING: .*nane/);
});

test('a mistake in the template ends with 2 and its position, one while evaluating with 1', async () => {
  const [syntax, unknown, division] = await Promise.all([
    backplane(['eval', 'a ${{ 1 + }}']),
    backplane(['eval', '${{ FN.uppercas("a") }}']),
    backplane(['eval', '${{ 1 / 0 }}']),
  ]);
  expect(syntax).toMatchObject({ code: 2, stdout: '' });
  expect(syntax.stderr).toMatch(/^error LANGUAGE_SYNTAX: .*at character \d+ of ` 1 \+ `/);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('Did you mean `FN.uppercase`?');
  expect(division.code).toBe(1);
  expect(division.stderr).toMatch(/^error LANGUAGE_DIVISION_BY_ZERO: /);
});

test.each([
  ['nothing to evaluate', ['eval'], 'a template'],
  ['a template and --batch', ['eval', '1', '--batch'], 'not both'],
  ['a context that is no object', ['eval', '1', '--context', '[1]'], 'expected a JSON object, not a list'],
  ['a context that is not JSON', ['eval', '1', '--context', '{1}'], 'not valid JSON'],
  ['a context file that is missing', ['eval', '1', '--context', '@/no/such/file'], 'there is no such file'],
  ['a folder as context file', ['eval', '1', '--context', '@/'], 'it is a folder'],
])('%s is wrong usage', async (_name, args, message) => {
  const { code, stdout, stderr } = await backplane(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('a batch answers every line in order, also those that cannot be read', async () => {
  const lines = [
    '{"id": 1, "template": "${{ TRIGGER.n + 1 }}", "context": {"TRIGGER": {"n": 99999999999999999999}}}',
    'not json',
    '',
    '[]',
    '{"id": "no template"}',
    '{"id": "list", "template": "x", "context": []}',
    '{"id": {"any": "id"}, "template": {"at": "${{ FN.to_datetime(\'2026-01-02\') }}", "f": "${{ 6 / 3 }}"}}',
    '{"id": "strict", "template": "${{ TRIGGER.a.b }}", "context": {"TRIGGER": {}}, "strict": true}',
    '{"id": "loose", "template": "${{ TRIGGER.a.b }}", "context": {"TRIGGER": {}}}',
    '{"id": "\u2028", "template": "\u2028"}',
    '{"id": "last", "template": null}',
  ];
  const { code, stdout, stderr } = await backplane(['eval', '--batch'], lines.join('\r\n'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answers = stdout.trimEnd().split('\n');
  expect(answers[0]).toBe('{"id":1,"value":100000000000000000000}');
  expect(answers[5]).toBe('{"id":{"any":"id"},"value":{"at":"2026-01-02T00:00:00","f":2.0}}');
  const parsed = answers.map((line) => JSON.parse(line));
  expect(parsed.map(({ id, error }) => [id, error?.code ?? 'fine'])).toEqual([
    [1, 'fine'],
    [null, 'USAGE'],
    [null, 'USAGE'],
    ['no template', 'USAGE'],
    ['list', 'USAGE'],
    [{ any: 'id' }, 'fine'],
    ['strict', 'LANGUAGE_PATH_MISSING'],
    ['loose', 'fine'],
    ['\u2028', 'fine'],
    ['last', 'fine'],
  ]);
  expect(parsed[8].value).toBe('\u2028');
  expect(parsed[1].error.message).toContain('not valid JSON');
});

test('a batch takes many lines and long ones', async () => {
  const long = 'x'.repeat(5_000_000);
  const line = (id: number) =>
    JSON.stringify({ id, template: '${{ FN.length(TRIGGER) }}', context: { TRIGGER: id === 500 ? long : 'x' } });
  const { stdout } = await backplane(
    ['eval', '--batch'],
    Array.from({ length: 3_000 }, (_, id) => line(id)).join('\n'),
  );
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 3_000 }, (_, id) => id));
  expect(answers[500].value).toBe(5_000_000);
});
