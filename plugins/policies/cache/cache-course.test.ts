import {
  memorySharedState,
  type PolicyTrialOptions,
  remoteSharedState,
  testClock,
  type UpstreamAnswer,
} from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { counting, open } from './cache.fixture.ts';

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

  test('what a 304 says of the answer counts from then on', async () => {
    const controls = ['max-age=1', 'max-age=1, must-revalidate', 'max-age=1', 'no-store'];
    let isDown = false;
    const upstream: PolicyTrialOptions['upstream'] = ({ headers }) => {
      if (isDown) return { status: 503 };
      const has = headers['if-none-match'] === '"a"';
      return { status: has ? 304 : 200, headers: { etag: '"a"', 'cache-control': controls.shift()! }, body: 'mine' };
    };
    await using trial = await open(upstream, { staleIfError: '1h' });
    const later = () => {
      trial.clock.advance(1_000);
      return trial.send();
    };
    await trial.send();
    expect((await later()).headers['x-cache']).toBe('REVALIDATED');
    isDown = true;
    expect((await later()).status).toBe(503);
    isDown = false;
    expect((await later()).headers['x-cache']).toBe('REVALIDATED');
    // The last time that it may be given.
    expect(await later()).toMatchObject({ status: 200, body: 'mine', headers: { 'x-cache': 'REVALIDATED' } });
    controls.push('max-age=1');
    expect((await trial.send()).headers['x-cache']).toBe('MISS');
  });

  test('an answer that names headers in Vary takes the place of an older one that named none', async () => {
    const answers: UpstreamAnswer[] = [
      { headers: { 'cache-control': 'max-age=1', etag: '"a"' }, body: 'old' },
      { headers: { 'cache-control': 'max-age=60', etag: '"b"', vary: 'accept-language' }, body: 'new' },
    ];
    await using trial = await open(() => answers.shift() ?? { status: 500 });
    await trial.send();
    trial.clock.advance(1_000);
    await trial.send();
    expect(await trial.send()).toMatchObject({ status: 200, body: 'new', headers: { 'x-cache': 'HIT' } });
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
