import { testClock, tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { responseEnvelope } from './response-envelope.ts';

const clock = testClock(Date.parse('2026-01-02T03:04:05Z'));

async function send(upstream: UpstreamAnswer, config: unknown = {}, request = {}) {
  await using trial = await tryPolicy(responseEnvelope, config, { upstream: () => upstream, clock });
  const answer = await trial.send(request);
  return { ...answer, sent: trial.sent[0], logs: trial.logs };
}

test('a JSON answer becomes the data of the envelope', async () => {
  const { body, headers } = await send({ body: { id: 7 } });
  expect(JSON.parse(body)).toEqual({
    success: true,
    data: { id: 7 },
    timestamp: '2026-01-02T03:04:05.000Z',
    correlationId: 'request-1',
    version: '1.0',
  });
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
});

test('an error keeps its status and is no success', async () => {
  const { status, body } = await send({
    status: 404,
    headers: { 'content-type': 'application/problem+json' },
    body: '{"code":"NO"}',
  });
  expect([status, JSON.parse(body)]).toMatchObject([404, { success: false, data: { code: 'NO' } }]);
});

test('numbers keep all their digits', async () => {
  const { body } = await send({ headers: { 'content-type': 'application/json' }, body: '[12345678901234567890.10]' });
  expect(body).toContain('"data":[12345678901234567890.10]');
});

test('names can begin with capitals, as .NET writes them', async () => {
  const { body } = await send({ body: 1 }, { names: 'pascal', version: '2' });
  expect(Object.keys(JSON.parse(body))).toEqual(['Success', 'Data', 'Timestamp', 'CorrelationId', 'Version']);
});

test('an answer without a body has null for data, unless it is told otherwise', async () => {
  expect(JSON.parse((await send({ status: 201 })).body)).toMatchObject({ success: true, data: null });
  expect((await send({ status: 201 }, { empty: false })).body).toBe('');
});

test.each([
  ['text', { body: 'plain' }],
  ['a redirect', { status: 302, body: { a: 1 } }],
  ['no content', { status: 204 }],
  ['what is compressed', { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: '{}' }],
])('%s is left alone', async (_, answer) => {
  const { body } = await send(answer);
  expect(body).not.toContain('"success"');
});

test('paths can be left alone, and so can errors', async () => {
  const config = { skip: ['/health', '/files/*'], errors: false };
  expect((await send({ body: 1 }, config, { url: '/health' })).body).toBe('1');
  expect((await send({ body: 1 }, config, { url: '/files/a' })).body).toBe('1');
  expect((await send({ body: 1, status: 500 }, config)).body).toBe('1');
});

test('what only says that it is JSON is passed on, and logged', async () => {
  const { body, logs } = await send({ headers: { 'content-type': 'application/json' }, body: '{broken' });
  expect(body).toBe('{broken');
  expect(logs).toMatchObject([{ level: 'warn' }]);
});

test('the upstream is asked for a body that can be read, and its ETag does not outlive the change', async () => {
  const { sent, headers } = await send(
    { headers: { etag: '"a"' }, body: {} },
    {},
    { headers: { 'accept-encoding': 'br' } },
  );
  expect(sent?.headers['accept-encoding']).toBe('identity');
  expect(headers['etag']).toBeUndefined();
});
