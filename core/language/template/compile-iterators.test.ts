import { describe, expect, test } from 'vitest';
import { compileIterators } from './compile-iterators.ts';

const scope = {
  TRIGGER: { items: [{ id: 1 }, { id: 2 }, { id: 3 }], names: ['a', 'b'], map: { x: 1, y: 2 }, none: null },
};

describe('for_each', () => {
  test('one iterator gives one `var` a round', () => {
    expect(compileIterators('${{ for var.item in TRIGGER.items }}').items(scope)).toEqual([
      { item: { id: 1 } },
      { item: { id: 2 } },
      { item: { id: 3 } },
    ]);
  });

  test('several go side by side until the shortest ends', () => {
    const rounds = compileIterators([
      '${{ for var.item in TRIGGER.items }}',
      '${{ for var.name in TRIGGER.names }}',
    ]).items(scope);
    expect(rounds).toEqual([
      { item: { id: 1 }, name: 'a' },
      { item: { id: 2 }, name: 'b' },
    ]);
  });

  test('`var.a.b` nests, beside others, without writing into the data', () => {
    const rounds = compileIterators([
      '${{ for var.a in TRIGGER.items }}',
      '${{ for var.a.b in TRIGGER.names }}',
      '${{ for var.a.c in [7, 8] }}',
    ]).items(scope);
    expect(rounds).toEqual([{ a: { id: 1, b: 'a', c: 7 } }, { a: { id: 2, b: 'b', c: 8 } }]);
    expect(scope.TRIGGER.items[0]).toEqual({ id: 1 });
  });

  test('strings give their characters, maps their keys', () => {
    expect(compileIterators("${{ for var.c in 'a😀' }}").items({})).toEqual([{ c: 'a' }, { c: '😀' }]);
    expect(compileIterators('${{ for var.k in TRIGGER.map }}').items(scope)).toEqual([{ k: 'x' }, { k: 'y' }]);
  });

  test('what cannot be gone through is an error that names the variable', () => {
    expect(() => compileIterators(['${{ for var.x in TRIGGER.none }}']).items(scope)).toThrow(
      expect.objectContaining({
        code: 'LANGUAGE_NOT_ITERABLE',
        message: '`for var.x in` needs a list to go through, not a NoneType.',
        facts: expect.objectContaining({ details: expect.objectContaining({ at: [0] }) }),
      }),
    );
  });

  test.each([
    '${{ TRIGGER.items }}',
    'TRIGGER.items',
    'x ${{ for var.x in [1] }}',
    '',
  ])('%j is refused: it is no iterator', (source) => {
    expect(() => compileIterators(source)).toThrow(expect.objectContaining({ code: 'LANGUAGE_ITERATOR_EXPECTED' }));
  });

  test('an empty list is refused', () => {
    expect(() => compileIterators([])).toThrow(expect.objectContaining({ code: 'LANGUAGE_ITERATOR_EXPECTED' }));
  });

  test('what it reads is known, what it binds is no reference', () => {
    expect(compileIterators('${{ for var.x in ACTIONS.scan.result }}').references).toEqual([
      { context: 'ACTIONS', segments: ['scan', 'result'], at: [], offset: 17 },
    ]);
  });
});
