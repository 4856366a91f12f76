import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

/** One line an action, `ref kind: depends_on { more }`; kinds are short for the actions. */
const ACTIONS: Readonly<Record<string, string>> = {
  scatter: 'action: core.transform.scatter, args: {collection: "${{ TRIGGER.list }}"}',
  gather: 'action: core.transform.gather, args: {items: 1}',
  start: 'action: core.loop.start',
  end: 'action: core.loop.end, args: {condition: false}',
};

function workflow(lines: readonly string[], more = ''): string {
  const actions = lines.map((line) => {
    const [, ref, kind, after = '', rest] = /^(\w+) (\w+)(?:: ([^{]*))?\s*(?:\{(.*)\})?$/s.exec(line)!;
    const what = ACTIONS[kind!] ?? 'action: core.transform.reshape';
    const overridden = rest?.includes('args:') ? what.replace(/, args:.*$/, '') : what;
    return `  - {ref: ${ref}, depends_on: [${after.trim()}], ${overridden}${rest === undefined ? '' : `, ${rest}`}}`;
  });
  return `title: T\nactions:\n${actions.join('\n')}\n${more}`;
}

const check = (lines: readonly string[], more?: string) =>
  checkWorkflow(parseYaml(workflow(lines, more), 'w.yaml'), testRegistry());

/** `line CODE message` of every problem; actions begin on line 3. */
const found = (lines: readonly string[], more?: string) =>
  check(lines, more)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ position, code, message }) => `${position.line} ${code} ${message}`);

const value = (expression: string) => `{args: {value: "\${{ ${expression} }}"}}`;

describe('what is right', () => {
  test.each([
    ['a scatter and its gather', ['s scatter', 'a step: s', 'g gather: a', 'z step: g']],
    ['a gather right behind its scatter', ['s scatter', 'g gather: s']],
    ['a scatter that nobody gathers', ['s scatter', 'a step: s']],
    ['scatters side by side', ['s scatter', 't scatter', 'g gather: s', 'h gather: t', 'z step: g, h']],
    ['scatters in each other', ['s scatter', 't scatter: s', 'a step: t', 'h gather: a', 'g gather: h']],
    ['a loop', ['l start', 'a step: l', 'b step: a.error', 'e end: a, b {join_strategy: any}', 'z step: e']],
    ['loops in each other', ['l start', 'm start: l', 'a step: m', 'f end: a', 'e end: f']],
    ['a scatter in a loop', ['l start', 's scatter: l', 'a step: s', 'g gather: a', 'e end: g']],
    ['a loop in a scatter', ['s scatter', 'l start: s', 'a step: l', 'e end: a', 'g gather: e']],
    [
      'error edges of openers and closers lead out',
      [
        's scatter',
        'g gather: s',
        'x step: s.error, g.error {join_strategy: any}',
        'l start: g',
        'e end: l',
        'y step: e.error, l.error {join_strategy: any}',
        'z step: x, y {join_strategy: any}',
      ],
    ],
  ] as const)('%s', (_, lines) => expect(found(lines)).toEqual([]));
});

describe('edges', () => {
  test('an action cannot depend on actions inside and outside of a scatter', () => {
    expect(found(['r step', 's scatter', 'a step: s', 'x step: a, r'])).toEqual([
      '6 WORKFLOW_SCOPE_EDGE `x` depends on `a`, which leads into the streams of `s`, and on `r`, which leads into the workflow itself.',
    ]);
  });

  test('nor inside and outside of a loop, nor in two of them', () => {
    expect(found(['l start', 'a step: l', 'e end: a', 'x step: e, a'])).toEqual([
      expect.stringContaining(
        '6 WORKFLOW_SCOPE_EDGE `x` depends on `e`, which leads into the workflow itself, and on `a`, which leads into the loop of `l`.',
      ),
    ]);
    expect(found(['s scatter', 't scatter', 'x step: s, t'])[0]).toContain('5 WORKFLOW_SCOPE_EDGE');
  });
});

describe('scatter and gather', () => {
  test('a gather needs a scatter before it, and cannot end a loop', () => {
    expect(found(['a step', 'g gather: a'])).toEqual([
      '4 WORKFLOW_GATHER_WITHOUT_SCATTER `g` has nothing to gather: no scatter comes before it.',
    ]);
    expect(found(['s scatter', 'l start: s', 'g gather: l'])[0]).toBe(
      '5 WORKFLOW_GATHER_WITHOUT_SCATTER `g` stands inside the loop of `l`: a gather cannot end a loop.',
    );
    expect(found(['s scatter', 'g gather: s', 'h gather: g'])[0]).toContain('5 WORKFLOW_GATHER_WITHOUT_SCATTER');
  });

  test('a scatter has one gather', () => {
    expect(found(['s scatter', 'g gather: s', 'h gather: s'])).toEqual([
      '5 WORKFLOW_GATHER_SURPLUS `h` gathers the streams of `s`, as `g` does already.',
    ]);
  });

  test('their arguments are checked', () => {
    expect(
      found(['s scatter {args: {collection: 5, intervall: 1}}', 'g gather: s {args: {error_strategy: ignore}}']).map(
        (text) => text.split(' ')[1],
      ),
    ).toEqual(['ARGUMENT_TYPE', 'ARGUMENT_UNKNOWN', 'ARGUMENT_MISSING', 'ARGUMENT_TYPE']);
  });

  test('what does not go together with them is refused', () => {
    expect(
      found([
        's scatter {for_each: "${{ for var.x in [1] }}"}',
        'g gather: s {retry_policy: {retry_until: "${{ TRIGGER }}"}}',
      ]),
    ).toEqual([
      '3 WORKFLOW_CONTROL_OPTION `for_each` cannot be used with `core.transform.scatter`.',
      '4 WORKFLOW_CONTROL_OPTION `retry_until` cannot be used with `core.transform.gather`.',
    ]);
  });

  test('secrets stay out of what stands in the journal', () => {
    expect(found(['s scatter {args: {collection: "${{ SECRETS.a.B }}"}}'])[0]).toContain('LANGUAGE_CONTEXT_FORBIDDEN');
  });
});

describe('references', () => {
  test('streams see what ran before the scatter, their item, and each other’s gathers', () => {
    expect(
      found(
        [
          'r step',
          's scatter: r',
          `a step: s ${value('[ACTIONS.r.result, ACTIONS.s.result, ACTIONS.s.collection_index]')}`,
          `g gather: a {args: {items: "\${{ ACTIONS.a.result }}", drop_nulls: "\${{ ACTIONS.r.result }}"}}`,
          `z step: g ${value('[ACTIONS.g.result, ACTIONS.g.error, ACTIONS.s.result]')}`,
        ],
        'returns: ${{ ACTIONS.z.result }}',
      ),
    ).toEqual([]);
  });

  test('nobody outside sees what is in the streams', () => {
    expect(
      found(
        ['s scatter', 'a step: s', 'g gather: a', `z step: g ${value('ACTIONS.a.result')}`],
        'returns: ${{ ACTIONS.a }}',
      ),
    ).toEqual([
      '6 WORKFLOW_SCOPE_REFERENCE `z` cannot read `ACTIONS.a`: it runs once for every item of `s`.',
      '7 WORKFLOW_SCOPE_REFERENCE `returns` cannot read `ACTIONS.a`: it runs once for every item of `s`.',
    ]);
    expect(
      found(['s scatter', 't scatter: s', 'a step: t', 'h gather: a', `b step: h ${value('ACTIONS.a.result')}`])[0],
    ).toContain('`b` cannot read `ACTIONS.a`: it runs once for every item of `t`');
    expect(
      found(['s scatter', 'a step: s', 'g gather: a {args: {items: 1, drop_nulls: "${{ ACTIONS.a.result }}"}}'])[0],
    ).toContain('WORKFLOW_SCOPE_REFERENCE');
  });

  test('outside of a loop its last results can be read', () => {
    expect(
      found(
        ['l start', 'a step: l', 'e end: a', `z step: e ${value('[ACTIONS.a.result, ACTIONS.l.result.iteration]')}`],
        'returns: ${{ ACTIONS.a.result }}',
      ),
    ).toEqual([]);
  });

  test('in a loop an action can read what came of itself and of those behind it in the iteration before', () => {
    const loop = (extra: string) => [
      'l start',
      `a step: l ${value(extra)}`,
      's scatter: a',
      'i step: s',
      'g gather: i',
      'b step: l',
      'e end: g, b',
    ];
    for (const readable of ['ACTIONS.a.result', 'ACTIONS.g.result', 'ACTIONS.e.result'])
      expect(found(loop(readable))).toEqual([]);
    expect(found(loop('ACTIONS.b.result'))[0]).toContain('WORKFLOW_REFERENCE_NOT_UPSTREAM');
    expect(found(loop('ACTIONS.i.result'))[0]).toContain('WORKFLOW_SCOPE_REFERENCE');
    expect(found([`a step ${value('ACTIONS.a.result')}`])[0]).toContain('WORKFLOW_REFERENCE_NOT_UPSTREAM');
    expect(
      found(['l start', 's scatter: l', `i step: s ${value('ACTIONS.i.result')}`, 'g gather: i', 'e end: g'])[0],
    ).toContain('WORKFLOW_REFERENCE_NOT_UPSTREAM');
  });
});

describe('loops', () => {
  test('a loop has one end, and an end its loop', () => {
    expect(found(['l start', 'a step: l'])).toEqual([
      '3 WORKFLOW_LOOP_END_MISSING The loop that `l` starts has no end.',
    ]);
    expect(found(['l start', 'e end: l', 'f end: l'])).toEqual([
      '5 WORKFLOW_LOOP_END_SURPLUS `f` ends the loop of `l`, as `e` does already.',
    ]);
    expect(found(['a step', 'e end: a'])).toEqual([
      '4 WORKFLOW_LOOP_START_MISSING `e` ends a loop that nothing has started.',
    ]);
    expect(found(['l start', 's scatter: l', 'e end: s'])[0]).toBe(
      '5 WORKFLOW_LOOP_START_MISSING `e` stands inside the streams of `s`: the loop around them cannot end in there.',
    );
  });

  test('everything in a loop leads to its end by success', () => {
    expect(
      found([
        'l start',
        'a step: l',
        'b step: l',
        'c step: a',
        'd step: c.error',
        'e end: b',
        's scatter: l',
        'g gather: s',
      ]),
    ).toEqual([
      '4 WORKFLOW_LOOP_DEAD_END `a` is part of the loop of `l`, but its success leads nowhere near `e`.',
      '6 WORKFLOW_LOOP_DEAD_END `c` is part of the loop of `l`, but its success leads nowhere near `e`.',
      '7 WORKFLOW_LOOP_DEAD_END `d` is part of the loop of `l`, but its success leads nowhere near `e`.',
      '9 WORKFLOW_LOOP_DEAD_END `s` is part of the loop of `l`, but its success leads nowhere near `e`.',
      '10 WORKFLOW_LOOP_DEAD_END `g` is part of the loop of `l`, but its success leads nowhere near `e`.',
    ]);
    expect(found(['l start', 'a step: l', 'e end: a.error'])[0]).toContain('`a` is part of the loop');
  });

  test('the condition reads this loop alone', () => {
    const loop = (ref: string) => [
      'r step',
      'o start: r',
      'x step: o',
      'l start: x',
      'a step: l',
      `e end: a {args: {condition: "\${{ ACTIONS.${ref}.result }}"}}`,
      'p end: e',
    ];
    expect(found(loop('a'))).toEqual([]);
    expect(found(loop('l'))).toEqual([]);
    expect(found(loop('r'))).toEqual([
      '8 WORKFLOW_LOOP_CONDITION_SCOPE The arguments of `e` read `ACTIONS.r`, which is outside the loop of `l`: it would be the same every time.',
    ]);
    expect(found(loop('x'))[0]).toContain('WORKFLOW_LOOP_CONDITION_SCOPE');
  });

  test('`max_iterations` has its bounds', () => {
    expect(found(['l start', 'e end: l {args: {condition: true, max_iterations: 2049}}'])[0]).toContain(
      'ARGUMENT_TYPE',
    );
  });
});

test('positions point at the edge and at the expression', () => {
  expect(check(['r step', 's scatter', 'a step: s', 'x step: a, r']).problems[0]!.position).toMatchObject({
    line: 6,
    column: 30,
  });
});
