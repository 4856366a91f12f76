import type { HttpRequest } from '@backplane/sdk';
import { type GivenReply, replyHttp, testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { opa } from './opa.ts';

const AGENT = { url: 'http://opa:8181/', path: 'gateway.allow' };

async function world(config: object, answer: (request: HttpRequest) => GivenReply | Promise<GivenReply>) {
  const clock = testClock();
  const asked: HttpRequest[] = [];
  const http = replyHttp((request) => {
    asked.push(request);
    return answer(request);
  });
  const route = { id: 'orders', params: { id: '7' }, tags: ['internal'] };
  const trial = await tryPolicy(opa, { ...AGENT, ...config }, { clock, ports: { http }, route });
  return { clock, asked, trial };
}
const says = (result: unknown) => () => ({ body: { result } });

test('the agent is asked about the request', async () => {
  const { asked, trial } = await world(
    { inputHeaders: ['X-Tenant'], headers: { authorization: 'Bearer t' } },
    says(true),
  );
  const headers = { host: 'api.example.com', 'x-tenant': 'acme', authorization: 'Bearer of-the-caller' };
  const { status } = await trial.send({ method: 'PUT', url: '/orders/7?a=1&a=2&__proto__=x', headers });
  expect(status).toBe(200);
  expect([asked[0]?.method, asked[0]?.url]).toEqual(['POST', 'http://opa:8181/v1/data/gateway/allow']);
  expect(asked[0]?.headers?.['authorization']).toBe('Bearer t');
  const { input } = JSON.parse(String(asked[0]?.body));
  expect(input).toMatchObject({
    method: 'PUT',
    path: '/orders/7',
    segments: ['orders', '7'],
    headers: { 'x-tenant': 'acme' },
    host: 'api.example.com',
    client: { address: '192.0.2.1' },
    route: { id: 'orders', params: { id: '7' }, tags: ['internal'] },
    identity: null,
  });
  expect(input.query.a).toEqual(['1', '2']);
  expect(String(asked[0]?.body)).not.toContain('of-the-caller');
});

test.each([
  ['false', false],
  ['nothing', undefined],
  ['null', null],
  ['"true"', 'true'],
  ['1', 1],
  ['an empty object', {}],
  ['allowed: "true"', { allowed: 'true' }],
  ['allowed: false, allow: true', { allowed: false, allow: true }],
  ['a list', [true]],
])('%s does not allow', async (_what, result) => {
  const { trial } = await world({}, says(result));
  const { status, body } = await trial.send();
  expect([status, JSON.parse(body).code, trial.sent]).toEqual([403, 'GATEWAY_DECISION_DENIED', []]);
});

test('a denial may have a status, headers and a body', async () => {
  const denial = { allowed: false, http_status: 451, headers: { 'X-Why': 'law', bad: 'a\nb' }, body: 'no' };
  const { trial } = await world({}, says(denial));
  const { status, headers, body } = await trial.send();
  expect([status, body, headers['x-why'], headers['bad']]).toEqual([451, 'no', 'law', undefined]);
});

test('a denial may lead elsewhere, but cannot look like a success', async () => {
  const redirect = await world({}, says({ allowed: false, http_status: 302, headers: { location: '/sign-in' } }));
  expect(await redirect.trial.send()).toMatchObject({ status: 302, headers: { location: '/sign-in' } });
  const success = await world({}, says({ allowed: false, http_status: 200 }));
  expect((await success.trial.send()).status).toBe(403);
});

test('the agent sets the headers that it may, and callers set none of them', async () => {
  const config = { upstreamHeaders: ['X-Tenant', 'X-Role'] };
  const { trial } = await world(config, says({ allow: true, headers: { 'X-Tenant': 'acme', 'X-Other': 'no' } }));
  await trial.send({ headers: { 'x-tenant': 'evil', 'X-ROLE': 'admin' } });
  expect(trial.sent[0]?.headers).toEqual({ 'x-tenant': 'acme' });
});

test('a decision holds for the same input as long as the settings say', async () => {
  const { clock, asked, trial } = await world({ cacheFor: '5s' }, says(true));
  await Promise.all([trial.send({ url: '/a' }), trial.send({ url: '/a' })]);
  await trial.send({ url: '/a' });
  await trial.send({ url: '/b' });
  expect(asked).toHaveLength(2);
  clock.advance(5_000);
  await trial.send({ url: '/a' });
  expect(asked).toHaveLength(3);
});

test('without that each request is decided anew', async () => {
  const { asked, trial } = await world({}, says(true));
  await trial.send();
  await trial.send();
  expect(asked).toHaveLength(2);
});

test.each([
  ['is unreachable', () => Promise.reject(new Error('connect ECONNREFUSED'))],
  ['fails', () => ({ status: 500, body: { result: true } })],
  ['answers no JSON', () => ({ body: 'true' })],
  ['answers no object', () => ({ body: 'null' })],
])('nobody comes in when the agent %s', async (_what, answer) => {
  const { trial } = await world({ cacheFor: '1m' }, answer);
  for (const _twice of [1, 2]) {
    const { status, body } = await trial.send();
    expect([status, JSON.parse(body).code]).toEqual([503, 'GATEWAY_DECISION_UNAVAILABLE']);
  }
  expect(trial.logs).toHaveLength(2);
});

test('the agent is waited for as long as the settings say', async () => {
  const { asked, trial } = await world({ timeout: '50ms' }, says(true));
  await trial.send();
  expect(asked[0]?.timeoutMs).toBe(50);
});

test.each([
  [{ path: '../system' }, 'path'],
  [{ path: '' }, 'path'],
  [{ url: 'opa:8181' }, 'url'],
  [{ timeout: '1 minute' }, 'timeout'],
  [{ upstreamHeaders: ['a b'] }, 'upstreamHeaders'],
])('the settings %j are refused', async (config, problem) => {
  await expect(world(config, says(true))).rejects.toThrow(problem);
});
