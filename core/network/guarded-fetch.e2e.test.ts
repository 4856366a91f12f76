import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { guardedFetch } from './guarded-fetch.ts';
import { codeOf, openPort, serve } from './local-server.fixture.ts';

/** Says what it was sent; `/<status>` answers with that one, a redirect leads to `/end`. */
const echo = () =>
  serve(async (request, response) => {
    const status = Number(request.url!.slice(1)) || 200;
    const { authorization, 'content-type': type } = request.headers;
    if (status >= 300) response.setHeader('location', '/end');
    const said = JSON.stringify({ method: request.method, authorization, type, body: await text(request) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(said);
  });

test('a library sends a form and reads JSON', async () => {
  await using server = await echo();
  await using http = openPort();
  const fetch = guardedFetch(http);
  const response = await fetch(new URL(server.url), {
    method: 'POST',
    headers: { Authorization: 'Basic x' },
    body: new URLSearchParams({ grant_type: 'a b' }),
  });
  expect([response.ok, response.url, response.redirected]).toEqual([true, `${server.url}/`, false]);
  expect(await response.json()).toEqual({
    method: 'POST',
    authorization: 'Basic x',
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    body: 'grant_type=a+b',
  });
});

test('a request object does as well, and a compressed answer comes decoded', async () => {
  await using server = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')),
  );
  await using http = openPort();
  expect(await (await guardedFetch(http)(new Request(server.url))).text()).toBe('hello');
});

test('redirects are followed, shown or refused, as the caller says', async () => {
  await using server = await echo();
  await using http = openPort();
  const ask = (redirect?: NonNullable<RequestInit['redirect']>) =>
    guardedFetch(http)(`${server.url}/302`, redirect ? { redirect } : {});
  expect(await ask()).toMatchObject({ status: 200, url: `${server.url}/end`, redirected: true });
  const shown = await ask('manual');
  expect([shown.status, shown.headers.get('location')]).toEqual([302, '/end']);
  expect(await codeOf(ask('error'))).toBe('HTTP_PORT_REDIRECT_INVALID');
});

test('answers without a body and with odd statuses are what they are', async () => {
  await using server = await echo();
  await using http = openPort();
  const fetch = guardedFetch(http);
  expect(await (await fetch(`${server.url}/204`)).text()).toBe('');
  expect((await fetch(`${server.url}/304`)).status).toBe(304);
  expect(await codeOf(fetch(`${server.url}/999`))).toBe('HTTP_PORT_REPLY_INVALID');
});

test('the guard, the limits and the caller end a request', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/big') response.end(Buffer.alloc(2000));
  });
  await using http = openPort();
  const fetch = guardedFetch(http, { maxResponseBytes: 1000, timeoutMs: 60 });
  expect(await codeOf(fetch('http://169.254.169.254/'))).toBe('EGRESS_DENIED');
  expect(await codeOf(fetch(`${server.url}/big`))).toBe('HTTP_PORT_BODY_TOO_LARGE');
  expect(await codeOf(fetch(`${server.url}/silent`))).toBe('HTTP_PORT_TIMEOUT');
  expect(await codeOf(fetch(server.url, { signal: AbortSignal.abort() }))).toBe('HTTP_PORT_ABORTED');
});
