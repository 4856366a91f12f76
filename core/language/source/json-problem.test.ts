import { expect, test } from 'vitest';
import { jsonProblem } from './json-problem.ts';

test.each([
  ['nope', "Unexpected token 'o' at line 1 column 2"],
  ['{"token": hunter2}', "Unexpected token 'h' at line 1 column 11"],
  [
    `{"a": "${'x'.repeat(5_000)}",\n "token": hunter2, "b": [${'1,'.repeat(5_000)}2]}`,
    "Unexpected token 'h' at line 2 column 11",
  ],
  ['\n  €', "Unexpected token '€' at line 2 column 3"],
  ['{"token": "hunter2', 'Unterminated string in JSON at position 18 (line 1 column 19)'],
  ['{hunter2: 1}', "Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
  ['[1', "Expected ',' or ']' after array element in JSON at position 2 (line 1 column 3)"],
  ['', 'Unexpected end of JSON input'],
  [`["${'x'.repeat(200_000)}", hunter2]`, "Unexpected token 'h'"],
])('%.40s', (text, problem) => {
  expect(jsonProblem(text)).toBe(problem);
  expect(jsonProblem(text)).not.toContain('hunter');
});
