import { expect, test } from 'vitest';
import { trialExchange } from '../../testing/gateway/trial-exchange.ts';
import { type CredentialSource, dropCredential, findCredential } from './credential-source.ts';

const exchange = (url: string, headers: readonly (readonly [string, string])[] = []) =>
  trialExchange(
    { url, headers },
    {
      id: 'r',
      route: { id: 'route', params: {}, metadata: {}, tags: [] },
      targets: [],
      bufferBytes: undefined,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      defer() {},
      call: () => Promise.reject(new Error('no route')),
    },
  );
const bearer: CredentialSource[] = [{ header: 'authorization', prefix: 'Bearer' }];

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Bearer', ''],
  ['Bearerabc', undefined],
  ['Basic abc', undefined],
])('of %j the credential is %j', (value, expected) => {
  expect(findCredential(exchange('/', [['Authorization', value]]).request, bearer)).toBe(expected);
});

test('a credential that was sent twice is a bad one', () => {
  const twice = [
    ['authorization', 'Bearer a'],
    ['Authorization', 'Bearer b'],
  ] as const;
  expect(findCredential(exchange('/', twice).request, bearer)).toBe('');
});

test('the first source that has a credential counts', () => {
  const sources = [...bearer, { cookie: 'token' }, { query: 'access_token' }];
  expect(findCredential(exchange('/?access_token=q', [['cookie', 'a=1; token=c']]).request, sources)).toBe('c');
  expect(findCredential(exchange('/?access_token=q').request, sources)).toBe('q');
});

test('a credential is kept from the upstream wherever it stood, and nothing else is', () => {
  const given = exchange('/a?x=1&key=s&y=%20', [
    ['cookie', 'a=1; key=s; b=2'],
    ['x-key', 's'],
    ['authorization', 'Basic other'],
  ]);
  dropCredential(given, [{ query: 'key' }, { cookie: 'key' }, { header: 'X-Key' }, ...bearer]);
  expect(given.upstream.path).toBe('/a?x=1&y=%20');
  expect([...given.upstream.headers.entries()]).toEqual([
    ['authorization', 'Basic other'],
    ['cookie', 'a=1; b=2'],
  ]);
});
