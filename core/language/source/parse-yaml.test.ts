import { Float } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseYaml } from './parse-yaml.ts';

const codes = (text: string) => parseYaml(text, 'f.yaml').problems.map((problem) => problem.code);
const firstProblem = (text: string) => {
  const [problem] = parseYaml(text, 'f.yaml').problems;
  return problem && { code: problem.code, line: problem.position.line, column: problem.position.column };
};
const scalar = (text: string) => (parseYaml(`v: ${text}`, 'f.yaml').value as { v: unknown }).v;

describe('plain scalars are read as PyYAML reads them', () => {
  test.each([
    ['yes', true],
    ['Off', false],
    ['TRUE', true],
    ['y', 'y'],
    ['~', null],
    ['', null],
    ['0755', 493],
    ['-0x1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['0o17', '0o17'],
    ['09', '09'],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['2.0', new Float(2)],
    ['1.0e+3', new Float(1000)],
    ['1e3', '1e3'],
    ['.inf', Number.POSITIVE_INFINITY],
    ['9007199254740993', 9007199254740993n],
    ['"yes"', 'yes'],
    ['!!str 5', '5'],
    ['!!float 3', new Float(3)],
  ])('%s', (text, value) => expect(scalar(text)).toEqual(value));

  test('dates and clock times stay text', () => {
    expect(scalar('2024-01-31')).toBe('2024-01-31');
    expect(scalar('2024-01-31T10:00:00Z')).toBe('2024-01-31T10:00:00Z');
    expect(scalar('12:30')).toBe('12:30');
  });

  test('keys are the text that is written', () => {
    expect(Object.keys(parseYaml('on: 1\n1: 2\nnull: 3', 'f').value as object).sort()).toEqual(['1', 'null', 'on']);
  });
});

describe('anchors and merges', () => {
  test('a merged mapping gives way to own keys, and of several the first wins', () => {
    const source = parseYaml('a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 9', 'f');
    expect(source.problems).toEqual([]);
    expect((source.value as { c: unknown }).c).toEqual({ x: 9, y: 1, z: 2 });
    expect(source.positionOf(['c', 'z'])).toMatchObject({ line: 2, column: 17 });
  });

  test('an alias means the last anchor of its name before it', () => {
    expect(parseYaml('- &a 1\n- *a\n- &a 2\n- *a', 'f').value).toEqual([1, 1, 2, 2]);
  });

  test.each([
    ['&a [*a]', { code: 'YAML_ALIAS', line: 1, column: 5 }],
    ['x: *nowhere', { code: 'YAML_ALIAS', line: 1, column: 4 }],
    ['x:\n  <<: 5', { code: 'YAML_MERGE', line: 2, column: 7 }],
  ])('%j is refused', (text, problem) => expect(firstProblem(text)).toEqual(problem));

  test('aliases that multiply are refused quickly', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 12; i++)
      bomb += `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(',')}]\n`;
    expect(codes(bomb)).toEqual(['YAML_ALIAS_EXPANSION']);
  });

  test('aliases that nest endlessly are refused', () => {
    let chain = 'a0: &a0 [x]\n';
    for (let i = 1; i < 500; i++) chain += `a${i}: &a${i} [*a${i - 1}]\n`;
    expect(codes(chain)).toContain('YAML_TOO_DEEP');
  });
});

describe('what is wrong is a problem at its place', () => {
  test.each([
    ['a:\n\tb: 1', { code: 'YAML_TAB', line: 2, column: 1 }],
    ['a: 1\nb: [1, 2', { code: 'YAML_SYNTAX', line: 2, column: 9 }],
    ['a: 1\nb: 2\na: 3', { code: 'YAML_DUPLICATE_KEY', line: 3, column: 1 }],
    ['a: 1\n---\nb: 2', { code: 'YAML_MULTIPLE_DOCUMENTS', line: 2, column: 1 }],
    ['? [x]\n: 1', { code: 'YAML_KEY', line: 1, column: 3 }],
    ['__proto__: 1', { code: 'YAML_KEY', line: 1, column: 1 }],
    ['a: !python/object x', { code: 'YAML_TAG', line: 1, column: 19 }],
    ['a: !!int x', { code: 'YAML_TAG', line: 1, column: 10 }],
    ['a: {b: ${{ x }}}', { code: 'YAML_SYNTAX', line: 1, column: 8 }],
  ])('%j', (text, problem) => expect(firstProblem(text)).toEqual(problem));

  test('an unquoted expression in a flow mapping is explained', () => {
    expect(parseYaml('a: {b: ${{ x }}}', 'f').problems[0]!.message).toContain('must be quoted');
  });

  test('both values of a key given twice can be had', () => {
    const source = parseYaml('a: {k: 1}\na: 2', 'f');
    expect(source.value).toEqual({ a: 2 });
    expect(source.duplicates).toMatchObject([{ path: ['a'], value: { k: 1 } }]);
  });

  test('depth and size are limited', () => {
    expect(codes('['.repeat(100_000))).toEqual(['YAML_TOO_DEEP']);
    expect(codes(`${'a:\n'.repeat(0)}x: "${'y'.repeat(5_000_000)}"`)).toEqual(['YAML_TOO_LARGE']);
  });

  test('nothing makes it throw', () => {
    const alphabet = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '!',
      '"',
      "'",
      '|',
      '>',
      '?',
      '#',
      '\t',
      '<<',
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 40 }), (parts) => {
        const source = parseYaml(parts.join(''), 'f');
        source.positionOf(['a', 0]);
        source.keyPositionOf(['a']);
        source.positionInside(['a'], 3);
      }),
    );
  });
});

describe('positionInside', () => {
  const at = (text: string, path: (string | number)[], word: string) => {
    const source = parseYaml(text, 'f.yaml');
    let value = source.value as never;
    for (const key of path) value = value[key];
    const { line, column } = source.positionInside(path, (value as string).lastIndexOf(word));
    expect(text.split('\n')[line - 1]!.slice(column - 1)).toMatch(new RegExp(`^${RegExp.escape(word)}`));
    return [line, column];
  };

  test.each([
    ['plain', 'a: one two'],
    ['plain over lines', 'a: one\n   and\n\n   two'],
    ['single quoted', "a: 'it''s  two'"],
    ['single quoted over lines', "a: 'it''s\n\n     two'"],
    ['double quoted', 'a: "\\u00e4\\t\\"\\x41 two"'],
    ['double quoted with an escaped break', 'a: "one \\\n     two"'],
    ['literal', 'a: |\n  one\n\n    two\n  end'],
    ['literal, kept end', 'a: |+\n  one\n  two\n\n\n'],
    ['literal with an indentation indicator', 'a: |2\n    one\n    two'],
    ['folded', 'a: >-\n  one\n  and\n\n\n  two'],
    ['folded with deeper lines', 'a: >\n  one\n    deeper\n    two\n  end'],
    ['windows line ends', 'a: |\r\n  one\r\n  two\r\n'],
    ['in a list', 'a:\n  - x\n  - two'],
  ])('finds the character in a %s scalar', (_name, text) => {
    at(text, text.includes('- x') ? ['a', 1] : ['a'], 'two');
  });

  test('agrees with the parser for whatever the library writes', () => {
    const words = fc.array(fc.constantFrom('ab', ' ', '  ', '\n', '\n\n', ':', '#', '"', "'", 'ä', '\t', '${{', '}}'), {
      maxLength: 14,
    });
    const style = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
    fc.assert(
      fc.property(words, style, fc.integer({ min: 20, max: 60 }), (parts, defaultStringType, lineWidth) => {
        const value = `${parts.join('')}§${parts.toReversed().join('')}`;
        const text = stringify({ a: { b: value } }, { defaultStringType: defaultStringType as never, lineWidth });
        const source = parseYaml(text, 'f');
        // Not always `value`: the library's own line breaking does not always read back.
        const read = (source.value as { a: { b: string } }).a.b;
        const { line, column } = source.positionInside(['a', 'b'], read.indexOf('§'));
        expect(text.split('\n')[line - 1]!.slice(column - 1)).toMatch(/^§/);
      }),
      { numRuns: 500 },
    );
  });

  test('a missing path gives the nearest thing above it', () => {
    const source = parseYaml('a:\n  b: {c: 1}', 'f');
    expect(source.positionOf(['a', 'b', 'x', 'y'])).toMatchObject({ line: 2, column: 6 });
    expect(source.keyPositionOf(['a', 'b', 'x'])).toMatchObject({ line: 2, column: 3 });
  });
});
