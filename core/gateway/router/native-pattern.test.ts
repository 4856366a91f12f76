import { expect, test } from 'vitest';
import { RequestView } from '../exchange/request-view.ts';
import { compileRewrite } from './compile-rewrite.ts';
import { fieldTest } from './field-test.ts';
import { nativePattern } from './native-pattern.ts';

test.each([
  ['/', '/', {}],
  ['/', '/a', undefined],
  ['/a', '/a', {}],
  ['/a', '/a/', undefined],
  ['/a/', '/a', undefined],
  ['/a/', '/a/', {}],
  ['/a/{id}', '/a/7', { id: '7' }],
  ['/a/{id}', '/a/', undefined],
  ['/a/{id}', '/a/7/8', undefined],
  ['/a/{id}', '/a/x%20y%2Fz', { id: 'x y/z' }],
  ['/a b', '/a%20b', {}],
  ['/%61', '/a', {}],
  ['/v{n}/{name}.json', '/v2/list.json', { n: '2', name: 'list' }],
  ['/v{n}/{name}.json', '/v2/.json', undefined],
  ['/a%20{x}', '/a%20b', { x: 'b' }],
  ['/f/{rest*}', '/f', { rest: '' }],
  ['/f/{rest*}', '/f/', { rest: '' }],
  ['/f/{rest*}', '/f/a/b%20c', { rest: 'a/b%20c' }],
  ['/f/{rest*}', '/fa', undefined],
])('%s and the path %s give %j', (pattern, path, params) => {
  expect(nativePattern(pattern, true).match(path, '')).toEqual(params);
});

test('where case does not matter, values keep theirs', () => {
  expect(nativePattern('/Orders/v{x}', false).match('/oRDERS/VaB', '')).toEqual({ x: 'aB' });
  expect(nativePattern('/Orders', true).match('/orders', '')).toBeUndefined();
});

test.each([
  'a',
  '/a/{x*}/b',
  '/a{x*}',
  '/{1}',
  '/{x',
  '/{x}{y}',
  '/a*',
  '/a?b',
  '/{x}/{x}',
])('%s is no pattern', (pattern) => {
  expect(() => nativePattern(pattern, true)).toThrow(expect.objectContaining({ code: 'GATEWAY_PATTERN_INVALID' }));
});

function rewritten(pattern: string, template: string, url: string): string {
  const path = { kind: 'native', pattern, caseSensitive: true } as const;
  const facts = { clientAddress: '', peerAddress: '', scheme: 'http', protocol: 'http', hasBody: false } as const;
  const request = new RequestView({ method: 'GET', url, rawHeaders: [], ...facts });
  return compileRewrite({ kind: 'native', template }, path)(
    request,
    nativePattern(pattern, true).match(request.rawPath, '')!,
  );
}

test.each([
  ['/a/{id}', '/v2/{id}', '/a/7?q=1', '/v2/7?q=1'],
  ['/a/{id}', '/v2?id={id}', '/a/7?q=1', '/v2?id=7&q=1'],
  ['/a/{id}', '/v2/{id}', '/a/x%2F%3Fy', '/v2/x%2F%3Fy'],
  ['/a/{id}', '/v2/{id*}', '/a/x%2F%3Fy', '/v2/x%2F%3Fy'],
  ['/f/{rest*}', '/g/{rest*}', '/f/a/b%20c', '/g/a/b%20c'],
  ['/f/{rest*}', '/g/{rest}', '/f/a/b%20c', '/g/a/b%20c'],
  ['/f/{rest*}', '/g', '/f/a', '/g'],
])('%s with the rewrite %s makes of %s %s', (pattern, template, url, made) => {
  expect(rewritten(pattern, template, url)).toBe(made);
});

test.each(['/v2/{other}', '/v2/{id', '/v2/{1}'])('a rewrite %s is refused', (template) => {
  expect(() => rewritten('/a/{id}', template, '/a/7')).toThrow(
    expect.objectContaining({ code: 'GATEWAY_PATTERN_INVALID' }),
  );
});

test('a field is there, not there, one of its values, or like a pattern as a whole', () => {
  const fits = (is: object, ...values: string[]) => fieldTest({ name: 'x', test: is as never })(values);
  expect([
    fits({ is: 'present' }, ''),
    fits({ is: 'present' }),
    fits({ is: 'absent' }),
    fits({ is: 'absent' }, 'a'),
  ]).toEqual([true, false, true, false]);
  expect([fits({ is: 'equal', to: 'b' }, 'a', 'b'), fits({ is: 'equal', to: 'b' }, 'bb')]).toEqual([true, false]);
  expect([fits({ is: 'like', pattern: 'a|b+' }, 'bb'), fits({ is: 'like', pattern: 'a|b+' }, 'abb')]).toEqual([
    true,
    false,
  ]);
});

test('a condition that is no regular expression is refused', () => {
  expect(() => fieldTest({ name: 'x', test: { is: 'like', pattern: '(' } })).toThrow(
    expect.objectContaining({ code: 'GATEWAY_PATTERN_INVALID' }),
  );
});
