import { expect, test } from 'vitest';
import { verifyApiKey } from './verify-api-key.ts';

const call = (headers: Record<string, string>) => ({ method: 'POST', headers, query: '', body: Buffer.alloc(0) });
const key = { type: 'api_key', header: 'x-api-key', secrets: [] } as const;

test('any of the secrets in the header opens', () => {
  verifyApiKey(key, call({ 'x-api-key': 'two' }), ['one', 'two']);
  verifyApiKey({ ...key, header: 'authorization' }, call({ authorization: 'Bearer one' }), ['one']);
});

test('a missing key and a wrong one do not', () => {
  expect(() => verifyApiKey(key, call({}), ['one'])).toThrow(/no key in `x-api-key`/);
  expect(() => verifyApiKey(key, call({ 'x-api-key': '' }), ['one'])).toThrow(/no key/);
  expect(() => verifyApiKey(key, call({ 'x-api-key': 'on' }), ['one'])).toThrow(/not the one/);
});
