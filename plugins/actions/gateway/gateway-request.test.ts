import type { GatewayReply, GatewayRequest } from '@backplane/sdk';
import { fakeHost } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import plugin from './index.ts';

const MANIFEST = { capabilities: { gateway: { why: 'test' } } };

async function ask(input: object, reply: { status?: number; type?: string; text?: string } = {}) {
  const sent: GatewayRequest[] = [];
  const { status = 200, type = 'application/json', text = '{"id":7}' } = reply;
  const answer: GatewayReply = { status, headers: { 'content-type': type }, body: new TextEncoder().encode(text) };
  await using host = await fakeHost({
    plugin,
    manifest: MANIFEST as never,
    ports: {
      gateway: {
        request(request) {
          sent.push(request);
          return Promise.resolve(answer);
        },
      },
    },
  });
  const result = await host.run('core.gateway.request', { upstream: 'orders', path: '/v2/orders', ...input });
  const { signal: _, ...request } = sent[0]!;
  return { result, request };
}

test('a request goes to the upstream as it is described, and its JSON comes back', async () => {
  const { result, request } = await ask({
    method: 'post',
    params: { tag: ['a b', 'c'], none: null, deep: { x: 1 } },
    headers: { 'X-A': 1, 'x-none': null },
    payload: { amount: 2 },
    timeout: 2.5,
  });
  expect(request).toEqual({
    upstream: 'orders',
    method: 'POST',
    path: '/v2/orders?tag=a+b&tag=c&deep=%7B%22x%22%3A1%7D',
    headers: { 'X-A': '1', 'content-type': 'application/json' },
    body: '{"amount":2}',
    timeoutMs: 2500,
  });
  expect(result).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, data: { id: 7 } });
});

test('parameters go behind a query that the path has', async () => {
  expect((await ask({ path: '/a?b=1', params: { c: 2 } })).request.path).toBe('/a?b=1&c=2');
});

test('a header may carry the key that every attempt of the step has', async () => {
  const { request } = await ask({ idempotency_key_header: 'Idempotency-Key' });
  expect(request.headers).toEqual({ 'Idempotency-Key': 'run-1/step/core.gateway.request' });
});

test('what is not JSON is text, and nothing is null', async () => {
  expect((await ask({}, { type: 'text/plain', text: 'hello' })).result).toMatchObject({ data: 'hello' });
  expect((await ask({}, { text: '' })).result).toMatchObject({ data: null });
});

test.each([
  [404, 'GATEWAY_CALL_STATUS_REFUSED', 'after-fix'],
  [429, 'GATEWAY_CALL_STATUS_FAILED', 'later'],
  [503, 'GATEWAY_CALL_STATUS_FAILED', 'later'],
])('the status %i fails the step with %s', async (status, code, retry) => {
  await expect(ask({}, { status, text: 'why not' })).rejects.toMatchObject({
    code,
    facts: { retry },
    message: expect.stringContaining('why not'),
  });
});

test('a status that is to be ignored is an answer', async () => {
  expect((await ask({ ignore_status_codes: [404] }, { status: 404 })).result).toMatchObject({ status: 404 });
});

test('a body that claims to be JSON and is not fails the step', async () => {
  await expect(ask({}, { text: '{' })).rejects.toMatchObject({ code: 'GATEWAY_CALL_ANSWER_NOT_JSON' });
});
