import { describe, expect, test } from 'vitest';
import { evaluatePath } from './evaluate-path.ts';

const users = [
  { name: 'Ann', age: 30, active: true, tags: ['a'] },
  { name: 'Bob', age: 40, active: false, tags: [] },
  { name: 'Cid', age: '41', active: true, mail: 'cid@example.com' },
];
const data = {
  users,
  nested: { name: 'top', users: { one: { name: 'Dan' } } },
  none: null,
  text: 'hello,world',
  list: [5, 3, 9],
};

test.each<[string, unknown]>([
  ['$.nested.name', 'top'],
  ['nested.name', 'top'],
  ["$['nested']['name']", 'top'],
  ['$.users[0].name', 'Ann'],
  ['$.users[-1].name', 'Cid'],
  ['$.users[9].name', null],
  ['$.users[-9]', null],
  ['$.none', null],
  ['$.none.deeper', null],
  ['$.missing', null],
  ['$.text[0]', 'h'],
  ['$.nested[0]', null],
  ['$.list[0,2]', [5, 9]],
  ['$.list[1:]', [3, 9]],
  ['$.list[:-1]', [5, 3]],
  ['$.list[::-1]', [9, 3, 5]],
  ['$.list[1:2]', 3],
  ['$.list.`len`', 3],
  ['$.list.`sorted`', [3, 5, 9]],
  ['$.nested.`keys`', ['name', 'users']],
  ['$.nested.*', ['top', { one: { name: 'Dan' } }]],
  ["$.nested['name','users']", ['top', { one: { name: 'Dan' } }]],
  ['$.text.`split(",", 1, -1)`', 'world'],
  ['$.text.`sub(/(l+)o/, <\\\\1>)`', 'he<ll>,world'],
  ['$.users[0].age.`str()`', '30'],
  ['$.users[0].name.`parent`.age', 30],
  ['$.list[0] + $.list[1]', 8],
  ['$.text + 1', null],
  ['$..name', ['Ann', 'Bob', 'Cid', 'top', 'Dan']],
  ['$.users[?age >= 30].name', ['Ann', 'Bob', 'Cid']],
  ['$.users[?active == true & age < 40].name', 'Ann'],
  ['$.users[?(@.name =~ "^[AB]")].age', [30, 40]],
  ['$.users[?mail].name', 'Cid'],
  ['$.users[\\name].name', null],
  ['$.users[\\name][0].name', 'Cid'],
  ['$.users.(name|age)', null],
  ['$.nested.(name|users)', ['top', { one: { name: 'Dan' } }]],
  ['$.nested.users[?name == "Dan"].name', 'Dan'],
])('%s', (path, expected) => {
  expect(evaluatePath(path, data)).toEqual(expected);
});

describe('when a path gives a list', () => {
  test('`[*]` always does, with one match and with none', () => {
    expect(evaluatePath('$.nested[*].name', data)).toEqual(['top']);
    expect(evaluatePath('$.none[*]', data)).toEqual([]);
  });

  test('a filter in parentheses always does; one without gives a lone match as it is, and null for none', () => {
    expect(evaluatePath('$.users[?(@.name == "Bob")].age', data)).toEqual([40]);
    expect(evaluatePath('$.users[?name == "Bob"].age', data)).toBe(40);
    expect(evaluatePath('$.users[?(@.name == "Eve")]', data)).toEqual([]);
    expect(evaluatePath('$.users[?name == "Eve"]', data)).toBeNull();
  });
});

test.each([
  ['$.', 'ends too early'],
  ['$.a[', 'ends too early'],
  ["$.a['b]", 'never closed'],
  ['$.a[?@.b == @.c]', 'expected a string'],
  ['$.a.`nope`', 'no operator `nope`'],
  ['$.a[1:2:0]', 'may not be 0'],
  ['$.a & $.b', 'unexpected `&`'],
  ['a b', 'unexpected `b`'],
  ['', 'ends too early'],
])('%s is refused: %s', (path, problem) => {
  expect(() => evaluatePath(path, data)).toThrow(
    expect.objectContaining({ code: 'LANGUAGE_PATH_SYNTAX', message: expect.stringContaining(problem) }),
  );
});

describe('hostile paths and values', () => {
  test.each(['$.__proto__', '$.constructor.name', "$['prototype']"])('%s is refused', (path) => {
    expect(() => evaluatePath(path, data)).toThrow(expect.objectContaining({ code: 'LANGUAGE_FORBIDDEN_NAME' }));
  });

  test('nothing inherited and no member of a class can be read', () => {
    expect(evaluatePath('$.toString', {})).toBeNull();
    expect(evaluatePath('$.length', [1])).toBeNull();
    expect(evaluatePath('$.size', new Map())).toBeNull();
    expect(evaluatePath('$..secret', Object.create({ secret: 1 }))).toBeNull();
  });

  test('a bottomless value and an endless search end with an error', () => {
    const bottomless: Record<string, unknown> = {};
    bottomless['a'] = bottomless;
    expect(() => evaluatePath('$..a', bottomless)).toThrow(expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }));
    const wide = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => [1]));
    expect(() => evaluatePath('$..*..*..*..*', { wide: { wide } })).not.toThrow();
    expect(() => evaluatePath('$[*]..[*]..[*]..[*]', wide)).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_STEPS' }),
    );
  });

  test('a pattern that backtracks elsewhere is matched in linear time', () => {
    const text = `${'a'.repeat(50_000)}!`;
    expect(evaluatePath('$.items[?(@.text =~ "^(a+)+$")]', { items: [{ text }] })).toEqual([]);
  });

  test('parentheses a thousand deep are refused', () => {
    expect(() => evaluatePath(`${'('.repeat(2_000)}a${')'.repeat(2_000)}`, {})).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }),
    );
    expect(() => evaluatePath('a'.repeat(20_000), {})).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_SOURCE' }),
    );
  });
});
