import { BackplaneError, Float } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeDelta } from '../values/time-delta.ts';
import { coerce, type TypeIssue, tryCoerce } from './coerce.ts';
import { coercionTable, REFUSED } from './coercion-table.fixture.ts';
import { parseType } from './parse-type.ts';

const as = (type: string, value: unknown) => coerce(parseType(type), value, 'value');
const outcome = (type: string, value: unknown) => {
  const result = tryCoerce(parseType(type), value, 'value');
  return result.ok ? result.value : REFUSED;
};
const issues = (type: string, value: unknown): readonly TypeIssue[] => {
  const result = tryCoerce(parseType(type), value, 'value');
  return result.ok ? [] : result.issues;
};
const f = (value: number) => new Float(value);
const day = 86_400_000_000;

describe.each(coercionTable)('%s', (type, rows) => {
  test.each(rows.map(([given, expected]) => ({ given, expected })))('$given', ({ given, expected }) => {
    expect(outcome(type, given)).toEqual(expected);
  });
});

test('dates and durations inside `any` come out as JSON has them', () => {
  const given = {
    span: new TimeDelta(day),
    date: Temporal.PlainDate.from('2020-01-01'),
    time: Temporal.PlainTime.from('01:02:03'),
    list: [Temporal.PlainDateTime.from('2020-01-01T00:00')],
    number: f(2),
  };
  expect(as('any', given)).toEqual({
    span: 'P1D',
    date: '2020-01-01',
    time: '01:02:03',
    list: ['2020-01-01T00:00:00'],
    number: f(2),
  });
});

test('all problems of one value are reported at once, each with its path', () => {
  expect(issues('list[dict[str, int]]', [{ a: 1 }, { a: 'x', 'b c': 7.5 }, 3])).toEqual([
    { path: 'value[1].a', at: [1, 'a'], expected: 'int', got: 'a str of 1 character' },
    { path: 'value[1]["b c"]', at: [1, 'b c'], expected: 'int', got: '7.5' },
    { path: 'value[2]', at: [2], expected: 'dict[str, int]', got: '3' },
  ]);
});

test('a union says what is wrong inside the one member that has the right shape', () => {
  expect(issues('list[int] | None', [1, 'x']).map((issue) => issue.path)).toEqual(['value[1]']);
  expect(issues('list[int] | list[bool]', [1, 'x'])).toMatchObject([
    { path: 'value', expected: 'list[int] | list[bool]' },
  ]);
});

test('a wrong value of an enum gets the nearest one as a hint', () => {
  expect(issues('enum["critical", "warning"] | None', 'Critcal')).toMatchObject([{ didYouMean: '"critical"' }]);
});

test('the error has a code, every problem, and never the text of a value, which may be secret', () => {
  try {
    as('list[int]', ['hunter2', 'swordfish']);
    expect.unreachable();
  } catch (error) {
    if (!BackplaneError.is(error)) throw error;
    expect(error.code).toBe('INPUT_INVALID');
    expect(JSON.stringify(error)).not.toMatch(/hunter2|swordfish/);
    expect(error.message).toContain('value[0]');
    expect(error.message).toContain('value[1]');
  }
});

test('keys that reach into objects elsewhere are plain data here', () => {
  const given = JSON.parse('{"__proto__": {"polluted": "1"}, "constructor": "2"}');
  const made = as('dict[str, any]', given) as Record<string, unknown>;
  expect(Object.keys(made)).toEqual(['__proto__', 'constructor']);
  expect((made as { polluted?: unknown }).polluted).toBeUndefined();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('data nested without end is refused, not followed', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(() => as('any', circle)).toThrow(/1000 levels/);
});

const data = fc.jsonValue({ maxDepth: 3 });
const someType = fc.constantFrom(...coercionTable.map(([type]) => type));

test('what was coerced once coerces to itself again', () => {
  fc.assert(
    fc.property(someType, data, (type, value) => {
      const once = outcome(type, value);
      if (once !== REFUSED && !type.includes('|')) expect(outcome(type, once)).toEqual(once);
    }),
    { numRuns: 500 },
  );
});

test('adding None to a type lets null through and changes nothing else', () => {
  fc.assert(
    fc.property(someType, data, (type, value) => {
      if (value === null) expect(outcome(`${type} | None`, value)).toBeNull();
      else expect(outcome(`${type} | None`, value)).toEqual(outcome(type, value));
    }),
    { numRuns: 500 },
  );
});

test('an int written as text reads as that int, at any size', () => {
  fc.assert(
    fc.property(fc.bigInt(), (value) => {
      expect(BigInt(as('int', String(value)) as number)).toBe(value);
    }),
  );
});

test('a duration comes out as text that reads as the same duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 1e15 }), (micro) => {
      const text = as('duration', new TimeDelta(micro));
      expect(as('duration', text)).toBe(text);
    }),
  );
});

test('a moment given in seconds comes out as text that reads as the same moment', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2e10, max: 2e10 }), (seconds) => {
      const text = as('datetime', seconds) as string;
      expect(Temporal.Instant.from(text).epochMilliseconds).toBe(seconds * 1000);
      expect(as('datetime', text)).toBe(text);
    }),
  );
});
