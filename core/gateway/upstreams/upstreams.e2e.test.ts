import { expect, test } from 'vitest';
import { route, startGateway, startUpstream, upstream } from '../gateway.fixture.ts';

const ROUTES = [route('all', '/{rest*}')];

test('the cookie of the gateway keeps a caller with a target, beside the cookies of the service', async () => {
  await using one = await startUpstream((_, response) => response.setHeader('set-cookie', 'own=1').end('one'));
  await using two = await startUpstream((_, response) => response.setHeader('set-cookie', 'own=1').end('two'));
  await using gateway = await startGateway({
    routes: ROUTES,
    upstreams: [
      upstream('up', [one.port, two.port], {
        balancer: { type: 'sticky-cookie', cookie: 'at', ttlMs: 0, ocelot: false },
      }),
    ],
  });
  const first = await fetch(gateway.url);
  const [own, sticky] = first.headers.getSetCookie();
  expect(own).toBe('own=1');
  expect(sticky).toMatch(/^at=[a-z0-9]+; Path=\/; HttpOnly; SameSite=Lax$/);
  const chosen = await first.text();
  const headers = { cookie: sticky!.split(';')[0]! };
  for (let at = 0; at < 4; at += 1) {
    const again = await fetch(gateway.url, { headers });
    expect(await again.text()).toBe(chosen);
    expect(again.headers.getSetCookie()).toEqual(['own=1']);
  }
});

test('a target that refuses connections is left out after some requests, and the others serve', async () => {
  await using up = await startUpstream((_, response) => response.end('ok'));
  const gone = await startUpstream(() => undefined);
  await gone[Symbol.asyncDispose]();
  const outlier = { consecutiveFailures: 2, ejectMs: 60_000, maxEjectedPercent: 10, statuses: [[500, 599]] } as const;
  await using gateway = await startGateway({
    routes: ROUTES,
    upstreams: [upstream('up', [gone.port, up.port], { health: { outlier } })],
  });
  const statuses: number[] = [];
  for (let at = 0; at < 12; at += 1) statuses.push((await fetch(gateway.url)).status);
  expect(statuses.filter((status) => status === 502)).toHaveLength(2);
  expect(gateway.snapshot.upstreams.get('up')!.state().targets).toMatchObject([
    { isHealthy: false, because: expect.stringContaining('2 times in a row') },
    { isHealthy: true },
  ]);
});

test('an upstream that stands in serves while no target is healthy', async () => {
  await using ill = await startUpstream((_, response) => response.writeHead(503).end());
  await using spare = await startUpstream((_, response) => response.end('spare'));
  const outlier = { consecutiveFailures: 1, ejectMs: 60_000, maxEjectedPercent: 100, statuses: [[500, 599]] } as const;
  await using gateway = await startGateway({
    routes: ROUTES,
    upstreams: [
      upstream('up', [ill.port], { health: { outlier }, failover: 'spare' }),
      upstream('spare', [spare.port]),
    ],
  });
  expect((await fetch(gateway.url)).status).toBe(503);
  expect(await (await fetch(gateway.url)).text()).toBe('spare');
});

test('an upstream without any target is said to have none', async () => {
  await using gateway = await startGateway({ routes: ROUTES, upstreams: [upstream('up', [])] });
  const answer = await fetch(gateway.url);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'GATEWAY_NO_TARGET' });
});
