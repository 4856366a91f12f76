import { describe, expect, test } from 'vitest';
import type { CheckRules } from './check-rules.ts';
import { checkIterators, checkTemplate } from './check-template.ts';

const rules: CheckRules = {
  contexts: ['inputs', 'steps', 'SECRETS', 'VARS'],
  inputs: new Set(['ip_address', 'limit']),
  steps: new Set(['lookup']),
};
const summary = (source: unknown, more: CheckRules = rules) =>
  checkTemplate(source, more).map(({ code, at, offset, didYouMean }) => ({
    code,
    at,
    offset,
    ...(didYouMean === undefined ? {} : { didYouMean }),
  }));

describe('check of a template', () => {
  test('a sound one has no problems', () => {
    expect(
      summary({
        url: 'https://x/${{ FN.url_encode(inputs.ip_address) }}',
        '${{ VARS.a.b }}': ['${{ steps.lookup.result || SECRETS.a.B }}', 5, null],
      }),
    ).toEqual([]);
  });

  test('all problems are told at once, each with its place', () => {
    const source = {
      url: 'x ${{ inputs.ip_adress + steps.lokup.result }}',
      list: [
        '${{ TRIGGER.id }}',
        '${{ FN.url_encod(inputs.nope) }}',
        '${{ FN.length() }}',
        '${{ 1 + }}',
        '${{ SECRETS.whole }}',
      ],
      '${{ ENV.a }}': '${{ for var.x in inputs.limit }}',
    };
    expect(summary(source)).toEqual([
      { code: 'LANGUAGE_INPUT_UNDECLARED', at: ['url'], offset: 6, didYouMean: 'ip_address' },
      { code: 'LANGUAGE_STEP_UNKNOWN', at: ['url'], offset: 25, didYouMean: 'lookup' },
      { code: 'LANGUAGE_CONTEXT_FORBIDDEN', at: ['list', 0], offset: 4 },
      { code: 'LANGUAGE_FUNCTION_UNKNOWN', at: ['list', 1], offset: 4, didYouMean: 'url_encode' },
      { code: 'LANGUAGE_INPUT_UNDECLARED', at: ['list', 1], offset: 17 },
      { code: 'LANGUAGE_FUNCTION_ARITY', at: ['list', 2], offset: 4 },
      { code: 'LANGUAGE_SYNTAX', at: ['list', 3], offset: 8 },
      { code: 'LANGUAGE_SECRET_KEY_EXPECTED', at: ['list', 4], offset: 4 },
      { code: 'LANGUAGE_CONTEXT_FORBIDDEN', at: ['${{ ENV.a }}'], offset: 4 },
      { code: 'LANGUAGE_ITERATOR_MISPLACED', at: ['${{ ENV.a }}'], offset: 4 },
    ]);
  });

  test('actions are checked where a workflow gives their refs; what is expected is listed', () => {
    const [problem] = checkTemplate('${{ ACTIONS.scna.result }}', {
      contexts: ['ACTIONS'],
      actions: new Set(['scan', 'notify']),
    });
    expect(problem).toMatchObject({
      code: 'LANGUAGE_ACTION_UNKNOWN',
      didYouMean: 'scan',
      expected: 'scan, notify',
      message: 'There is no action `scna`. Did you mean `scan`?',
    });
  });

  test('functions can be forbidden', () => {
    expect(summary('${{ FN.now() }}', { contexts: ['inputs'], functions: false })).toEqual([
      { code: 'LANGUAGE_CONTEXT_FORBIDDEN', at: [], offset: 4 },
    ]);
  });

  test('forbidden names and bottomless values are problems, not crashes', () => {
    expect(summary(JSON.parse('{"__proto__": 1}'))).toEqual([
      { code: 'LANGUAGE_FORBIDDEN_NAME', at: ['__proto__'], offset: 0 },
    ]);
    const endless: Record<string, unknown> = {};
    endless['a'] = endless;
    expect(summary(endless)).toMatchObject([{ code: 'LANGUAGE_BUDGET_DEPTH' }]);
  });
});

describe('check of iterators', () => {
  test('a sound one has no problems', () => {
    expect(checkIterators(['${{ for var.x in inputs.limit }}'], rules)).toEqual([]);
    expect(checkIterators('${{ for var.x in inputs.limit }}', rules)).toEqual([]);
  });

  test.each([['${{ inputs.limit }}'], ['text'], [5], [[]]])('%j is no iterator', (source) => {
    expect(checkIterators(source, rules)).toMatchObject([{ code: 'LANGUAGE_ITERATOR_EXPECTED', at: [] }]);
  });

  test('what it goes through is checked too', () => {
    expect(checkIterators(['${{ for var.x in inputs.limti }}'], rules)).toMatchObject([
      { code: 'LANGUAGE_INPUT_UNDECLARED', at: [0], offset: 17, didYouMean: 'limit' },
    ]);
  });
});
