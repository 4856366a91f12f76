import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Reply, startTestHost, type TestHost } from '../../../tests/host.fixture.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    backplane: `log: { level: silent }
server: { trustProxy: true, maxBodyBytes: 100000 }
templates: { workflows: [] }
secrets: { hooks: { KEY: right, NEXT: next } }
`,
  });
});
afterAll(() => host[Symbol.asyncDispose]());

let aliases = 0;
/** A workflow that gives its trigger back; `trigger` are keys of its webhook. */
async function hook(trigger: string, more = ''): Promise<string> {
  const alias = `hook-${++aliases}`;
  const source = `title: Echo
triggers: [{type: webhook, ${trigger}}]
actions: [{ref: echo, action: core.transform.reshape, args: {value: "\${{ TRIGGER }}"}}]
returns: \${{ ACTIONS.echo.result }}
${more}`;
  const { status, body } = await host.api('POST', '/workflows', { alias, source });
  expect([status, body.details]).toEqual([201, undefined]);
  return `${host.url}/api/webhooks/${alias}`;
}

const KEY = 'auth: {type: api_key, secret: hooks.KEY}';
const keyed = { 'x-api-key': 'right' };
const json = { 'content-type': 'application/json' };
const hmac = (text: string, secret = 'right') => createHmac('sha256', secret).update(text).digest('hex');
const now = () => Math.floor(Date.now() / 1000);
const verdict = ({ status, body }: Reply) => [status, body.code];

test('an API key opens, a wrong one and none do not; a second secret opens while one follows the other', async () => {
  const url = await hook('auth: {type: api_key, header: X-Token, secret: [hooks.NEXT, hooks.KEY]}, respond: result');
  const send = (headers: Record<string, string>) => call(url, 'POST', '{"a":1}', { ...json, ...headers });
  for (const key of ['right', 'next']) expect((await send({ 'x-token': key })).body).toEqual({ a: 1 });
  expect(verdict(await send({ 'x-token': 'wrong' }))).toEqual([401, 'WEBHOOK_KEY_INVALID']);
  expect(verdict(await send({ 'x-api-key': 'right' }))).toEqual([401, 'WEBHOOK_KEY_MISSING']);
  const alias = url.split('/').at(-1);
  expect((await host.api('POST', `/workflows/${alias}/webhook`, {})).body.code).toBe('WORKFLOW_WEBHOOK_SECRET_NAMED');
});

test('an API key without a named secret is the one that the host makes', async () => {
  const url = await hook('auth: {type: api_key}');
  const { secret } = (await host.api('POST', `/workflows/${url.split('/').at(-1)}/webhook`, {})).body;
  expect((await call(url, 'POST', '{}', { ...json, 'x-api-key': secret })).status).toBe(202);
});

test('GitHub deliveries', async () => {
  const url = await hook('auth: {type: hmac, preset: github, secret: hooks.KEY}, respond: result');
  const body = '{"action":"opened"}';
  const send = (signature: string) => call(url, 'POST', body, { ...json, 'x-hub-signature-256': signature });
  expect((await send(`sha256=${hmac(body)}`)).body).toEqual({ action: 'opened' });
  expect(verdict(await send(`sha256=${hmac(body, 'other')}`))).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID']);
});

test('Slack: the challenge is answered without a run, a call is taken once and in time', async () => {
  const url = await hook('auth: {type: hmac, preset: slack, secret: hooks.KEY}, respond: result');
  const send = (body: string, type: string, at = now()) =>
    call(url, 'POST', body, {
      'content-type': type,
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': `v0=${hmac(`v0:${at}:${body}`)}`,
    });
  const challenge = await send('{"type":"url_verification","challenge":"c1","token":"t"}', 'application/json');
  expect([challenge.status, challenge.body]).toEqual([200, 'c1']);
  const alias = url.split('/').at(-1);
  expect((await host.api('GET', `/workflows/${alias}/runs`)).body.items).toEqual([]);
  const at = now();
  expect((await send('command=%2Fgo&text=x', 'application/x-www-form-urlencoded', at)).body).toEqual({
    command: '/go',
    text: 'x',
  });
  expect(verdict(await send('command=%2Fgo&text=x', 'application/x-www-form-urlencoded', at))).toEqual([
    409,
    'WEBHOOK_REPLAYED',
  ]);
  expect(verdict(await send('{}', 'application/json', now() - 400))).toEqual([401, 'WEBHOOK_TIMESTAMP_INVALID']);
});

test('Stripe events, signed with either of two secrets', async () => {
  const url = await hook('auth: {type: hmac, preset: stripe, secret: [hooks.KEY, hooks.NEXT]}, respond: result');
  const body = '{"id":"evt_1"}';
  const at = now();
  const send = (signatures: string) => call(url, 'POST', body, { ...json, 'stripe-signature': signatures });
  const [wrong, good] = [hmac('x'), hmac(`${at}.${body}`, 'next')];
  expect((await send(`t=${at},v1=${wrong},v1=${good}`)).body).toEqual({ id: 'evt_1' });
  expect(verdict(await send(`t=${at},v1=${hmac(`${at}.${body}`)}`))).toEqual([409, 'WEBHOOK_REPLAYED']);
});

test('a signed time: replays are refused, unless they repeat the idempotency key; a refused input may come again', async () => {
  const url = await hook(
    'auth: {type: hmac, secret: hooks.KEY, header: X-Sign, timestamp_header: X-Time, tolerance_seconds: 60}',
    'entrypoint: {expects: {n: {type: int}}}',
  );
  const send = (body: string, at: number, more = {}) =>
    call(url, 'POST', body, {
      ...json,
      'x-time': String(at),
      'x-sign': `sha256=${hmac(`${at}.${body}`)}`,
      ...more,
    });
  const at = now();
  const once = { 'idempotency-key': 'k1' };
  const first = await send('{"n":1}', at, once);
  expect(first.status).toBe(202);
  expect((await send('{"n":1}', at, once)).body).toEqual({ runId: first.body.runId, existing: true });
  expect(verdict(await send('{"n":1}', at))).toEqual([409, 'WEBHOOK_REPLAYED']);
  expect(verdict(await send('{"n":1}', at, { 'idempotency-key': 'k2' }))).toEqual([409, 'WEBHOOK_REPLAYED']);
  for (const _ of [1, 2]) expect(verdict(await send('{"n":"x"}', at))).toEqual([422, 'INPUT_INVALID']);
  expect(verdict(await send('{"n":1}', at - 61))).toEqual([401, 'WEBHOOK_TIMESTAMP_INVALID']);
});

test('only named addresses may call; what a client claims before the proxy does not count', async () => {
  const url = await hook(`${KEY}, allow_ips: [203.0.113.0/24, "2001:db8::/32"]`);
  const from = (address: string) => call(url, 'POST', '{}', { ...json, ...keyed, 'x-forwarded-for': address });
  for (const address of ['203.0.113.9', '2001:db8::7', '::ffff:203.0.113.9', '10.0.0.1, 203.0.113.9'])
    expect((await from(address)).status).toBe(202);
  for (const address of ['203.0.114.9', '2001:db9::7', '203.0.113.9, 10.0.0.1', 'unknown'])
    expect(verdict(await from(address))).toEqual([403, 'WEBHOOK_ADDRESS_REFUSED']);
});

test('a GET is its query; its signature covers the query', async () => {
  const url = await hook('methods: [GET, HEAD], secret: hooks.KEY, respond: result');
  const get = (query: string, signed = query) =>
    call(`${url}?${query}`, 'GET', undefined, { 'x-backplane-signature': `sha256=${hmac(signed)}` });
  expect((await get('name=Ada&tag=a&tag=b')).body).toEqual({ name: 'Ada', tag: ['a', 'b'] });
  expect(verdict(await get('name=Eve', 'name=Ada'))).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID']);
  const head = await call(url, 'HEAD', undefined, { 'x-backplane-signature': `sha256=${hmac('')}` });
  expect([head.status, head.body, head.headers.get('cache-control')]).toEqual([200, '', 'no-store']);
});

test('bodies of every kind', async () => {
  const url = await hook(`methods: [PUT], ${KEY}, respond: result`);
  const put = async (type: string, body: string) =>
    (await call(url, 'PUT', body, { ...keyed, 'content-type': type })).body;
  expect(await put('text/plain', 'plain')).toBe('plain');
  expect(await put('application/xml', '<a/>')).toBe('<a/>');
  expect(await put('application/x-www-form-urlencoded', 'a=1')).toEqual({ a: '1' });
  expect(await put('application/octet-stream', 'abc')).toEqual({
    content_type: 'application/octet-stream',
    base64: 'YWJj',
  });
  const form = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
  expect(await put('multipart/form-data; boundary=b', form)).toEqual({ a: '1' });
  expect((await put('multipart/form-data; boundary=c', form)).code).toBe('HTTP_FORM_SYNTAX');
});

test('NDJSON starts one run a line, or none', async () => {
  const url = await hook(KEY, 'entrypoint: {expects: {n: {type: int}}}');
  const send = (body: string) =>
    call(url, 'POST', body, { ...keyed, 'content-type': 'application/x-ndjson', 'idempotency-key': 'lines' });
  expect(verdict(await send('{"n":1}\n{"n":"x"}\n'))).toEqual([422, 'WEBHOOK_LINES_INVALID']);
  const { status, body } = await send('{"n":1}\n{"n":2}\n');
  expect([status, body.runs.length]).toEqual([202, 2]);
  expect((await send('{"n":1}\n{"n":2}\n')).body.runs).toEqual(
    body.runs.map(({ runId }: { runId: string }) => ({ runId, existing: true })),
  );
  const alias = url.split('/').at(-1);
  expect((await host.api('GET', `/workflows/${alias}/runs`)).body.items).toHaveLength(2);
});

test('include_request shows the request and nothing that proves its sender', async () => {
  const url = await hook(`${KEY}, include_request: true, respond: result`);
  const { body } = await call(`${url}?x=1`, 'POST', '{"a":1}', {
    ...json,
    ...keyed,
    'x-event': 'push',
    authorization: 'Bearer t',
    'x-hub-signature-256': 'sha256=00',
  });
  expect(body).toMatchObject({
    method: 'POST',
    query: { x: '1' },
    data: { a: 1 },
    raw_body: '{"a":1}',
    headers: { 'x-event': 'push', 'content-type': 'application/json' },
  });
  expect(Object.keys(body.headers).filter((name) => /api-key|authorization|signature/.test(name))).toEqual([]);
});

test('the trigger decides what is answered, also when the caller asks for something else', async () => {
  const accepted = await hook(`${KEY}, respond: accepted`);
  expect((await call(`${accepted}?wait=true`, 'POST', '{}', { ...json, ...keyed })).status).toBe(202);
  const custom = await hook(
    `${KEY}, response: {status: 201, headers: {Content-Type: text/html, X-Name: "\${{ TRIGGER.name }}"}, body: "<p>\${{ ACTIONS.echo.result.name }}</p>"}`,
  );
  const { status, headers, body } = await call(custom, 'POST', '{"name":"Ada"}', { ...json, ...keyed });
  expect([status, headers.get('x-name'), headers.get('content-type'), body]).toEqual([
    201,
    'Ada',
    'text/html',
    '<p>Ada</p>',
  ]);
  expect(headers.get('content-security-policy')).toBe('sandbox');
  const evil = await call(custom, 'POST', '{"name":"a\\r\\nSet-Cookie: x=y"}', { ...json, ...keyed });
  expect([...verdict(evil), evil.headers.get('set-cookie')]).toEqual([502, 'WEBHOOK_RESPONSE_INVALID', null]);
  const empty = await hook(`${KEY}, response: {status: 204}`);
  expect((await call(empty, 'POST', '{}', { ...json, ...keyed })).status).toBe(204);
});

test('proven calls are limited, and strangers use up nothing', async () => {
  const url = await hook(`${KEY}, rate_limit: {requests: 2, per_seconds: 3600}`);
  const send = (headers: Record<string, string>) => call(url, 'POST', '{}', { ...json, ...headers });
  for (const _ of [1, 2, 3]) expect((await send({ 'x-api-key': 'wrong' })).status).toBe(401);
  for (const _ of [1, 2]) expect((await send(keyed)).status).toBe(202);
  const refused = await send(keyed);
  expect(verdict(refused)).toEqual([429, 'WEBHOOK_RATE_LIMITED']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1700);
});
