import { expect, test } from 'vitest';
import { importRoute, scheme } from '../import-ocelot.fixture.ts';

test('scopes, requirements and what is made of claims are one policy, sorted as .NET gives dictionaries', () => {
  const { config, codes } = importRoute(
    {
      AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'], AllowedScopes: ['read', 'write'] },
      RouteClaimsRequirement: { role: 'User', tenant: '{rest}' },
      AddHeadersToRequest: { CustomerId: 'Claims[sub] > value[1] > |' },
      AddQueriesToRequest: { z: 'Claims[z] > value', a: 'Claims[a] > value' },
      AddClaimsToRequest: { plan: 'Claims[plan] > value' },
      ChangeDownstreamPathTemplate: { rest: 'Claims[sub] > value' },
    },
    { compat: 'ocelot', schemes: { Bearer: scheme('Bearer') } },
  );
  expect(codes('error')).toEqual([]);
  expect(config('claims')).toEqual({
    scopes: { any: ['read', 'write'] },
    require: { role: 'User', tenant: '{rest}' },
    headers: { CustomerId: 'Claims[sub] > value[1] > |' },
    query: { a: 'Claims[a] > value', z: 'Claims[z] > value' },
    set: { plan: 'Claims[plan] > value' },
    path: { template: expect.stringMatching(/^\/.*\{rest\}/), values: { rest: 'Claims[sub] > value' } },
    encodedParams: true,
    missing: 'refuse',
  });
  expect(Object.keys((config('claims') as { query: object }).query)).toEqual(['a', 'z']);
});

test('a short claim name also finds the long one, and the import says that Ocelot’s does not', () => {
  expect(importRoute({ RouteClaimsRequirement: { role: 'User' } }).codes('info')).toContain('OCELOT_CLAIM_NAME_SHORT');
});

test('texts among headers made of claims are sent as headers, with a warning', () => {
  const { config, codes } = importRoute({
    AddHeadersToRequest: { 'X-Gateway-Version': '1.0', 'X-Ip': '{RemoteIpAddress}' },
  });
  expect(config('header-transform')).toEqual({
    mode: 'ocelot',
    request: [
      { header: 'X-Gateway-Version', value: '1.0' },
      { header: 'X-Ip', value: '{RemoteIpAddress}' },
    ],
  });
  expect(config('claims')).toBeUndefined();
  expect(codes('warning')).toEqual(['OCELOT_CLAIM_EXPRESSION_INVALID', 'OCELOT_CLAIM_EXPRESSION_INVALID']);
});

test('a claim’s name for a header among claims is sent in that header, with a warning', () => {
  const { config, codes } = importRoute({ AddClaimsToRequest: { 'X-User-Id': 'sub' } });
  expect(config('claims')).toEqual({ headers: { 'X-User-Id': 'Claims[sub] > value' }, missing: 'refuse' });
  expect(codes('warning')).toEqual(['OCELOT_CLAIM_EXPRESSION_INVALID']);
});

test('every other text that is no expression is dropped, with a warning', () => {
  const { config, codes } = importRoute({ AddQueriesToRequest: { a: 'sub' }, AddClaimsToRequest: { plan: 'gold' } });
  expect(config('claims')).toBeUndefined();
  expect(codes('warning')).toHaveLength(2);
});

test('a claim cannot take a place in the query of a template', () => {
  const { finding } = importRoute({
    DownstreamPathTemplate: '/a/{rest}?b={id}',
    ChangeDownstreamPathTemplate: { id: 'Claims[sub] > value' },
  });
  expect(finding('OCELOT_OPTION_UNSUPPORTED')?.severity).toBe('error');
});
