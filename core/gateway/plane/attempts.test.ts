import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type AttemptOptions, defineGatewayPolicy, type PolicyHooks, type ResponseExchange } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { route, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };
const HERE = { scheme: 'h2c', host: '127.0.0.1', weight: 1, metadata: {} } as const;
type Attempt = PolicyHooks['attempt'];

const wraps = (attempt: Attempt, name = 'wraps', buffer?: number) =>
  defineGatewayPolicy({
    ...words,
    name,
    phases: ['attempt'],
    onFailure: 'closed',
    ...(buffer !== undefined && { body: { request: { buffer: { maxBytes: buffer, onOverflow: 'skip' as const } } } }),
    create: () => ({ attempt }),
  });

/** Two services: the first one says 503, or takes its time; the second one is fine. */
async function serving(policies: ReturnType<typeof wraps>[], first: 'fails' | 'hangs' = 'fails') {
  const bad = await startUpstream((_request, response) => {
    if (first === 'fails') response.writeHead(503).end('bad');
  });
  const good = await startUpstream((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += piece)).on('end', () => response.end(`good ${text}`));
  });
  const gateway = await startGateway(
    {
      routes: [route('it', '/', { policies: policies.map(({ name }) => use(name)) })],
      upstreams: [upstream('up', [bad.port, good.port])],
    },
    policies,
  );
  const active = () =>
    gateway.snapshot.upstreams
      .get('up')!
      .state()
      .targets.map((target) => target.active);
  return {
    bad,
    good,
    active,
    url: gateway.url,
    async [Symbol.asyncDispose]() {
      await Promise.all([bad, good].map((one) => one[Symbol.asyncDispose]()));
      await gateway[Symbol.asyncDispose]();
    },
  };
}

const again: Attempt = async (_x, next) => {
  const answer = await next();
  return answer.response.status === 503 ? next() : answer;
};

test('a further try goes to another target, and its answer is the one that is given', async () => {
  const attempts: number[] = [];
  const count: Attempt = async (x, next) => {
    const answer = await next();
    attempts.push(answer.upstream.attempt, x.upstream.attempt);
    return answer;
  };
  await using it = await serving([wraps(again), wraps(count, 'count')]);
  expect(await (await fetch(it.url)).text()).toBe('good ');
  expect(attempts.filter((_, at) => at % 2 === 0)).toEqual([1, 2]);
  await expect.poll(it.active).toEqual([0, 0]);
});

test('a body that was held is sent again with a further try', async () => {
  await using it = await serving([wraps(again, 'wraps', 100)]);
  expect(await (await fetch(it.url, { method: 'POST', body: 'text' })).text()).toBe('good text');
});

test('a body that has gone cannot be sent again, and no try is left open', async () => {
  await using it = await serving([wraps(again)]);
  const answer = await fetch(it.url, { method: 'POST', body: 'text' });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([502, 'GATEWAY_BODY_SENT']);
  await expect.poll(it.active).toEqual([0, 0]);
});

test('a try that is still under way when another one is chosen is ended', async () => {
  const hedge: Attempt = (_x, next) => Promise.any([next(), next()]);
  await using it = await serving([wraps(hedge)], 'hangs');
  expect(await (await fetch(it.url)).text()).toBe('good ');
  await expect.poll(it.active).toEqual([0, 0]);
});

test('a policy ends one try alone by a signal', async () => {
  const limit: Attempt = async (_x, next) => {
    const late = new AbortController();
    const first = next({ signal: late.signal });
    late.abort(new Error('too slow'));
    return first.catch(() => next());
  };
  await using it = await serving([wraps(limit)], 'hangs');
  expect(await (await fetch(it.url)).text()).toBe('good ');
  await expect.poll(it.active).toEqual([0, 0]);
});

test('a policy can say which target a try goes to', async () => {
  let options: AttemptOptions = {};
  const choose: Attempt = (x, next) => {
    options = { target: x.upstream.targets[1]! };
    return next(options);
  };
  await using it = await serving([wraps(choose)]);
  expect(await (await fetch(it.url)).text()).toBe('good ');
});

test('a try after the answer has been given is refused', async () => {
  const later = Promise.withResolvers<ResponseExchange>();
  const greedy: Attempt = async (_x, next) => {
    const answer = await next();
    setTimeout(() => later.resolve(next()));
    return answer;
  };
  await using it = await serving([wraps(greedy)]);
  const refused = expect(later.promise).rejects.toThrow('nobody waits for another try');
  await (await fetch(it.url)).text();
  await refused;
});

test('a reply in place of an answer stops there', async () => {
  await using it = await serving([wraps(async () => ({ status: 503, body: 'open circuit' }))]);
  expect(await (await fetch(it.url)).text()).toBe('open circuit');
  expect(it.bad.seen).toEqual([]);
});

test('what no target answers is told by its code', async () => {
  await using unreachable = await startGateway({ routes: [route('it', '/')], upstreams: [upstream('up', [1])] });
  await using none = await startGateway({ routes: [route('it', '/')], upstreams: [upstream('up', [])] });
  await using broken = await startUpstream((request) => request.socket.destroy());
  await using cut = await startGateway({ routes: [route('it', '/')], upstreams: [upstream('up', [broken.port])] });
  const codes = [unreachable, none, cut].map(
    async ({ url }) => ((await (await fetch(url)).json()) as { code: string }).code,
  );
  expect(await Promise.all(codes)).toEqual([
    'GATEWAY_UPSTREAM_UNREACHABLE',
    'GATEWAY_NO_TARGET',
    'GATEWAY_UPSTREAM_BROKEN',
  ]);
});

test('the head of an answer over HTTP/2 does not wait for its first piece, whoever chose the try', async () => {
  const first = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    response.writeHead(200);
    void first.promise.then(() => response.end('late'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const up = upstream('up', [port]);
  const targets = { kind: 'static', targets: [{ ...HERE, port }] } as const;
  const given = wraps(async (_x, next) => {
    const answer = await next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return answer;
  });
  const gateway = await startGateway(
    { routes: [route('it', '/', { policies: [use('wraps')] })], upstreams: [{ ...up, targets }] },
    [given],
  );
  const answer = await fetch(gateway.url, { signal: AbortSignal.timeout(5_000) });
  expect(answer.status).toBe(200);
  first.resolve();
  expect(await answer.text()).toBe('late');
  await gateway[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
});
