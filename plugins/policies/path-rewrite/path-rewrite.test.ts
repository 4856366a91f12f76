import { type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { pathRewrite } from './path-rewrite.ts';

async function send(config: unknown, request: TrialRequest | string, params = {}) {
  await using trial = await tryPolicy(pathRewrite, config, { route: { params } });
  const answer = await trial.send(typeof request === 'string' ? { url: request } : request);
  return { answer, path: trial.sent[0]?.path };
}

test.each([
  [{ stripPrefix: '/api' }, '/api/orders', '/orders'],
  [{ stripPrefix: '/api/' }, '/api', '/'],
  [{ stripPrefix: '/api' }, '/apis/orders', '/apis/orders'],
  [{ addPrefix: '/v2' }, '/orders?x=1', '/v2/orders?x=1'],
  [{ stripPrefix: '/api', addPrefix: '/v2/' }, '/api/orders', '/v2/orders'],
  [{ replace: [{ match: '^/[^/]+/u/(\\d+)', with: '/users/$1' }] }, '/t/u/7/x', '/users/7/x'],
  [{ replace: [{ match: '/(?<a>a)/(?<b>b)', with: '/$<b>/$<a>' }] }, '/a/b', '/b/a'],
  [{ replace: [{ match: '^/none', with: '/x' }] }, '/a%2Fb', '/a%2Fb'],
])('with %j, %s goes to the upstream as %s', async (config, url, expected) => {
  expect((await send(config, url)).path).toBe(expected);
});

test.each([
  [{ remove: ['debug', 'utm_*'] }, '/?a=1&debug=1&utm_source=x&b', '/?a=1&b'],
  [{ remove: ['a b'] }, '/?a+b=1&a%20b=2', '/'],
  [{ keep: ['page'] }, '/?page=2&x=1', '/?page=2'],
  [{ rename: { q: 'search' } }, '/?q=a%20b&q', '/?search=a%20b&search'],
  [{ set: { v: '2' }, append: { tag: 'a&b' } }, '/?v=1&tag=x', '/?tag=x&v=2&tag=a%26b'],
])('with %j, the query of %s becomes %s', async (query, url, expected) => {
  expect((await send({ query }, url)).path).toBe(expected);
});

test('values of the request stand in path and query, encoded', async () => {
  const config = { addPrefix: '/t/{param.tenant}', query: { set: { by: '{claim.sub}' } } };
  const identity = { subject: 'u', scheme: 's', scopes: [], claims: { sub: 'a&b' } };
  expect((await send(config, { url: '/x?by=forged', identity }, { tenant: 'a/b$1' })).path).toBe(
    '/t/a%2Fb%241/x?by=a%26b',
  );
});

test('a parameter whose value is absent is removed, so that callers cannot forge it', async () => {
  expect((await send({ query: { set: { by: '{claim.sub}' } } }, '/?by=admin')).path).toBe('/');
});

test.each(['..', '.', '%2e%2e'])('a value %s cannot lead elsewhere', async (tenant) => {
  const { answer, path } = await send(
    { replace: [{ match: '^/x', with: '/{header.tenant}' }] },
    { url: '/x/y', headers: { tenant } },
  );
  // What is encoded already is encoded once more, and is a name then.
  if (tenant.startsWith('%')) expect(path).toBe('/%252e%252e/y');
  else expect([answer.status, JSON.parse(answer.body).code, path]).toEqual([400, 'GATEWAY_PATH_INVALID', undefined]);
});

test('a path that lacks a value is refused', async () => {
  expect((await send({ addPrefix: '/t/{param.none}' }, '/x')).answer.status).toBe(400);
});

test.each([
  [{}, 'it would do nothing'],
  [{ stripPrefix: 'api' }, 'begins with a slash'],
  [{ replace: [{ match: '(', with: '' }] }, 'no regular expression'],
  [{ addPrefix: '/{x}' }, 'no value of a request'],
])('the settings %j are refused', async (config, problem) => {
  await expect(send(config, '/')).rejects.toThrow(problem);
});
