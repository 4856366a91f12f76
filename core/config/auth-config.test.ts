import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { authConfigSchema } from './auth-config.ts';

const pem = (name: string) => readFileSync(new URL(`../identity/saml/fixtures/${name}.pem`, import.meta.url), 'utf8');
const idp = {
  id: 'idp',
  entityId: 'https://idp.example',
  signInUrl: 'https://idp.example/sso',
  certificates: [pem('idp.crt')],
  allowedDomains: ['example.com'],
};
const problems = (more: object) => {
  const parsed = authConfigSchema.safeParse({ saml: [{ ...idp, ...more }] });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
};
const small = () =>
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

test('a key and its certificate are taken, and with them an address to sign out at', () => {
  const keys = [{ privateKey: pem('sp.key'), certificate: pem('sp.crt') }];
  expect(problems({ keys, signOutUrl: 'https://idp.example/slo' })).toEqual([]);
});

test.each([
  ['of another key', pem('other.key'), pem('sp.crt')],
  ['that cannot be read', pem('sp.key'), '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----'],
  ['of a key that is too short', String(small()), pem('sp.crt')],
])('a certificate %s is refused, without showing the key', (_what, privateKey, certificate) => {
  const found = problems({ keys: [{ privateKey, certificate }] });
  expect(found).toEqual([expect.stringContaining('saml.0.keys.0 must be an RSA key of at least 2048 bits')]);
  expect(found.join()).not.toContain('PRIVATE');
});

test('signing out at a provider takes a key', () => {
  expect(problems({ signOutUrl: 'https://idp.example/slo' })).toEqual([
    expect.stringContaining('saml.0.keys must hold'),
  ]);
});
