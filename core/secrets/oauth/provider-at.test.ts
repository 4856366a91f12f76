import type { OAuthProviderSpec } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { providerAt } from './provider-at.ts';

const spec: OAuthProviderSpec = {
  name: 'acme',
  title: 'Acme',
  summary: '',
  grants: ['authorization_code'],
  settings: {
    domain: { title: 'Domain', pattern: '.+' },
    tenant: { title: 'Tenant', pattern: '[a-z0-9-]+', default: 'common' },
  },
  endpoints: { authorize: 'https://{domain}/{tenant}/authorize', token: 'https://{domain}/{tenant}/token' },
  scopes: { known: {}, default: [] },
  sendTokenTo: ['{domain}'],
};

test('settings are put into addresses and hosts, with defaults where there are any', () => {
  expect(providerAt(spec, { domain: 'id.acme.com' })).toMatchObject({
    endpoints: { authorize: 'https://id.acme.com/common/authorize', token: 'https://id.acme.com/common/token' },
    sendTokenTo: ['id.acme.com'],
  });
});

test.each([
  ['is missing', {}],
  ['does not exist', { domain: 'a.com', other: 'x' }],
  ['does not have the form', { domain: 'a.com', tenant: 'UPPER' }],
  ['does not have the form', { domain: 'evil.com@a.com' }],
  ['does not have the form', { domain: 'a.com?' }],
  ['does not have the form', { domain: 'a.com#' }],
  ['does not have the form', { domain: 'a.com\\b' }],
  ['does not have the form', { domain: 'a .com' }],
])('a setting that %s is refused: %o', (problem, given) => {
  expect(() => providerAt(spec, given as Record<string, string>)).toThrow(
    expect.objectContaining({ code: 'CONNECTION_SETTING_INVALID', message: expect.stringContaining(problem) }),
  );
});

test.each([
  ['http://id.acme.com/token', 'is not https'],
  ['https://me@id.acme.com/token', 'names a user'],
  ['https://id.acme.com/token#x', 'has a fragment'],
  ['id.acme.com', 'is no URL'],
])('the address %s %s', (token, problem) => {
  const other = { ...spec, settings: {}, endpoints: { token }, sendTokenTo: ['id.acme.com'] };
  expect(() => providerAt(other, {})).toThrow(
    expect.objectContaining({ code: 'CONNECTION_ADDRESS_INVALID', message: expect.stringContaining(problem) }),
  );
});
