import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expression } from './expression-node.ts';
import { formatExpression } from './format-expression.ts';
import { parseExpression } from './parse-expression.ts';

/** A tree without its offsets, which formatting changes. */
const bare = (node: unknown): unknown =>
  JSON.parse(
    JSON.stringify(node, (key, value) =>
      key === 'start' || key === 'end' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ),
  );

const shape = (source: string) => formatExpression(parseExpression(source));

describe('what binds tighter', () => {
  test.each([
    ['1 + 2 * 3 - 4', '1 + 2 * 3 - 4'],
    ['(1 + 2) * 3', '(1 + 2) * 3'],
    ['1 - (2 - 3)', '1 - (2 - 3)'],
    ['((1)) + (2 * 3)', '1 + 2 * 3'],
    ['not 1 == 2', 'not 1 == 2'],
    ['(not 1) == 2', '(not 1) == 2'],
    ['1 || 2 && not 3', '1 || 2 && not 3'],
    ['(1 || 2) && 3', '(1 || 2) && 3'],
    ['1 == 2 in 3', '1 == 2 in 3'],
    ['(1 == 2) in 3', '(1 == 2) in 3'],
    ['1 in 2 is not 3', '1 in 2 is not 3'],
    ['-1[0]', '-1[0]'],
    ['(-1)[0]', '(-1)[0]'],
    ['1 if 2 else 3 if 4 else 5', '1 if 2 else 3 if 4 else 5'],
    ['(1 if 2 else 3) if 4 else 5', '(1 if 2 else 3) if 4 else 5'],
    ['1 + 2 -> str', '1 + 2 -> str'],
    ['true || null', 'True || None'],
    ['1e3 + 1E-2', '1000.0 + 0.01'],
    ["inputs.'a-b'.in[0].['x y']", "inputs['a-b'].in[0]['x y']"],
    ['(inputs.a)[0]', '(inputs.a)[0]'],
    ['FN.f . map'.replaceAll(' ', '').concat('( [1], { "a" : {} } )'), "FN.f.map([1], {'a': {}})"],
    ['for  var.a.b  in  [1]', 'for var.a.b in [1]'],
  ])('%s is read as %s', (source, expected) => {
    expect(shape(source)).toBe(expected);
  });
});

test('every node knows where it stands', () => {
  const source = "  FN.join(inputs.a, ',') || 'x'";
  const root = parseExpression(source) as Extract<Expression, { kind: 'logical' }>;
  expect(source.slice(root.start, root.end)).toBe("FN.join(inputs.a, ',') || 'x'");
  expect(source.slice(root.left.start, root.left.end)).toBe("FN.join(inputs.a, ',')");
  expect(source.slice(root.right.start, root.right.end)).toBe("'x'");
});

test('strings keep their backslashes, and integers all their digits', () => {
  expect(parseExpression(String.raw`'a\n\'b'`)).toMatchObject({ value: String.raw`a\n\'b` });
  expect(parseExpression('133497684000000000')).toMatchObject({ value: 133497684000000000n });
});

describe('mistakes are named with their place', () => {
  test.each<[string, string, number]>([
    ['', 'The expression is empty', 0],
    ['inputs.a +', 'ends where a value was expected', 10],
    ['inputs.a = 1', 'write `==`', 9],
    ['inputs.a and 1', 'Unexpected `and`', 9],
    ['a || b', '`a` is neither a context nor a quoted string', 0],
    ['input.name', '`input` is neither a context nor a quoted string; did you mean `inputs`?', 0],
    ['url_encode(inputs.a)', 'write `FN.url_encode(…)`', 0],
    ['FN.', '`FN` needs the name of a function', 0],
    ["'abc", 'never closed', 0],
    ['inputs.a[0', 'never closed', 8],
    ['inputs.', 'must follow the dot', 7],
    ['ACTIONS', '`ACTIONS` needs a path', 0],
    ["SECRETS.a['b']['c'][0]", 'plain names', 0],
    ['[1, 2,]', 'expected a value', 6],
    ['{a: 1}', 'expected a quoted key', 1],
    ['1 == not 2', '`not` binds looser', 5],
    ['ACTIONS.a.b -> str -> int', 'Only one `->`', 19],
    ['1 -> list', 'int, float, str or bool', 5],
    ['for x in [1]', 'for var.name in', 4],
    ['[for var.x in 1]', 'a loop stands alone', 1],
    ['.5', 'A dot can only follow', 0],
    ['5.', 'A dot can only follow', 1],
    ['(1', 'expected', 2],
    ['1)', 'Unexpected `)`', 1],
    ['FN.f(1)[*]', 'expected a value', 8],
    ['FN.f(1).x', 'A dot can only follow', 7],
    ['inputs.a[?(@.b ==)]', 'The path is not valid', 17],
  ])('%j: %s', (source, problem, offset) => {
    expect(() => parseExpression(source)).toThrow(
      expect.objectContaining({
        code: 'LANGUAGE_SYNTAX',
        message: expect.stringContaining(problem),
        facts: expect.objectContaining({ details: expect.objectContaining({ offset }) }),
      }),
    );
  });
});

describe('hostile texts', () => {
  test.each([
    ['(', ')'],
    ['[', ']'],
    ['-', ''],
    ['not ', ''],
    ['1 if 1 else ', ''],
    ['FN.f(', ')'],
  ])('%s repeated without end is refused before the stack overflows', (open, close) => {
    const source = `${open.repeat(4_000)}1${close.repeat(4_000)}`;
    expect(() => parseExpression(source)).toThrow(expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }));
  });

  test('a chain of thousands of operators is refused, one of hundreds is fine', () => {
    expect(() => parseExpression(Array(5_000).fill('1').join('+'))).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }),
    );
    expect(() => parseExpression(Array(500).fill('1').join('+'))).not.toThrow();
  });

  test('an expression longer than a book page or two is refused', () => {
    expect(() => parseExpression(`'${'x'.repeat(60_000)}'`)).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_SOURCE' }),
    );
  });

  test.each([
    'inputs.__proto__',
    'inputs.a.constructor',
    "TRIGGER['prototype']",
    "{'__proto__': 1}",
    'for var.__proto__ in [1]',
  ])('%s is refused', (source) => {
    expect(() => parseExpression(source)).toThrow(expect.objectContaining({ code: 'LANGUAGE_FORBIDDEN_NAME' }));
  });

  test('any text is either parsed or refused with a code', () => {
    const pieces = fc.constantFrom(
      'inputs.a',
      '||',
      '&&',
      'not',
      'in',
      'is',
      "'s'",
      '1',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ':',
      ',',
      'FN.f(',
      '.',
      '?',
      '}}',
      '-',
      '->',
      'if',
      'else',
      'for var.x in',
      ' ',
      '`',
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          parseExpression(parts.join(' '));
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^LANGUAGE_/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('format', () => {
  const name = fc.constantFrom('a', 'b_1', 'in', 'strange name', "it's", 'a-b', '0');
  const leaf = fc.oneof(
    fc
      .oneof(fc.nat(), fc.constantFrom(0.5, 1e-7, null, true, false, '', 'x', "a'b", 'a"b', '}}', 'a\\nb'))
      .map((value) => ({ kind: 'literal' as const, value })),
    fc.record({
      kind: fc.constant('path' as const),
      context: fc.constantFrom('inputs', 'ACTIONS', 'TRIGGER'),
      segments: fc.array(fc.oneof(name, fc.integer({ min: -3, max: 9 })), { minLength: 1, maxLength: 4 }),
    }),
    fc
      .constantFrom('inputs.a[*].b', 'TRIGGER..name', 'steps.s.result[?(@.a == "x")].id', 'inputs.l[1:3]')
      .map((source) => parseExpression(source)),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.record({
        kind: fc.constant('binary'),
        operator: fc.constantFrom('==', '<', 'in', 'not in', 'is', 'is not', '+', '-', '*', '/', '%'),
        left: tie('tree'),
        right: tie('tree'),
      }),
      fc.record({
        kind: fc.constant('logical'),
        operator: fc.constantFrom('||', '&&'),
        left: tie('tree'),
        right: tie('tree'),
      }),
      fc.record({ kind: fc.constant('unary'), operator: fc.constantFrom('-', '+', 'not'), operand: tie('tree') }),
      fc.record({ kind: fc.constant('conditional'), test: tie('tree'), whenTrue: tie('tree'), whenFalse: tie('tree') }),
      fc.record({ kind: fc.constant('index'), target: tie('tree'), index: tie('tree') }),
      fc.record({
        kind: fc.constant('cast'),
        type: fc.constantFrom('int', 'str'),
        operand: tie('tree'),
        isTrailing: fc.constant(false),
      }),
      fc.record({
        kind: fc.constant('call'),
        name: fc.constant('f'),
        isMapped: fc.boolean(),
        args: fc.array(tie('tree'), { maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant('list'), items: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({
        kind: fc.constant('map'),
        entries: fc.array(fc.record({ key: fc.constantFrom('k', "it's"), value: tie('tree') }), { maxLength: 2 }),
      }),
    ),
  }));

  test('parsing what was written gives the same tree', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = formatExpression(node as Expression);
        expect(bare(parseExpression(text))).toEqual(bare(node));
      }),
      { numRuns: 1_000 },
    );
  });
});
