import { tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { cache } from './cache.ts';

const ocelot = { mode: 'ocelot', ttl: '15s' };

function counting(more: UpstreamAnswer = {}) {
  let answers = 0;
  return () => {
    answers += 1;
    return { body: `answer ${answers}`, ...more };
  };
}

test('any status is kept for the time that is set, whatever its headers say', async () => {
  const headers = { 'cache-control': 'no-store', expires: '0', 'x-a': '1' };
  await using trial = await tryPolicy(cache, ocelot, { upstream: counting({ status: 404, headers }) });
  await trial.send();
  trial.clock.advance(14_999);
  expect(await trial.send()).toMatchObject({
    status: 404,
    body: 'answer 1',
    headers: { expires: '0', 'x-a': '1' },
  });
  trial.clock.advance(1);
  expect((await trial.send()).body).toBe('answer 2');
});

test('method, address and the value of one header make the key; nothing else does', async () => {
  await using trial = await tryPolicy(cache, ocelot, { upstream: counting() });
  const of = async (request: object) => (await trial.send(request)).body;
  expect(await of({ url: '/a?b=1' })).toBe('answer 1');
  expect(await of({ url: '/a?b=2' })).toBe('answer 2');
  expect(await of({ url: '/a?b=1', method: 'POST' })).toBe('answer 3');
  expect(await of({ url: '/a?b=1', headers: { 'OC-Cache-Control': 'x' } })).toBe('answer 4');
  expect(await of({ url: '/a?b=1', headers: { authorization: 'Bearer x', accept: 'text/plain' } })).toBe('answer 1');
});

test('two bodies share an answer unless their content is part of the key', async () => {
  const post = (body: string) => ({ method: 'POST', body });
  await using shared = await tryPolicy(cache, ocelot, { upstream: counting() });
  await shared.send(post('a'));
  expect((await shared.send(post('b'))).body).toBe('answer 1');
  await using apart = await tryPolicy(cache, { ...ocelot, contentHashing: true }, { upstream: counting() });
  await apart.send(post('a'));
  expect([(await apart.send(post('b'))).body, (await apart.send(post('a'))).body]).toEqual(['answer 2', 'answer 1']);
});

test('what the gateway itself answers is not kept', async () => {
  let isDown = true;
  const upstream = () => {
    if (isDown) throw new Error('down');
    return { body: 'up' };
  };
  await using trial = await tryPolicy(cache, ocelot, { upstream });
  expect((await trial.send()).status).toBe(500);
  isDown = false;
  expect((await trial.send()).body).toBe('up');
});

test('cookies are given again one by one', async () => {
  const headers = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as const;
  await using trial = await tryPolicy(cache, ocelot, { upstream: () => ({ headers }) });
  await trial.send();
  const { exchange } = await trial.send();
  expect(exchange.response.headers.all('set-cookie')).toEqual(['a=1', 'b=2']);
});
