import { Float } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { TimeDelta } from '../values/time-delta.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';
import { findFunction, functionNames } from './function-table.ts';
import { functionType, type ValueKind } from './function-types.ts';

/** Values of every kind, and of text those that some function can read. */
const SAMPLES: readonly Value[] = [
  null,
  true,
  false,
  0,
  1,
  7,
  2_000,
  12345678901234567890n,
  new Float(2),
  1.5,
  '',
  'ab',
  '12:30',
  '2024-02-03T04:05:06Z',
  '10.0.0.0/8',
  '10.1.2.3',
  '2001:db8::',
  'UTC',
  's',
  '%Y',
  '2024',
  '{"a": 1}',
  'YWI=',
  'a@example.org',
  'full',
  'csv',
  [],
  ['a', 'b'],
  [{ a: 1 }],
  [[1], [2]],
  { a: 'b' },
  {},
  Temporal.PlainDateTime.from('2026-01-03T03:04:05'),
  Temporal.ZonedDateTime.from('2026-01-02T03:04:05+00:00[UTC]'),
  Temporal.PlainDate.from('2026-01-02'),
  Temporal.PlainTime.from('03:04:05'),
  new TimeDelta(60_000_000),
];

function kindOf(value: Value): ValueKind {
  const name = pythonTypeName(value);
  return name === 'NoneType' ? 'null' : name === 'timedelta' ? 'duration' : (name as ValueKind);
}

/** Every choice of arguments; beyond the second place only some, so that it ends. */
function* choices(count: number): Generator<readonly Value[]> {
  if (count === 0) {
    yield [];
    return;
  }
  const last = count > 2 ? SAMPLES.filter((_, index) => index % 5 === 0 || index === 4) : SAMPLES;
  for (const before of choices(count - 1)) for (const value of last) yield [...before, value];
}

describe('what is declared of functions', () => {
  const known = functionNames().filter((name) => functionType(name) !== undefined);

  test.each(known)('FN.%s takes nothing else, and gives nothing else', (name) => {
    const target = findFunction(name)!;
    const type = functionType(name)!;
    let calls = 0;
    const most = Math.min(target.maxArguments, Math.max(3, target.minArguments));
    for (let count = target.minArguments; count <= most; count++) {
      for (const args of choices(count)) {
        let result: Value;
        try {
          result = target.call(args, {});
        } catch {
          continue;
        }
        calls++;
        for (const [at, arg] of args.entries()) {
          const wanted = at < type.parameters.length ? type.parameters[at] : type.rest;
          if (wanted !== undefined && !wanted.has(kindOf(arg))) expect.fail(`${name} took ${JSON.stringify(args)}`);
        }
        if (type.result !== undefined) expect(type.result).toContain(kindOf(result));
        if (type.items !== undefined && Array.isArray(result)) {
          for (const item of result) expect(kindOf(item)).toBe(type.items);
        }
      }
    }
    expect(calls).toBeGreaterThan(0);
  });

  test('only functions whose result depends on what they are given are not declared', () => {
    const unknown = functionNames().filter((name) => functionType(name) === undefined);
    expect(unknown).toEqual(['add', 'and', 'div', 'get_interaction', 'max', 'min', 'mod', 'mul', 'or', 'pow', 'sub']);
  });

  test('a second name has the type of the first', () => {
    expect(functionType('dict_keys')).toBe(functionType('to_keys'));
  });
});
