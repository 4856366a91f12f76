import { request as sendRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { route, startGateway, startUpstream, upstream, use } from '../core/gateway/gateway.fixture.ts';
import type { PolicyUse } from '../core/gateway/model/policy-use.ts';
import type { RouteModel } from '../core/gateway/model/route-model.ts';
import { cache } from '../plugins/policies/cache/cache.ts';
import { canary } from '../plugins/policies/canary/canary.ts';
import { circuitBreaker } from '../plugins/policies/circuit-breaker/circuit-breaker.ts';
import { concurrency } from '../plugins/policies/concurrency/concurrency.ts';
import { hedge } from '../plugins/policies/hedge/hedge.ts';
import { mirror } from '../plugins/policies/mirror/mirror.ts';
import { mock } from '../plugins/policies/mock/mock.ts';
import { rateLimit } from '../plugins/policies/rate-limit/rate-limit.ts';
import { retry } from '../plugins/policies/retry/retry.ts';
import { timeout } from '../plugins/policies/timeout/timeout.ts';

const policies: GatewayPolicy[] = [
  cache,
  canary,
  circuitBreaker,
  concurrency,
  hedge,
  mirror,
  mock,
  rateLimit,
  retry,
  timeout,
];

/** Settings as the gateway has checked them. */
function using(...uses: readonly (readonly [policy: GatewayPolicy, config: object])[]): PolicyUse[] {
  return uses.map(([policy, config], at) => use(policy.name, policy.config.parse(config), `test-${at}/${policy.name}`));
}

const gatewayFor = (ports: readonly number[], uses: PolicyUse[], others: readonly RouteModel[] = []) =>
  startGateway(
    { routes: [route('all', '/{rest*}', { policies: uses }), ...others], upstreams: [upstream('up', ports)] },
    policies,
  );

/** Sends, and leaves before there is an answer. */
function leave(url: string, afterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const request = sendRequest(url);
    request.on('error', () => resolve());
    request.end();
    setTimeout(() => request.destroy(), afterMs);
  });
}

test('a rate limit refuses with its headers, through the real plane', async () => {
  await using up = await startUpstream((_request, response) => response.end('ok'));
  await using gateway = await gatewayFor([up.port], using([rateLimit, { limit: 2, period: '1m' }]));
  const answers = [await fetch(gateway.url), await fetch(gateway.url), await fetch(gateway.url)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['1', '0', '0']);
  expect(up.seen).toHaveLength(2);
});

test('a request with a body is sent again whole, to another target', async () => {
  const bodies: string[] = [];
  await using bad = await startUpstream((request, response) =>
    request.resume().on('end', () => response.writeHead(503).end('no')),
  );
  await using good = await startUpstream((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (piece: string) => bodies.push(piece)).on('end', () => response.end('done'));
  });
  await using gateway = await gatewayFor([bad.port, good.port], using([retry, { backoff: { base: 1, max: 2 } }]));
  for (let sent = 0; sent < 4; sent++) {
    const answer = await fetch(gateway.url, { method: 'PUT', body: 'all of it' });
    expect([answer.status, await answer.text()]).toEqual([200, 'done']);
  }
  expect(bodies).toEqual(Array(4).fill('all of it'));
  expect(bad.seen.length).toBeGreaterThan(0);
});

test('a breaker inside of retries inside of a deadline: each does its part', async () => {
  await using gateway = await gatewayFor(
    [1],
    using(
      [timeout, { total: '2s' }],
      [retry, { retries: 1, backoff: { base: 1, max: 2 } }],
      [circuitBreaker, { failures: 3, breakFor: '1m' }],
    ),
  );
  const statuses: number[] = [];
  for (let sent = 0; sent < 3; sent++) statuses.push((await fetch(gateway.url)).status);
  // Two tries, then the third failure opens it and the retry meets the open one.
  expect(statuses).toEqual([502, 503, 503]);
});

test('a caller that leaves while its request tries the half-open breaker makes room', async () => {
  let answers = 0;
  await using up = await startUpstream((_request, response) => {
    answers += 1;
    if (answers === 1) response.writeHead(500).end();
    else if (answers > 2) response.end('ok');
  });
  await using gateway = await gatewayFor([up.port], using([circuitBreaker, { failures: 1, breakFor: '20ms' }]));
  expect((await fetch(gateway.url)).status).toBe(500);
  await sleep(30);
  await leave(gateway.url, 50);
  await expect.poll(async () => (await fetch(gateway.url)).status).toBe(200);
});

test('a deadline ends the request at the upstream, too', async () => {
  let isClosed = false;
  await using up = await startUpstream((_request, response) => response.on('close', () => (isClosed = true)));
  await using gateway = await gatewayFor([up.port], using([timeout, { total: '30ms' }]));
  expect((await fetch(gateway.url)).status).toBe(504);
  await expect.poll(() => isClosed).toBe(true);
});

test('a hedge takes the faster answer and ends the slower request', async () => {
  let isClosed = false;
  await using slow = await startUpstream((_request, response) => response.on('close', () => (isClosed = true)));
  await using quick = await startUpstream((_request, response) => response.end('quick'));
  await using gateway = await gatewayFor([slow.port, quick.port], using([hedge, { after: '20ms' }]));
  for (let sent = 0; sent < 2; sent++) expect(await (await fetch(gateway.url)).text()).toBe('quick');
  await expect.poll(() => isClosed).toBe(true);
});

test('a cache keeps what streams by, asks once for many, and answers a HEAD', async () => {
  const body = 'x'.repeat(200_000);
  await using up = await startUpstream((_request, response) => {
    response.writeHead(200, { 'cache-control': 'max-age=60', etag: '"a"' });
    setTimeout(() => response.end(body), 20);
  });
  await using gateway = await gatewayFor([up.port], using([cache, {}]));
  const all = await Promise.all(Array.from({ length: 8 }, () => fetch(`${gateway.url}/a`)));
  for (const answer of all) expect(await answer.text()).toBe(body);
  const head = await fetch(`${gateway.url}/a`, { method: 'HEAD' });
  expect([head.status, head.headers.get('x-cache')]).toEqual([200, 'HIT']);
  // fetch adds no-cache to conditions unless the request says what it wants.
  const condition = { 'if-none-match': '"a"', 'cache-control': 'max-age=600' };
  expect((await fetch(`${gateway.url}/a`, { headers: condition })).status).toBe(304);
  expect(up.seen).toHaveLength(1);
});

test('a place is free again when its caller has left', async () => {
  let answers = 0;
  await using up = await startUpstream((_request, response) => {
    answers += 1;
    if (answers > 1) response.end('ok');
  });
  await using gateway = await gatewayFor([up.port], using([concurrency, { limit: 1 }]));
  const leaving = leave(gateway.url, 100);
  await expect.poll(() => up.seen.length).toBe(1);
  expect((await fetch(gateway.url)).status).toBe(503);
  await leaving;
  await expect.poll(async () => (await fetch(gateway.url)).status).toBe(200);
});

test('a copy that waits for the end of the answer is sent then, with the body', async () => {
  const order: string[] = [];
  await using up = await startUpstream((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      order.push(`${request.url} ${body}`);
      // Longer than the answer that the caller gets.
      setTimeout(() => response.end(), request.url === '/shadow' ? 100 : 0);
    });
    response.once('finish', () => order.push(`${request.url} answered`));
  });
  const shadow = route('shadow', '/shadow', {
    to: { kind: 'upstream', upstream: 'up', path: { kind: 'native', template: '/shadow' } } as never,
  });
  await using gateway = await gatewayFor([up.port], using([mirror, { route: 'shadow', methods: ['POST'] }]), [shadow]);
  await (await fetch(`${gateway.url}/a`, { method: 'POST', body: 'hello' })).text();
  await expect.poll(() => order).toEqual(['/a hello', '/a answered', '/shadow hello', '/shadow answered']);
});

test('what another route says to HEAD has no length that is made up', async () => {
  await using up = await startUpstream((_request, response) => response.setHeader('content-length', 5).end('12345'));
  const uses = using([canary, { to: { route: 'next' }, percent: 100 }]);
  await using gateway = await gatewayFor([up.port], uses, [route('next', '/next')]);
  const [head, get] = [await fetch(gateway.url, { method: 'HEAD' }), await fetch(gateway.url)];
  expect([head.headers.get('content-length'), get.headers.get('content-length')]).toEqual([null, '5']);
});

test('a canary and a mirror reach other routes by their ids', async () => {
  await using up = await startUpstream((_request, response) => response.end('old'));
  const next = route('next', '/next', {
    to: { kind: 'policies' },
    policies: using([mock, { status: 201, body: 'new {path}' }]),
  });
  const shadow = route('shadow', '/shadow');
  await using gateway = await gatewayFor(
    [up.port],
    using(
      [mirror, { route: 'shadow', when: 'alongside' }],
      [canary, { to: { route: 'next' }, percent: 0, always: [{ header: 'x-beta' }] }],
    ),
    [next, shadow],
  );
  const beta = await fetch(`${gateway.url}/a`, { headers: { 'x-beta': '1' } });
  expect([beta.status, await beta.text()]).toEqual([201, 'new /a']);
  expect(await (await fetch(`${gateway.url}/a`)).text()).toBe('old');
  // Two copies, and the one request that was not the canary's.
  await expect.poll(() => up.seen.length).toBe(3);
});
