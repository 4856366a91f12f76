import { defineGatewayPolicy } from '@backplane/sdk';
import { tryPolicy } from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { counting, open } from './cache.fixture.ts';
import { cache } from './cache.ts';

const signedIn = defineGatewayPolicy({
  ...cache,
  async create(context) {
    const hooks = await cache.create(context);
    return {
      ...hooks,
      cache(exchange) {
        const subject = exchange.request.headers.get('x-user');
        if (subject) exchange.identity = { subject, scheme: 'key', scopes: [], claims: {} };
        return hooks.cache(exchange);
      },
    };
  },
});

describe('what is kept', () => {
  test('a fresh answer is given again with its age, and the upstream is not asked', async () => {
    await using trial = await open(counting());
    expect(await trial.send()).toMatchObject({ body: 'answer 1', headers: { 'x-cache': 'MISS' } });
    trial.clock.advance(10_000);
    expect(await trial.send()).toMatchObject({
      body: 'answer 1',
      source: 'cache',
      headers: { 'x-cache': 'HIT', age: '10' },
    });
    trial.clock.advance(50_000);
    expect((await trial.send()).body).toBe('answer 2');
  });

  test('a body that comes in pieces is kept whole', async () => {
    await using trial = await open(counting(), {}, { pieceBytes: 3 });
    await trial.send();
    expect((await trial.send()).body).toBe('answer 1');
  });

  test.each([
    [{ 'cache-control': 'no-store' }],
    [{ 'cache-control': 'Private, max-age=60' }],
    [{ 'cache-control': 'max-age=0' }],
    [{ 'cache-control': 'no-cache' }],
    [{ 'cache-control': 'max-age=60', vary: '*' }],
    [{ 'cache-control': 'max-age=60', 'set-cookie': 'a=1' }],
    [{ expires: '0' }],
    [{}],
  ])('an answer with %j is not kept', async (headers) => {
    await using trial = await open(counting(headers as Record<string, string>));
    await trial.send();
    expect((await trial.send()).body).toBe('answer 2');
  });

  test('an answer that is cut off is not kept', async () => {
    await using trial = await open(counting({ 'cache-control': 'max-age=60', 'content-length': '500' }));
    await trial.send();
    expect((await trial.send()).body).toBe('answer 2');
  });

  test('large answers are not kept, and what was used least goes first when memory is full', async () => {
    const upstream = ({ path }: { path: string }) => ({
      headers: { 'cache-control': 'max-age=60' },
      body: 'x'.repeat(path === '/big' ? 1_001 : 1_000),
    });
    await using trial = await open(upstream, { maxEntry: 1_000, maxMemory: '4kB' });
    const hits: string[] = [];
    for (const url of ['/big', '/big', '/a', '/b', '/a', '/c', '/a', '/b'])
      hits.push(`${url} ${(await trial.send({ url })).headers['x-cache']}`);
    expect(hits).toEqual(['/big MISS', '/big MISS', '/a MISS', '/b MISS', '/a HIT', '/c MISS', '/a HIT', '/b MISS']);
  });

  test('answers without a lifetime get one only where the administrator gives it', async () => {
    await using trial = await open(counting({}), { defaultTtl: '5s' });
    await trial.send();
    expect((await trial.send()).body).toBe('answer 1');
    trial.clock.advance(5_000);
    expect((await trial.send()).body).toBe('answer 2');
  });

  test('cookies can be kept off, or kept', async () => {
    const headers = [
      ['cache-control', 'public, max-age=60'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ] as const;
    await using stripped = await open(counting(headers), { setCookie: 'strip' });
    await stripped.send();
    expect(await stripped.send()).toMatchObject({ body: 'answer 1' });
    expect((await stripped.send()).headers['set-cookie']).toBeUndefined();
    await using kept = await open(counting(headers), { setCookie: 'keep' });
    await kept.send();
    expect((await kept.send()).headers['set-cookie']).toBe('a=1, b=2');
  });
});

describe('whose answers', () => {
  test('what Vary names keeps answers apart', async () => {
    await using trial = await open(counting({ 'cache-control': 'max-age=60', vary: 'Accept-Language' }));
    const of = async (language: string) => (await trial.send({ headers: { 'accept-language': language } })).body;
    expect([await of('de'), await of('fr'), await of('de'), await of('fr')]).toEqual([
      'answer 1',
      'answer 2',
      'answer 1',
      'answer 2',
    ]);
  });

  test('so does what the administrator names', async () => {
    await using trial = await open(counting(), { varyBy: ['X-Tenant'] });
    const of = async (tenant: string) => (await trial.send({ headers: { 'x-tenant': tenant } })).body;
    expect([await of('a'), await of('b'), await of('a')]).toEqual(['answer 1', 'answer 2', 'answer 1']);
  });

  test('hosts and queries are different addresses', async () => {
    await using trial = await open(counting());
    const of = async (url: string, host: string) => (await trial.send({ url, headers: { host } })).body;
    expect([await of('/a', 'x'), await of('/a?b', 'x'), await of('/a', 'y'), await of('/a', 'x')]).toEqual([
      'answer 1',
      'answer 2',
      'answer 3',
      'answer 1',
    ]);
  });

  test('the answer to an Authorization is kept only when it says that it is for all', async () => {
    const headers = { authorization: 'Bearer x' };
    await using own = await open(counting());
    await own.send({ headers });
    expect((await own.send({ headers })).body).toBe('answer 2');
    await using open_ = await open(counting({ 'cache-control': 'public, max-age=60' }));
    await open_.send({ headers });
    expect((await open_.send({ headers: { authorization: 'Bearer y' } })).body).toBe('answer 1');
  });

  test('who is signed in by any other means counts as authorized too', async () => {
    await using trial = await tryPolicy(signedIn, {}, { upstream: counting() });
    await trial.send({ headers: { 'x-user': 'ada' } });
    expect((await trial.send({ headers: { 'x-user': 'bob' } })).body).toBe('answer 2');
    expect((await trial.send()).body).toBe('answer 3');
  });

  test('kept for each caller apart, private answers are kept as well', async () => {
    await using trial = await tryPolicy(
      signedIn,
      { perCaller: true },
      { upstream: counting({ 'cache-control': 'private, max-age=60' }) },
    );
    const of = async (user: string) => (await trial.send({ headers: { 'x-user': user } })).body;
    expect([await of('ada'), await of('bob'), await of('ada')]).toEqual(['answer 1', 'answer 2', 'answer 1']);
  });
});

describe('what the caller wishes', () => {
  test.each([
    [{ 'cache-control': 'no-cache' }, 'answer 2'],
    [{ pragma: 'no-cache' }, 'answer 2'],
    [{ 'cache-control': 'no-store' }, 'answer 2'],
    [{ 'cache-control': 'max-age=5' }, 'answer 2'],
    [{ 'cache-control': 'min-fresh=55' }, 'answer 2'],
    [{ 'cache-control': 'max-age=30' }, 'answer 1'],
    [{ range: 'bytes=0-3' }, 'answer 2'],
  ])('with %j it gets %s', async (headers, body) => {
    await using trial = await open(counting());
    await trial.send();
    trial.clock.advance(10_000);
    expect((await trial.send({ headers: headers as Record<string, string> })).body).toBe(body);
  });

  test('max-stale takes a stale answer, unless that one forbids it', async () => {
    const stale = { headers: { 'cache-control': 'max-stale=20' } };
    await using trial = await open(counting());
    await using strict = await open(counting({ 'cache-control': 'max-age=60, must-revalidate' }));
    for (const one of [trial, strict]) {
      await one.send();
      one.clock.advance(70_000);
    }
    expect([(await trial.send(stale)).body, (await strict.send(stale)).body]).toEqual(['answer 1', 'answer 2']);
  });

  test('only-if-cached gets what is kept or 504', async () => {
    await using trial = await open(counting());
    const only = { headers: { 'cache-control': 'only-if-cached' } };
    expect((await trial.send(only)).status).toBe(504);
    await trial.send();
    expect((await trial.send(only)).body).toBe('answer 1');
    expect(trial.sent).toHaveLength(1);
  });

  test('who has it already gets 304', async () => {
    await using trial = await open(counting({ 'cache-control': 'max-age=60', etag: '"a"', 'x-other': '1' }));
    await trial.send();
    const answer = await trial.send({ headers: { 'if-none-match': 'W/"a", "b"' } });
    expect([answer.status, answer.body, answer.headers['etag'], answer.headers['x-other']]).toEqual([
      304,
      '',
      '"a"',
      undefined,
    ]);
    expect((await trial.send({ headers: { 'if-none-match': '"c"' } })).status).toBe(200);
  });

  test('conditions are not for answers that say that there is nothing', async () => {
    await using trial = await open(counting({ 'cache-control': 'max-age=60', etag: '"a"' }, { status: 404 }));
    await trial.send();
    const answer = await trial.send({ headers: { 'if-none-match': '*' } });
    expect([answer.status, answer.headers['x-cache']]).toEqual([404, 'HIT']);
  });

  test('a HEAD is answered from the GET', async () => {
    await using trial = await open(counting());
    await trial.send();
    expect(await trial.send({ method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'x-cache': 'HIT' },
    });
  });
});

test.each([
  [{ maxEntry: 'big' }, 'no size'],
  [{ defaultTtl: '0s' }, 'defaultTtl'],
  [{ setCookie: 'yes' }, 'setCookie'],
  [{ mode: 'ocelot' }, 'ttl'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(cache, config)).rejects.toThrow(reason);
});
