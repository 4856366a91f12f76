import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearPattern } from './linear-pattern.ts';
import { templatePattern, valuesPattern } from './template-pattern.ts';

const piece = fc.constantFrom('/', 'a', 'b', '-', '.', '{x}', '{y}', '{z}', '?', '=', '/a/', '/{w}');
const templates = fc
  .array(piece, { maxLength: 6 })
  .map((pieces) => `/${pieces.join('')}`)
  // A quantifier of a quantifier is no expression, for Ocelot either.
  .filter((template) => !template.includes('??'));
const paths = fc
  .array(fc.constantFrom('/', 'a', 'b', '-', '.', '?', '=', '&', 'A', '|'), { maxLength: 9 })
  .map((pieces) => `/${pieces.join('')}`);

test('both engines find the same in every path', () => {
  fc.assert(
    fc.property(templates, paths, (template, path) => {
      for (const source of [templatePattern(template).source, valuesPattern(template)]) {
        const [fast, linear] = [true, false].map((isSimple) => linearPattern(source, { ignoreCase: true, isSimple }));
        expect(linear!.matches(path)).toBe(fast!.matches(path));
        expect(linear!.groups(path)).toEqual(fast!.groups(path));
      }
    }),
    { numRuns: 500 },
  );
});
