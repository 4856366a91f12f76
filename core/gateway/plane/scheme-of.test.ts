import { expect, test } from 'vitest';
import { route, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';
import { schemeOf } from './scheme-of.ts';
import { policy } from './serving.fixture.ts';

const of = (isEncrypted: boolean, isPeerTrusted: boolean, ...rawHeaders: string[]) =>
  schemeOf({ isEncrypted, isPeerTrusted, rawHeaders });

test('without a trusted proxy the connection alone says how a caller came', () => {
  expect([of(true, false), of(false, false), of(false, false, 'X-Forwarded-Proto', 'https')]).toEqual([
    'https',
    'http',
    'http',
  ]);
});

test('a trusted proxy says how its caller came, the nearest one where there are several', () => {
  expect([
    of(false, true, 'X-Forwarded-Proto', 'https'),
    of(true, true, 'x-forwarded-proto', 'http'),
    of(false, true, 'x-forwarded-proto', 'https, http'),
    of(true, true),
  ]).toEqual(['https', 'http', 'http', 'https']);
});

test.each([
  [['127.0.0.1'], 'https'],
  [[], 'http'],
])('policies see the scheme that proxies tell, where %j are trusted', async (trustedProxies, scheme) => {
  const told = policy('told', { route: ({ request }) => ({ status: 200, body: request.scheme }) });
  await using up = await startUpstream((_request, response) => response.end());
  await using gateway = await startGateway(
    { routes: [route('it', '/', { policies: [use('told')] })], upstreams: [upstream('up', [up.port])] },
    [told],
    { trustedProxies },
  );
  const headers = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https' };
  expect(await (await fetch(gateway.url, { headers })).text()).toBe(scheme);
});
