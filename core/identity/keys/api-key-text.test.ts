import { expect, test } from 'vitest';
import { holdsSecret, newApiKey, readApiKey } from './api-key-text.ts';
import { checkScopes } from './check-scopes.ts';
import { serviceKeyAuthenticator } from './key-authenticators.ts';

test('a key is read back, and its hash knows its secret and no other', () => {
  const made = newApiKey();
  const read = readApiKey(made.text)!;
  expect(read.id).toBe(made.id);
  expect(holdsSecret(made, read.secret)).toBe(true);
  expect(holdsSecret(made, newApiKey().secret)).toBe(false);
});

test('two keys with the same secret would have different hashes', () => {
  expect(newApiKey().salt).not.toEqual(newApiKey().salt);
});

test.each([
  'bpk_',
  'bpk_x_y',
  `bpk_${'0'.repeat(16)}_short`,
  `bpk_${'0'.repeat(16)}_${'a'.repeat(44)}`,
])('%s is no key', (text) => {
  expect(readApiKey(text)).toBeUndefined();
});

test.each(['run:read', 'workflow:*', '*', 'action:tools.slack.*:execute'])('%s is a scope', (scope) => {
  expect(() => checkScopes([scope])).not.toThrow();
});

test.each([
  'run:fly',
  'nothing:*',
  'run',
  'action:tools.slack',
  '**',
  'run:*:*',
  'constructor:*',
])('%s is none', (scope) => {
  expect(() => checkScopes([scope])).toThrow(expect.objectContaining({ code: 'API_KEY_SCOPE_UNKNOWN' }));
});

const shown = (key: string | undefined) => ({
  method: 'GET',
  address: '',
  headers: key === undefined ? {} : { 'x-backplane-service-key': key },
});

test('the service key acts as the host; another one is refused, and so is any where none is set', () => {
  const key = 'k'.repeat(32);
  expect(serviceKeyAuthenticator(key).identify(shown(key))).toEqual({ kind: 'host', name: 'service key' });
  expect(serviceKeyAuthenticator(key).identify(shown(undefined))).toBeUndefined();
  for (const [configured, given] of [
    [key, 'x'],
    [undefined, key],
    [undefined, ''],
  ] as const)
    expect(() => serviceKeyAuthenticator(configured).identify(shown(given))).toThrow(
      expect.objectContaining({ code: 'HTTP_UNAUTHENTICATED' }),
    );
});
