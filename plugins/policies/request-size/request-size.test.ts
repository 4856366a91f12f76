import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { requestSize } from './request-size.ts';

const post = (length: number | string) => ({
  method: 'POST',
  body: 'x',
  headers: { 'content-length': String(length) },
});

test('a body that says it is too long is refused before it is read', async () => {
  await using trial = await tryPolicy(requestSize, { body: '1KiB' });
  expect((await trial.send(post(1_024))).status).toBe(200);
  const refused = await trial.send(post(1_025));
  expect(refused.status).toBe(413);
  expect(JSON.parse(refused.body)).toMatchObject({ code: 'GATEWAY_BODY_TOO_LARGE', title: 'Content too large' });
});

test('a body that does not say how long it is is counted, or refused where the file says so', async () => {
  const chunked = (body: string) => ({ method: 'POST', body });
  await using counting = await tryPolicy(requestSize, { body: 10 });
  expect((await counting.send(chunked('x'.repeat(10)))).status).toBe(200);
  expect((await counting.send(chunked('x'.repeat(11)))).status).toBe(413);
  await using strict = await tryPolicy(requestSize, { body: 10, unknownLength: 'refuse' });
  expect((await strict.send(chunked('x'))).status).toBe(411);
});

test('requests without a body pass', async () => {
  await using trial = await tryPolicy(requestSize, { body: 0 });
  expect((await trial.send()).status).toBe(200);
});

test('a length that is no number is refused', async () => {
  await using trial = await tryPolicy(requestSize, { body: 10 });
  expect((await trial.send(post('0x10'))).status).toBe(400);
});

test('long addresses and large headers are refused', async () => {
  await using trial = await tryPolicy(requestSize, { url: 20, headers: 30 });
  expect((await trial.send({ url: '/12345678901234567890' })).status).toBe(414);
  expect((await trial.send({ headers: { a: 'x'.repeat(30) } })).status).toBe(431);
  expect((await trial.send({ url: '/1234', headers: { a: 'x'.repeat(29) } })).status).toBe(200);
});

test.each([
  [{}, 'at least one'],
  [{ body: 'big' }, 'no size'],
  [{ body: -1 }, 'body'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(requestSize, config)).rejects.toThrow(reason);
});
