import { expect, test } from 'vitest';
import { compileTemplate } from './compile-template.ts';
import { formatTemplate } from './format-template.ts';

test('every expression of a text is written in canonical spelling and the text around it stays', () => {
  const text = 'Hi ${{TRIGGER.name||"you"}},  ${{ (1+2)*3 }}!';
  const formatted = formatTemplate(text);
  expect(formatted).toMatch(/^Hi \$\{\{ TRIGGER\.name \|\| .you. \}\}, {2}\$\{\{ \(1 \+ 2\) \* 3 \}\}!$/);
  expect(compileTemplate(formatted).evaluate({ TRIGGER: {} })).toBe(compileTemplate(text).evaluate({ TRIGGER: {} }));
});

test('what is formatted stays as it is when formatted again', () => {
  const once = formatTemplate("${{ 'a' if not inputs.x[0] == None else FN.join( [ 'b' ,inputs.y ],',') }}");
  expect(formatTemplate(once)).toBe(once);
});

test('a mistake is reported and nothing is written', () => {
  expect(() => formatTemplate('${{ 1 + }}')).toThrow(expect.objectContaining({ code: 'LANGUAGE_SYNTAX' }));
});
