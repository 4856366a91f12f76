import { float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { pythonRepr } from '../values/render.ts';
import { call, withCode } from './call-function.fixture.ts';

test('JSON is compact, keeps floats and big integers, and reads back the same', () => {
  const text = '{"a":1.0,"b":12345678901234567890,"c":[null,true]}';
  expect(call('serialize_json', call('deserialize_json', text))).toBe(text);
  expect(call('serialize', { at: new Temporal.PlainDate(2024, 1, 2) })).toBe('{"at":"2024-01-02"}');
});

test('broken JSON is an error with a place but without the text', () => {
  expect(() => call('deserialize_json', '{"password": hunter2}')).toThrow(
    withCode('LANGUAGE_FUNCTION_FAILED') as never,
  );
  expect(() => call('deserialize_json', '{"password": hunter2}')).not.toThrow(/hunter2/);
  expect([call('is_json', '{}'), call('is_json', '{'), call('is_json', 5)]).toEqual([true, false, false]);
});

test('JSON nested too deep is refused, and counts as none', () => {
  const text = `${'['.repeat(10_000)}1.0${']'.repeat(10_000)}`;
  expect(() => call('deserialize_json', text)).toThrow(withCode('INPUT_TOO_DEEP') as never);
  expect(call('is_json', text)).toBe(false);
});

test('NDJSON skips blank lines', () => {
  expect(call('deserialize_ndjson', '1\n\n2\r\n')).toEqual([1, 2]);
});

test('YAML has sorted keys and quotes what would be misread', () => {
  expect(call('serialize_yaml', { b: [1, { c: null }], a: 'yes', f: float(1) })).toBe(
    "a: 'yes'\nb:\n- 1\n- c: null\nf: 1.0\n",
  );
});

test('YAML is read as PyYAML does', () => {
  const value = call(
    'deserialize_yaml',
    'on_call: yes\ny: n\nday: 2024-01-02\nat: 2024-01-02 03:04:05\nmode: 0o7\nratio: 1.0\n',
  );
  expect(pythonRepr(value)).toBe(
    "{'on_call': True, 'y': 'n', 'day': datetime.date(2024, 1, 2), 'at': datetime.datetime(2024, 1, 2, 3, 4, 5), 'mode': '0o7', 'ratio': 1.0}",
  );
  expect(() => call('deserialize_yaml', 'a: [')).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
});

test('a YAML bomb is refused', () => {
  const bomb = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 20 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]`),
  ].join('\n');
  expect(() => call('deserialize_yaml', bomb)).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
});

test('CSV rows become maps; quotes, short rows and surplus cells are handled as Python handles them', () => {
  expect(call('parse_csv', 'a,b\r\n"x, ""y""",2\n3\n4,5,6\n')).toEqual([
    { a: 'x, "y"', b: '2' },
    { a: '3', b: null },
    { a: '4', b: '5', None: ['6'] },
  ]);
  expect(call('parse_csv', 'a,b\n1,"open')).toEqual([{ a: '1', b: 'open' }]);
});

test('tables escape what would break out of a cell', () => {
  const rows = [{ b: 'x|y', a: null }, { c: '<i>"&\n' }];
  expect(call('tabulate', rows, 'markdown')).toBe('|a|b|c|\n|-|-|-|\n|None|x\\|y||\n|||<i>"&<br>|');
  expect(call('tabulate', rows, 'html')).toContain('<td>&lt;i&gt;&quot;&amp;\n</td>');
  expect(call('tabulate', rows, 'csv')).toBe('a,b,c\r\n,x|y,\r\n,,"<i>""&\n"\r\n');
  expect(call('tabulate', [{ '1 a': 1 }], 'xml')).toContain('<_1_a>1</_1_a>');
  expect(() => call('tabulate', rows, 'pdf')).toThrow(withCode('LANGUAGE_ARGUMENT') as never);
});

test('Markdown lists, numbered lists and tasks', () => {
  expect(call('to_markdown_list', ['a', 1])).toBe('- a\n- 1');
  expect(call('to_markdown_list', ['a', 'b'], true)).toBe('1. a\n2. b');
  expect(call('to_markdown_tasks', ['a'])).toBe('- [ ] a');
});

test('Base64 that is broken, or no text, is an error; URL tokens may lack padding', () => {
  expect(call('from_base64url', 'SGk')).toBe('Hi');
  for (const text of ['SGk', 'abcde', '/w=='])
    expect(() => call('from_base64', text)).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
});
