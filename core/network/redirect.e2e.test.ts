import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { codeOf, openPort, serve } from './local-server.fixture.ts';

/** Answers what it was sent; `/<status>?to=<location>` redirects. */
function echo() {
  return serve(async (request, response) => {
    const url = new URL(request.url!, 'http://x');
    const status = Number(url.pathname.slice(1));
    const to = url.searchParams.get('to');
    if (status >= 300 && to !== null) return void response.writeHead(status, { location: to }).end();
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body: await text(request) }));
  });
}
const parse = (reply: { body: Uint8Array }) => JSON.parse(Buffer.from(reply.body).toString());

test('a redirect is an answer unless following is asked for', async () => {
  await using server = await echo();
  await using http = openPort();
  const reply = await http.send({ url: `${server.url}/302?to=/there` });
  expect([reply.status, reply.headers['location']]).toEqual([302, '/there']);
  const followed = await http.send({ url: `${server.url}/302?to=/there`, followRedirects: true });
  expect([followed.status, followed.url]).toEqual([200, `${server.url}/there`]);
});

test.each([
  [301, 'POST', 'GET', ''],
  [301, 'PUT', 'PUT', 'data'],
  [302, 'PUT', 'GET', ''],
  [303, 'POST', 'GET', ''],
  [307, 'POST', 'POST', 'data'],
  [308, 'POST', 'POST', 'data'],
])('%i turns %s into %s', async (status, method, expected, body) => {
  await using server = await echo();
  await using http = openPort();
  const headers = { 'content-type': 'text/x' };
  const reply = await http.send({
    url: `${server.url}/${status}?to=/`,
    method,
    headers,
    body: 'data',
    followRedirects: true,
  });
  const seen = parse(reply);
  expect([seen.method, seen.body]).toEqual([expected, body]);
  expect(seen.headers['content-type']).toBe(body === '' ? undefined : 'text/x');
});

test('credentials follow within an origin and stay behind when it changes', async () => {
  await using here = await echo();
  await using there = await echo();
  await using http = openPort();
  const headers = {
    Authorization: 'Bearer s',
    Cookie: 'c=s',
    'X-Api-Key': 's',
    Key: 's',
    'X-Auth-Token': 's',
    'X-Other': 'stays',
  };
  const follow = async (to: string) =>
    parse(await http.send({ url: `${here.url}/307?to=${to}`, headers, followRedirects: true })).headers;
  expect(await follow('/same')).toMatchObject({ authorization: 'Bearer s', cookie: 'c=s', key: 's' });
  const away = await follow(encodeURIComponent(`${there.url}/`));
  expect(away['x-other']).toBe('stays');
  expect(away.host).toBe(`127.0.0.1:${there.port}`);
  expect(Object.keys(away)).not.toContain('authorization');
  expect(JSON.stringify(away)).not.toMatch(/cookie|key|auth/);
});

test('a circle ends after the permitted number of redirects', async () => {
  let hits = 0;
  await using server = await serve((_request, response) => {
    hits += 1;
    response.writeHead(302, { location: '/again' }).end();
  });
  await using http = openPort();
  expect(await codeOf(http.send({ url: server.url, followRedirects: true, maxRedirects: 3 }))).toBe(
    'HTTP_PORT_TOO_MANY_REDIRECTS',
  );
  expect(hits).toBe(4);
});

test('a redirect out of HTTP or to nowhere is refused', async () => {
  await using server = await echo();
  await using http = openPort();
  const follow = (to: string) =>
    codeOf(http.send({ url: `${server.url}/302?to=${encodeURIComponent(to)}`, followRedirects: true }));
  expect(await follow('file:///etc/passwd')).toBe('HTTP_PORT_REDIRECT_INVALID');
  expect(await follow('http://[')).toBe('HTTP_PORT_REDIRECT_INVALID');
});

test('every hop is checked: a redirect to a metadata address is refused', async () => {
  await using server = await echo();
  await using http = openPort();
  const to = encodeURIComponent('http://169.254.169.254/latest/meta-data');
  expect(await codeOf(http.send({ url: `${server.url}/302?to=${to}`, followRedirects: true }))).toBe('EGRESS_DENIED');
});
