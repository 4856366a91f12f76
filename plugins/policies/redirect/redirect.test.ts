import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { redirect } from './redirect.ts';

async function locationOf(config: unknown, url: string, more: object = {}): Promise<readonly unknown[]> {
  const { params = {}, ...request } = more as { params?: Record<string, string> };
  await using trial = await tryPolicy(redirect, config, { route: { id: 'it', params } });
  const { status, headers } = await trial.send({ url, headers: { host: 'Shop.Example:8088' }, ...request });
  return [status, headers['location']];
}

test('plain requests are sent to the same address over https, and those that are there already pass', async () => {
  expect(await locationOf({ https: true }, '/a%20b?x=1')).toEqual([308, 'https://shop.example/a%20b?x=1']);
  expect(await locationOf({ https: { port: 8443 } }, '/a')).toEqual([308, 'https://shop.example:8443/a']);
  expect(await locationOf({ https: true }, '/a', { scheme: 'https' })).toEqual([200, undefined]);
});

test('whoever names no host cannot be sent anywhere, and passes', async () => {
  expect(await locationOf({ https: true }, '/a', { headers: {} })).toEqual([200, undefined]);
});

test('an old path leads to a new one, with its parameters and its query', async () => {
  const config = { to: '/shop/{param.rest}', status: 301 };
  expect(await locationOf(config, '/old/a/b?x=1', { params: { rest: 'a/b' } })).toEqual([301, '/shop/a/b?x=1']);
});

test('the query stays behind where that is said, and is added to one that is there', async () => {
  expect(await locationOf({ to: '/new', keepQuery: false }, '/old?x=1')).toEqual([308, '/new']);
  expect(await locationOf({ to: '/new?y=2' }, '/old?x=1')).toEqual([308, '/new?y=2&x=1']);
});

test('one name leads to another', async () => {
  expect(await locationOf({ to: 'https://www.shop.example{path}' }, '/a%20b')).toEqual([
    308,
    'https://www.shop.example/a%20b',
  ]);
});

test.each([
  ['/evil.example', '/evil.example'],
  ['//evil.example', '/evil.example'],
  ['\\evil.example', '/%5Cevil.example'],
  ['a?b#c', '/a%3Fb%23c'],
  ['a\r\nset-cookie: b', '/a%0D%0Aset-cookie%3A%20b'],
])('a path that callers choose (%j) leads to no other host', async (rest, location) => {
  expect(await locationOf({ to: '/{param.rest}' }, '/old', { params: { rest } })).toEqual([308, location]);
});

test('where a value is absent the request goes on', async () => {
  expect(await locationOf({ to: '/{param.nothing}' }, '/old')).toEqual([200, undefined]);
});

test.each([
  [{}, 'either'],
  [{ https: true, to: '/a' }, 'either'],
  [{ to: 'shop.example' }, 'expected a path'],
  [{ to: '//shop.example' }, 'expected a path'],
  [{ to: '/{nothing}' }, 'no value of a request'],
  [{ to: '/a', status: 200 }, 'status'],
])('the settings %j are refused', async (config, reason) => {
  await expect(tryPolicy(redirect, config)).rejects.toThrow(reason);
});
