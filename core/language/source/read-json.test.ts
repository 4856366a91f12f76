import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { readJson } from './read-json.ts';

const refuse = (problem: string) => raise.HTTP_BODY_SYNTAX({ cause: problem });
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('numbers are exact', () => expect(readJson('[12345678901234567890]', refuse)).toEqual([12345678901234567890n]));

test.each([1_001, 10_000, 1_000_000])('%i levels are refused', (levels) =>
  expect(() => readJson(nested(levels), refuse)).toThrow(expect.objectContaining({ code: 'INPUT_TOO_DEEP' })));

test.each([
  ['a thousand levels', nested(1_000)],
  ['many lists side by side', `[${'[1],{"a":2},'.repeat(2_000)}0]`],
  ['brackets in a text', JSON.stringify(`\\"[{${'['.repeat(5_000)}`)],
])('%s are fine', (_what, text) => expect(JSON.stringify(readJson(text, refuse))).toBe(text));

test('what is wrong is told with its place, without the text', () =>
  expect(() => readJson('{"token": hunter2}', refuse)).toThrow("Unexpected token 'h' at line 1 column 11"));
