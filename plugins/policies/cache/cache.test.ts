import { defineGatewayPolicy } from '@backplane/sdk';
import {
  memorySharedState,
  type PolicyTrialOptions,
  remoteSharedState,
  testClock,
  tryPolicy,
  type UpstreamAnswer,
} from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { cache } from './cache.ts';

/** An upstream that counts its answers in their bodies. */
function counting(headers: UpstreamAnswer['headers'] = { 'cache-control': 'max-age=60' }, more: UpstreamAnswer = {}) {
  let answers = 0;
  return () => {
    answers += 1;
    return { headers, body: `answer ${answers}`, ...more };
  };
}
const open = (upstream: NonNullable<PolicyTrialOptions['upstream']>, config = {}, options: PolicyTrialOptions = {}) =>
  tryPolicy(cache, config, { upstream, ...options });

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

describe('asking again', () => {
  test('a stale answer is asked for with its validator, and a 304 makes it fresh', async () => {
    const upstream: PolicyTrialOptions['upstream'] = ({ headers }) =>
      headers['if-none-match'] === '"a"'
        ? { status: 304, headers: { etag: '"a"', 'cache-control': 'max-age=30' } }
        : { headers: { 'cache-control': 'max-age=60', etag: '"a"' }, body: 'mine' };
    await using trial = await open(upstream);
    await trial.send();
    trial.clock.advance(60_000);
    expect(await trial.send()).toMatchObject({ status: 200, body: 'mine', headers: { 'x-cache': 'REVALIDATED' } });
    trial.clock.advance(29_000);
    expect((await trial.send()).headers['x-cache']).toBe('HIT');
    trial.clock.advance(1_000);
    expect((await trial.send()).headers['x-cache']).toBe('REVALIDATED');
    expect(trial.sent).toHaveLength(3);
  });

  test('without an etag the date serves', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    await using trial = await open(counting({ 'cache-control': 'max-age=1', 'last-modified': date }));
    await trial.send();
    trial.clock.advance(1_000);
    await trial.send();
    expect(trial.sent[1]!.headers['if-modified-since']).toBe(date);
  });

  test('an upstream that fails is covered by a stale answer where that is allowed', async () => {
    let isDown = false;
    const upstream = () => {
      if (isDown) throw new Error('down');
      return { headers: { 'cache-control': 'max-age=1, stale-if-error=60' }, body: 'old' };
    };
    await using trial = await open(upstream);
    await trial.send();
    isDown = true;
    trial.clock.advance(2_000);
    expect(await trial.send()).toMatchObject({ status: 200, body: 'old', headers: { 'x-cache': 'STALE' } });
    trial.clock.advance(60_000);
    expect((await trial.send()).status).toBe(500);
  });

  test('must-revalidate is stronger than what the administrator would like', async () => {
    const answers = [{ headers: { 'cache-control': 'max-age=1, must-revalidate' } }, { status: 503 }];
    await using trial = await open(() => answers.shift()!, { staleIfError: '1h' });
    await trial.send();
    trial.clock.advance(1_000);
    expect((await trial.send()).status).toBe(503);
  });
});

describe('many at once', () => {
  /** Answers when it is told to. */
  function gate(headers: Record<string, string>) {
    const waiting: (() => void)[] = [];
    const upstream = () =>
      new Promise<UpstreamAnswer>((resolve) => waiting.push(() => resolve({ headers, body: 'one' })));
    const arrived = async (count: number) => {
      while (waiting.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    return { upstream, waiting, arrived };
  }

  test('one request fetches what is missing, the others wait for it', async () => {
    const { upstream, waiting, arrived } = gate({ 'cache-control': 'max-age=60' });
    await using trial = await open(upstream);
    const all = Array.from({ length: 10 }, () => trial.send());
    await arrived(1);
    waiting[0]!();
    expect((await Promise.all(all)).map(({ body }) => body)).toEqual(Array(10).fill('one'));
    expect(trial.sent).toHaveLength(1);
  });

  test('what cannot be kept is waited for once, then everybody goes', async () => {
    const { upstream, waiting, arrived } = gate({ 'cache-control': 'no-store' });
    await using trial = await open(upstream);
    const all = Array.from({ length: 3 }, () => trial.send());
    await arrived(1);
    waiting[0]!();
    await arrived(3);
    const more = [trial.send(), trial.send()];
    await arrived(5);
    for (const answer of waiting) answer();
    await Promise.all([...all, ...more]);
    expect(trial.sent).toHaveLength(5);
  });

  test('one whose upstream fails does not keep the others waiting', async () => {
    let sent = 0;
    const upstream = async () => {
      sent += 1;
      if (sent === 1) throw new Error('down');
      return { headers: { 'cache-control': 'max-age=60' } };
    };
    await using trial = await open(upstream);
    const statuses = (await Promise.all([trial.send(), trial.send()])).map(({ status }) => status);
    expect(statuses).toEqual([500, 200]);
  });

  test('while one asks again, the others get the stale answer where that is allowed', async () => {
    const { upstream, waiting, arrived } = gate({ 'cache-control': 'max-age=1, stale-while-revalidate=60' });
    await using trial = await open(upstream);
    const first = trial.send();
    await arrived(1);
    waiting[0]!();
    await first;
    trial.clock.advance(2_000);
    const asking = trial.send();
    await arrived(2);
    expect(await trial.send()).toMatchObject({ body: 'one', headers: { 'x-cache': 'STALE', age: '2' } });
    waiting[1]!();
    expect((await asking).headers['x-cache']).toBe('MISS');
  });
});

describe('what ends an answer', () => {
  test.each([
    ['POST', {}, '/a', 'answer 3'],
    ['DELETE', {}, '/a', 'answer 3'],
    ['POST', { location: '/a' }, '/other', 'answer 3'],
    ['POST', { location: 'http://elsewhere/a' }, '/other', 'answer 1'],
    ['OPTIONS', {}, '/a', 'answer 1'],
  ])('a %s whose answer has %j, at %s', async (method, location, url, body) => {
    await using trial = await open(
      counting({ 'cache-control': 'max-age=60', ...(location as Record<string, string>) }),
    );
    await trial.send({ url: '/a' });
    await trial.send({ method, url });
    expect((await trial.send({ url: '/a' })).body).toBe(body);
  });

  test('a change that failed ends nothing', async () => {
    let answers = 0;
    const upstream = ({ method }: { method: string }) => {
      answers += 1;
      return {
        status: method === 'POST' ? 409 : 200,
        headers: { 'cache-control': 'max-age=60' },
        body: `answer ${answers}`,
      };
    };
    await using trial = await open(upstream);
    await trial.send();
    await trial.send({ method: 'POST' });
    expect((await trial.send()).body).toBe('answer 1');
  });

  test('another version of its region empties it on all workers, within a second', async () => {
    const clock = testClock();
    const memory = memorySharedState(clock);
    await using here = await open(counting(), { region: 'prices' }, { clock, shared: memory });
    await using there = await open(counting(), { region: 'prices' }, { clock, shared: remoteSharedState(memory) });
    await here.send();
    await there.send();
    memory.set('cache-region/prices', '2026-01-01', { ttlMs: 1e9 });
    clock.advance(1_000);
    expect([(await here.send()).body, (await there.send()).body]).toEqual(['answer 2', 'answer 2']);
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
