import { expect, test } from 'vitest';
import { createConsole } from './console.ts';
import { describeError } from './describe-error.ts';
import { formatArguments, formatValue } from './format-value.ts';

test('values are shown readable and bounded', () => {
  const cycle: Record<string, unknown> = { a: 1 };
  cycle['self'] = cycle;
  expect(formatValue(cycle)).toBe('{ a: 1, self: [circular] }');
  expect(formatValue([1, 'x', null, undefined, 2n, -0, () => 1])).toBe(
    '[1, "x", null, undefined, 2n, -0, [function anonymous]]',
  );
  expect(formatValue(new Map([['a', new Set([1])]]))).toBe('Map { "a" => Set { 1 } }');
  expect(formatValue({ a: { b: { c: { d: {} } } } })).toBe('{ a: { b: { c: { d: [object] } } } }');
  expect(formatValue(Array(200).fill(0))).toContain('… 100 more');
  expect(
    formatValue({
      get bad() {
        throw new Error('no');
      },
    }),
  ).toBe('[cannot be shown]');
  expect(formatValue([])).toBe('[]');
});

test('format signs take their arguments, the rest follows', () => {
  expect(formatArguments(['%s has %d of %j%%', 'a', '3', { b: 1 }, 'end'])).toBe('a has 3 of { b: 1 }% end');
  expect(formatArguments(['%s and %s', 'one'])).toBe('one and %s');
  expect(formatArguments(['50%'])).toBe('50%');
});

test('lines beyond the caps are counted and not kept', () => {
  const lines: string[] = [];
  const { console, dropped } = createConsole((level, text) => lines.push(`${level} ${text}`), {
    lines: 2,
    characters: 100,
  });
  for (const text of ['a', 'b', 'c']) console['warn']!(text);
  expect(lines).toEqual(['warn a', 'warn b']);
  expect(dropped()).toBe(1);
});

test('count and assert behave as on the web', () => {
  const lines: string[] = [];
  const { console } = createConsole((level, text) => lines.push(`${level} ${text}`), { lines: 9, characters: 100 });
  console['count']!();
  console['count']!();
  console['assert']!(true, 'unseen');
  console['assert']!(false, 'seen');
  expect(lines).toEqual(['info default: 1', 'info default: 2', 'error Assertion failed seen']);
});

test('whatever is thrown can be described', () => {
  expect(describeError('text')).toEqual({ message: 'threw text' });
  expect(describeError({})).toEqual({ message: 'threw an object that is not an Error' });
  expect(describeError(new TypeError('bad')).message).toBe('TypeError: bad');
  expect(
    describeError(
      Object.create(null, {
        message: {
          get() {
            throw 1;
          },
        },
      }),
    ).message,
  ).toBe('threw a value that cannot be described');
});
