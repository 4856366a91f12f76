import { expect, test } from 'vitest';
import { functionAreas } from './function-areas.ts';
import { findFunction, functionNames } from './function-table.ts';
import { functionsPage } from './functions-page.ts';

test('there are 149 functions, each name once, each with a summary', () => {
  const all = functionAreas.flatMap(({ functions }) => functions);
  expect(all).toHaveLength(149);
  expect(new Set(functionNames()).size).toBe(149);
  expect(all.filter(({ summary }) => summary.length < 5)).toEqual([]);
});

test('a name that is not there is not found, whatever JavaScript calls it', () => {
  expect([findFunction('constructor'), findFunction('nope')]).toEqual([undefined, undefined]);
});

test('the page names every function with its parameters', () => {
  const page = functionsPage();
  for (const name of functionNames()) expect(page).toContain(`\`FN.${name}(`);
  expect(page).toContain('`FN.url_encode(value, safe?)`');
  expect(page).toContain('`FN.concat(*strings)`');
});

test("a function is found by the name that the original's source gives it, and not listed under it", () => {
  expect(findFunction('str_to_b64')).toBe(findFunction('to_base64'));
  expect(functionNames()).not.toContain('str_to_b64');
  expect(findFunction('constructor')).toBeUndefined();
});
