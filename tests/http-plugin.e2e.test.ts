import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { openPort, pem, serve, serveTls, silent } from '../core/network/local-server.fixture.ts';
import { expressionsPort } from '../core/plugins/ports/expressions-port.ts';
import plugin from '../plugins/actions/http/index.ts';

/** Runs an action of the plugin over the host's real ports. */
async function run(name: string, given: object, secrets: object = {}): Promise<any> {
  await using http = openPort();
  const action: any = plugin.contributes.find((one) => one.name === name);
  const input = await action.input['~standard'].validate(given);
  if (input.issues !== undefined) throw new Error(JSON.stringify(input.issues));
  const info = { id: 'run', step: 'step', attempt: 1, idempotencyKey: 'run-step' };
  const { signal } = new AbortController();
  return await action.run({
    input: input.value,
    run: info,
    signal,
    log: silent,
    progress() {},
    secrets,
    http,
    expressions: expressionsPort,
  });
}

test('a request arrives as its arguments say, and its JSON comes back parsed', async () => {
  await using server = await serve(async (request, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
  });
  const { status_code, data } = await run('core.http_request', {
    url: `${server.url}/items?keep=1`,
    method: 'POST',
    params: { q: 'a b&c', tag: ['x', 'y'], flag: true, none: null },
    headers: { 'X-Trace': 'abc', 'X-None': null },
    auth: { username: 'user', password: 'pass' },
    payload: { name: 'ü', none: null },
  });
  expect(status_code).toBe(200);
  expect(data).toMatchObject({
    method: 'POST',
    url: '/items?keep=1&q=a+b%26c&tag=x&tag=y&flag=true',
    body: '{"name":"ü","none":null}',
    headers: { 'x-trace': 'abc', authorization: `Basic ${btoa('user:pass')}`, 'content-type': 'application/json' },
  });
  expect(data.headers).not.toHaveProperty('x-none');
});

test('files and fields arrive as a multipart form', async () => {
  await using server = await serve(async (request, response) => {
    const headers = { 'content-type': request.headers['content-type']! };
    const form = await new Response(await text(request), { headers }).formData();
    const file = form.get('upload') as File;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ note: form.get('note'), name: file.name, type: file.type, content: await file.text() }),
    );
  });
  const upload = { filename: '../evil"name.txt', content_base64: btoa('content'), content_type: 'text/plain' };
  const { data } = await run('core.http_request', {
    url: server.url,
    method: 'POST',
    files: { upload },
    form_data: { note: 'hi' },
  });
  expect(data).toEqual({ note: 'hi', name: 'evilname.txt', type: 'text/plain', content: 'content' });
});

test('polling goes on until the lambda says so', async () => {
  let asked = 0;
  await using server = await serve((_request, response) => {
    asked += 1;
    response
      .writeHead(asked < 3 ? 202 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ done: asked }));
  });
  const { data } = await run('core.http_poll', {
    url: server.url,
    poll_interval: 0.001,
    poll_condition: "lambda x: x['status_code'] == 200 and x['data'].get('done') == 3 and 'date' in x['headers']",
  });
  expect(data).toEqual({ done: 3 });
});

test('pages are followed by links, and by a cursor that a lambda puts into the body', async () => {
  await using server = await serve(async (request, response) => {
    const url = new URL(request.url!, 'http://x');
    const body = JSON.parse((await text(request)) || '{}');
    const page = Number(url.searchParams.get('page') ?? body.page ?? 1);
    const next = page < 3 ? `${url.pathname}?page=${page + 1}` : null;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ found: { items: [{ n: page }, { n: page + 0.5 }] }, page, next }));
  });
  const common = {
    url: `${server.url}/list`,
    stop_condition: "lambda x: x['data']['next'] is None",
    items_jsonpath: '$.found.items',
  };
  const byLink = { params: { size: 2 }, next_request: "lambda x: {'url': x['data']['next']}" };
  const items = await run('core.http_paginate', { ...common, ...byLink });
  expect(items.map((item: { n: number }) => item.n)).toEqual([1, 1.5, 2, 2.5, 3, 3.5]);
  const byBody = {
    method: 'POST',
    payload: { page: 1 },
    next_request: "lambda x: {'payload': {'page': x['data']['page'] + 1}}",
  };
  expect(await run('core.http_paginate', { ...common, ...byBody, limit: 3 })).toHaveLength(3);
});

test('an error status tells what the service said and when to come back', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(429, { 'retry-after': '30', 'content-type': 'application/json' }).end('{"error":"quota"}');
  });
  await expect(run('core.http_request', { url: `${server.url}/?key=hidden` })).rejects.toMatchObject({
    code: 'HTTP_STATUS_RATE_LIMITED',
    message: `127.0.0.1:${server.port} answered 429: too many requests. It said: {"error":"quota"}`,
    facts: { retry: 'later', retryAfterMs: 30_000 },
  });
});

test('secrets of the workspace identify the client and the server', async () => {
  const options = { ca: pem('ca.pem'), requestCert: true };
  await using server = await serveTls((request, response) => {
    response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
  }, options);
  const secrets = {
    mtls: { TLS_CERTIFICATE: pem('client.pem'), TLS_PRIVATE_KEY: pem('client.key') },
    ca_cert: { CA_CERTIFICATE: pem('ca.pem') },
  };
  expect((await run('core.http_request', { url: server.url }, secrets)).data).toBe('test client');
  await expect(run('core.http_request', { url: server.url })).rejects.toMatchObject({ code: 'HTTP_PORT_TLS' });
  await expect(
    run('core.http_request', { url: server.url, verify_ssl: false }, { mtls: secrets.mtls }),
  ).resolves.toMatchObject({ status_code: 200 });
});
