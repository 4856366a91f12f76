import { expect, test } from 'vitest';
import { formatProblem } from './format-problem.ts';

test('a problem reads as place, severity, code, message, expectation, hint and remedy', () => {
  const text = formatProblem({
    code: 'TEMPLATE_KEY_UNKNOWN',
    severity: 'error',
    message: 'The key "agrs" is not known.',
    position: { file: 'a/b.yaml', line: 3, column: 5 },
    expected: 'a known key',
    didYouMean: 'args',
    remedy: 'Rename it.',
  });
  expect(text).toBe(
    'a/b.yaml:3:5  error TEMPLATE_KEY_UNKNOWN  The key "agrs" is not known. Expected a known key. (did you mean "args"?)\n    Rename it.',
  );
});
