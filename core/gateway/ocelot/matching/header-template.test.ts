import { expect, test } from 'vitest';
import cases from '../conformance/header-templates.json' with { type: 'json' };
import { compileHeaderTemplate } from './header-template.ts';

test.each(cases)('$says', ({ template, matches, misses, caseSensitive }) => {
  const compiled = compileHeaderTemplate(template, caseSensitive ?? false);
  for (const [value, parameters] of Object.entries(matches)) expect(compiled.match(value), value).toEqual(parameters);
  for (const value of misses) expect(compiled.match(value), value).toBeUndefined();
});

test('the text is an expression, and no value makes it slow', () => {
  const compiled = compileHeaderTemplate('(a+)+{header:x}{header:y}!', false);
  const started = performance.now();
  expect(compiled.match('a'.repeat(8_000))).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(compileHeaderTemplate('v[0-9]{2}', false).match('v12')).toEqual({});
});
