import { expect, test } from 'vitest';
import { importRoute, scheme } from '../import-ocelot.fixture.ts';

const options = { compat: 'ocelot', schemes: { Bearer: scheme('Bearer'), ApiKey: scheme('ApiKey') } } as const;
const names = (route: { authenticate: { schemes: readonly { id: string }[] } }) =>
  route.authenticate.schemes.map(({ id }) => id);

test('schemes are tried in their order', () => {
  const { route } = importRoute(
    { AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer', 'ApiKey'] } },
    options,
  );
  expect(route.authenticate.mode).toBe('required');
  expect(names(route)).toEqual(['authentication/Bearer', 'authentication/ApiKey']);
});

test('the single key of old comes first, and the import tells what else is declared', () => {
  const { route, finding } = importRoute({ AuthenticationOptions: { AuthenticationProviderKey: 'Bearer' } }, options);
  expect(names(route)).toEqual(['authentication/Bearer']);
  expect(finding('OCELOT_SCHEME_SINGLE')?.message).toContain('ApiKey');
});

test('a scheme that nobody declares is an error', () => {
  const { finding } = importRoute({ AuthenticationOptions: { AuthenticationProviderKey: 'Cookie' } }, options);
  expect(finding('OCELOT_SCHEME_UNKNOWN')).toMatchObject({
    severity: 'error',
    pointer: '/Routes/0/AuthenticationOptions/AuthenticationProviderKey',
  });
});

test('AllowAnonymous opens a route that a global scheme would close', () => {
  const global = { AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'] } };
  expect(importRoute({}, options, global).route.authenticate.mode).toBe('required');
  const { route } = importRoute({ AuthenticationOptions: { AllowAnonymous: true } }, options, global);
  expect(route.authenticate).toEqual({ mode: 'none', schemes: [] });
});

test('Optional, which is not Ocelot’s, lets callers without a credential pass', () => {
  const given = { AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'], Optional: true } };
  expect(importRoute(given, options).route.authenticate.mode).toBe('optional');
});

test('a way to sign in that only callers who are signed in may use is warned of', () => {
  const given = {
    UpstreamPathTemplate: '/api/auth/{rest}',
    AuthenticationOptions: { AuthenticationProviderKey: 'Bearer' },
  };
  expect(importRoute(given, options).codes('warning')).toContain('OCELOT_LOGIN_PROTECTED');
});
