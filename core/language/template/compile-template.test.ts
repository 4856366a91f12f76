import { Float } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from './compile-template.ts';
import type { Scope, Warning } from './scope.ts';

const scope: Scope = {
  inputs: { name: 'Ann', none: null, flag: true, list: [1, 'a', null], map: { a: 'b' }, half: 0.5, two: new Float(2) },
  ACTIONS: { scan: { result: { verdict: 'bad', items: [{ id: 1 }, { id: 2 }] } } },
  TRIGGER: { id: 7 },
};
const evaluate = (source: unknown, more: Scope = {}) => compileTemplate(source).evaluate({ ...scope, ...more });

function warningsOf(source: unknown, more: Scope = {}): readonly Warning[] {
  const warnings: Warning[] = [];
  evaluate(source, { ...more, warn: (warning) => warnings.push(warning) });
  return warnings;
}

describe('strings', () => {
  test.each<[string, unknown]>([
    ['${{ inputs.list }}', [1, 'a', null]],
    ['${{inputs.none}}', null],
    ['${{\n inputs.name\n}}', 'Ann'],
    [' ${{ inputs.none }}', ' None'],
    ['${{ inputs.flag }}\n', 'True\n'],
    ['${{ inputs.list }}!', "[1, 'a', None]!"],
    ['${{ inputs.map }} ${{ inputs.two }} ${{ inputs.half }}', "{'a': 'b'} 2.0 0.5"],
    ['${{ inputs.name }}${{ inputs.name }}', 'AnnAnn'],
    ['no expression', 'no expression'],
    ['${{ never closed', '${{ never closed'],
    ['$ {{ }} {', '$ {{ }} {'],
    ["${{ {'a': {'b': 1}} }}", { a: { b: 1 } }],
    ["${{ {'a': {'b': 1}}}}", { a: { b: 1 } }],
    ["${{ '}}' }}", '}}'],
    ['a ${{ "}}" + \'{\' }} b', 'a }}{ b'],
    ['${{ [] }}', []],
    ['${{ {} }}', {}],
    ['${{ INPUTS.id }}', 7],
    ['${{ inputs.none || inputs.missing || "x" }}', 'x'],
    ['${{ inputs.flag || FN.at([], 5) }}', true],
    ['${{ inputs.none && FN.at([], 5) }}', null],
    ['${{ 3 > 2 > 1 }}', false],
    ['${{ 4 / 2 }}', new Float(2)],
    ['${{ 4 / 2 }}.', '2.0.'],
    ['${{ -7 % 3 }}', 2],
    ['${{ 99999999999999999999 + 1 }}', 100000000000000000000n],
    ['${{ "ab"[-1] }}', 'b'],
    ["${{ {'k': 5}['k'] }}", 5],
    ['${{ 1 is 1.0 }}', false],
    ['${{ 1 == 1.0 }}', true],
    ["${{ bool('yes') }}", false],
    ['${{ ACTIONS.scan.result.items[*].id }}', [1, 2]],
  ])('%s', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });
});

describe('lists and maps', () => {
  test('are evaluated inside, keys too; numbers become text as keys', () => {
    const source = {
      '${{ inputs.name }}': ['${{ TRIGGER.id }}', { deep: 'x${{ TRIGGER.id }}' }],
      '${{ TRIGGER.id }}': null,
      plain: 5,
    };
    expect(evaluate(source)).toEqual({ Ann: [7, { deep: 'x7' }], '7': null, plain: 5 });
  });

  test('two keys that come out equal are an error at the second', () => {
    const run = () => evaluate({ outer: { Ann: 1, '${{ inputs.name }}': 2 } });
    expect(run).toThrow(
      expect.objectContaining({
        code: 'LANGUAGE_KEY_COLLISION',
        facts: expect.objectContaining({ details: { at: ['outer', '${{ inputs.name }}'], offset: 0 } }),
      }),
    );
  });

  test('a list cannot be a key', () => {
    expect(() => evaluate({ '${{ inputs.list }}': 1 })).toThrow(expect.objectContaining({ code: 'LANGUAGE_KEY_TYPE' }));
  });

  test('every evaluation builds its own, on no prototype', () => {
    const template = compileTemplate({ a: { b: [] } });
    expect(template.evaluate({})).not.toBe(template.evaluate({}));
    expect(Object.getPrototypeOf(template.evaluate({}))).toBeNull();
  });
});

describe('what is missing', () => {
  test('is null, with a warning that names the nearest key', () => {
    expect(evaluate('${{ ACTIONS.scan.resutl }}')).toBeNull();
    expect(warningsOf('${{ ACTIONS.scan.resutl }}')).toEqual([
      {
        code: 'LANGUAGE_PATH_MISSING',
        message: '`ACTIONS.scan.resutl`: `ACTIONS.scan` has no `resutl`. Did you mean `result`?',
      },
    ]);
    expect(warningsOf('${{ inputs.none.deeper }}')[0]!.message).toContain('`inputs.none` is null');
    expect(warningsOf('${{ inputs.list[9] }}')[0]!.message).toContain('has 3 items, none at index 9');
    expect(warningsOf('${{ inputs.list[?x == 1] }}')[0]!.message).toContain('nothing matches');
  });

  test('is expected before `||` and in a test against None: only a likely slip is told there', () => {
    expect(warningsOf('${{ inputs.other || inputs.more == None || "x" }}')).toEqual([]);
    expect(warningsOf('${{ inputs.nmae || "x" }}')[0]!.message).toContain('Did you mean `name`?');
  });

  test('is an error in strict mode, with its place; a fallback still works', () => {
    const run = () => evaluate({ url: 'x ${{ ACTIONS.scan.resutl }}' }, { strict: true });
    expect(run).toThrow(
      expect.objectContaining({
        code: 'LANGUAGE_PATH_MISSING',
        facts: expect.objectContaining({ details: { at: ['url'], offset: 5, expression: 'ACTIONS.scan.resutl' } }),
      }),
    );
    expect(evaluate('${{ inputs.other || "x" }}', { strict: true })).toBe('x');
  });

  test('a context that the scope lacks is an error that lists what there is', () => {
    expect(() => evaluate('${{ ENV.workflow }}')).toThrow(
      expect.objectContaining({
        code: 'LANGUAGE_CONTEXT_ABSENT',
        message: '`ENV` is not available here; there is inputs, ACTIONS, TRIGGER.',
      }),
    );
  });
});

describe('mistakes', () => {
  test.each<[string, string, number]>([
    ['ab ${{ inputs. }}', 'LANGUAGE_SYNTAX', 14],
    ['ab ${{ FN.nope() }}', 'LANGUAGE_FUNCTION_UNKNOWN', 7],
    ['ab ${{ FN.length() }}', 'LANGUAGE_FUNCTION_ARITY', 7],
    ["ab ${{ 'x }}", 'LANGUAGE_SYNTAX', 7],
    ["ab ${{ {'a': 1 }}", 'LANGUAGE_SYNTAX', 3],
    ['${{ for var.x in [1] }}', 'LANGUAGE_ITERATOR_MISPLACED', 4],
    ['${{ [1][5] }}', 'LANGUAGE_INDEX', 3],
    ["${{ {'a': 1}['b'] }}", 'LANGUAGE_INDEX', 3],
    ['${{ 5[0] }}', 'LANGUAGE_INDEX', 3],
  ])('%s is %s at %i', (text, code, offset) => {
    const run = () => evaluate({ list: [text] });
    expect(run).toThrow(
      expect.objectContaining({
        code,
        facts: expect.objectContaining({ details: expect.objectContaining({ at: ['list', 0], offset }) }),
      }),
    );
  });
});

describe('references', () => {
  test('name every path with its place; the dynamic rest is cut off', () => {
    const { references } = compileTemplate({
      a: 'x ${{ inputs.a.b[0].c || SECRETS.s.K }}',
      '${{ var.k }}': ['${{ steps.s.result[*].id }}', "${{ TRIGGER['a b']..c }}"],
    });
    expect(references).toEqual([
      { context: 'inputs', segments: ['a', 'b'], at: ['a'], offset: 6 },
      { context: 'SECRETS', segments: ['s', 'K'], at: ['a'], offset: 25 },
      { context: 'var', segments: ['k'], at: ['${{ var.k }}'], offset: 4 },
      { context: 'steps', segments: ['s', 'result'], at: ['${{ var.k }}', 0], offset: 4 },
      { context: 'TRIGGER', segments: ['a b'], at: ['${{ var.k }}', 1], offset: 4 },
    ]);
  });

  test('a template without any is constant, unless it calls functions', () => {
    expect(compileTemplate({ a: ['${{ 1 + 1 }}', 'x'] }).isConstant).toBe(true);
    expect(compileTemplate('${{ FN.length("a") }}').isConstant).toBe(false);
    expect(compileTemplate('${{ inputs.a }}').isConstant).toBe(false);
  });
});

describe('hostile templates', () => {
  test('nothing inherited is reachable, and no class', () => {
    for (const path of [
      'inputs.toString',
      'inputs.list.length',
      'inputs.two.value',
      'inputs.name.length',
      'inputs.list.map',
    ])
      expect(evaluate(`\${{ ${path} }}`)).toBeNull();
    expect(() => evaluate("${{ inputs['__proto__'] }}")).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_FORBIDDEN_NAME' }),
    );
    expect(() => evaluate(JSON.parse('{"a": {"__proto__": {"polluted": true}}}'))).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_FORBIDDEN_NAME' }),
    );
    expect(() => evaluate({ "${{ '__pro' + 'to__' }}": 1 })).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_FORBIDDEN_NAME' }),
    );
    expect(() => evaluate("${{ {'a': 1}['const' + 'ructor'] }}")).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_INDEX' }),
    );
  });

  test('what would grow without bound is refused', () => {
    expect(() => evaluate("${{ 'x' * 100000000000 }}")).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_OUTPUT' }),
    );
    expect(() => evaluate('${{ [1] * 100000000000 }}')).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_OUTPUT' }),
    );
    const big = 'x'.repeat(6_000_000);
    expect(() => evaluate('${{ inputs.big + inputs.big }}', { inputs: { big } })).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_OUTPUT' }),
    );
    expect(() => evaluate('${{ inputs.big }}${{ inputs.big }}', { inputs: { big } })).toThrow(
      expect.objectContaining({ code: 'LANGUAGE_BUDGET_OUTPUT' }),
    );
  });

  test('a map inside itself, and one shared a billion times, are refused', () => {
    const endless: Record<string, unknown> = {};
    endless['a'] = endless;
    expect(() => evaluate(endless)).toThrow(expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }));
    let laughs: unknown = 'ha';
    for (let level = 0; level < 9; level++) laughs = Array(10).fill(laughs);
    expect(() => evaluate(laughs)).toThrow(expect.objectContaining({ code: 'LANGUAGE_BUDGET_STEPS' }));
  });
});
