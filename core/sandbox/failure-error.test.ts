import { expect, test } from 'vitest';
import { failureError } from './failure-error.ts';
import { DEFAULT_LIMITS } from './script-limits.ts';

const circumstances = { file: 'script.js', limits: DEFAULT_LIMITS, console: [] };

test('a failure in the script names its place, in the text and as position', () => {
  const error = failureError({ kind: 'script', message: 'TypeError: no', line: 3, column: 9 }, circumstances);
  expect(error.message).toBe('The script failed at script.js:3:9: TypeError: no');
  expect(error.facts.position).toEqual({ file: 'script.js', line: 3, column: 9 });
});

test('what was printed is kept, the last lines of it', () => {
  const console = Array.from({ length: 80 }, (_, n) => ({ level: 'info', text: String(n) }));
  const { facts } = failureError({ kind: 'wall' }, { ...circumstances, console });
  expect((facts.details as { console: unknown[] }).console).toHaveLength(50);
});
