import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { codeOf, openPort, serve } from './local-server.fixture.ts';

test('method, headers and body arrive as given; the answer has lower-case headers and bytes', async () => {
  await using server = await serve(async (request, response) => {
    response.setHeader(
      'X-Seen',
      `${request.method} ${request.url} ${request.headers['x-one']} ${request.headers['user-agent']}`,
    );
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.writeHead(201).end(await text(request));
  });
  await using http = openPort();
  const reply = await http.send({
    url: `${server.url}/p?q=1`,
    method: 'put',
    headers: { 'X-One': 'ü' },
    body: 'hällo',
  });
  expect(reply.status).toBe(201);
  expect(reply.headers['x-seen']).toBe('PUT /p?q=1 ü backplane');
  expect(reply.headers['set-cookie']).toBe('a=1, b=2');
  expect(Buffer.from(reply.body).toString()).toBe('hällo');
});

test('a form and a multipart body bring their own content type', async () => {
  await using server = await serve(async (request, response) => {
    response.end(`${request.headers['content-type']}|${request.headers['content-length']}|${await text(request)}`);
  });
  await using http = openPort();
  const send = async (body: URLSearchParams | FormData) =>
    Buffer.from((await http.send({ url: server.url, method: 'POST', body })).body).toString();
  expect(await send(new URLSearchParams({ a: 'b c' }))).toBe('application/x-www-form-urlencoded;charset=UTF-8|5|a=b+c');
  const form = new FormData();
  form.append('file', new Blob(['content']), 'name.txt');
  expect(await send(form)).toMatch(
    /^multipart\/form-data; boundary=[^|]+\|\d+\|-[\s\S]+filename="name.txt"[\s\S]+content/,
  );
});

test.each([
  ['gzip', gzipSync('hello')],
  ['br', brotliCompressSync('hello')],
  ['deflate', deflateSync('hello')],
  ['deflate', deflateRawSync('hello')],
  ['zstd', zstdCompressSync('hello')],
  ['gzip, br', brotliCompressSync(gzipSync('hello'))],
  ['unheard-of', Buffer.from('hello')],
])('a body encoded as %s is decoded', async (encoding, body) => {
  await using server = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body),
  );
  await using http = openPort();
  expect(Buffer.from((await http.send({ url: server.url })).body).toString()).toBe('hello');
});

test('an empty answer that claims to be compressed is empty, a broken one is refused', async () => {
  await using server = await serve((request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(request.url === '/empty' ? '' : 'not gzip'),
  );
  await using http = openPort();
  expect((await http.send({ url: `${server.url}/empty` })).body.byteLength).toBe(0);
  expect(await codeOf(http.send({ url: `${server.url}/broken` }))).toBe('HTTP_PORT_REPLY_INVALID');
});

test('a body larger than the limit is refused before all of it was read', async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await serve((_request, response) => {
    const pour = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', pour).on('close', () => closed.resolve());
    pour();
  });
  await using http = openPort();
  expect(await codeOf(http.send({ url: server.url, maxResponseBytes: 100_000 }))).toBe('HTTP_PORT_BODY_TOO_LARGE');
  await closed.promise;
});

const zeros = Buffer.alloc(20_000_000);
test.each([
  ['gzip', gzipSync(zeros)],
  ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })],
  ['deflate', deflateSync(zeros)],
  ['zstd', zstdCompressSync(zeros)],
  ['gzip, gzip', gzipSync(gzipSync(zeros))],
])('a small body that %s blows up is refused at the limit', async (encoding, bomb) => {
  await using server = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
  );
  await using http = openPort();
  expect(bomb.length).toBeLessThan(100_000);
  expect(await codeOf(http.send({ url: server.url, maxResponseBytes: 100_000 }))).toBe('HTTP_PORT_BODY_TOO_LARGE');
});

test('a body that is encoded over and over, and endless headers, are refused', async () => {
  await using server = await serve((request, response) => {
    const layers = request.url === '/layers';
    const headers = layers ? { 'content-encoding': 'gzip, '.repeat(50) } : { 'x-long': 'x'.repeat(100_000) };
    response.writeHead(200, headers).end(layers ? gzipSync('hello') : '');
  });
  await using http = openPort();
  expect(await codeOf(http.send({ url: `${server.url}/layers` }))).toBe('HTTP_PORT_REPLY_INVALID');
  expect(await codeOf(http.send({ url: `${server.url}/headers` }))).toBe('HTTP_PORT_REPLY_INVALID');
});

test('the time limit covers the whole exchange: a silent server, and one that never ends its body', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/drip') response.write('some');
  });
  await using http = openPort();
  expect(await codeOf(http.send({ url: `${server.url}/silent`, timeoutMs: 80 }))).toBe('HTTP_PORT_TIMEOUT');
  await expect(http.send({ url: `${server.url}/drip?token=hidden`, timeoutMs: 80 })).rejects.toMatchObject({
    code: 'HTTP_PORT_TIMEOUT',
    message: `127.0.0.1:${server.port} did not answer completely within 80 ms.`,
  });
});

test('an abort ends the request at once and closes the connection', async () => {
  const gone = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using server = await serve((request) => {
    request.socket.once('close', () => gone.resolve());
    arrived.resolve();
  });
  await using http = openPort();
  const controller = new AbortController();
  const sent = codeOf(http.send({ url: server.url, signal: controller.signal }));
  await arrived.promise;
  controller.abort();
  expect(await sent).toBe('HTTP_PORT_ABORTED');
  await gone.promise;
  expect(await codeOf(http.send({ url: server.url, signal: AbortSignal.abort() }))).toBe('HTTP_PORT_ABORTED');
});

test('each way not to get an answer has its code, and none tells the query', async () => {
  const port = await unusedPort();
  const hangUp = createServer((socket) => socket.on('data', () => socket.destroy())).listen(0, '127.0.0.1');
  const babble = createServer((socket) => socket.end('SSH-2.0-not-http\r\n')).listen(0, '127.0.0.1');
  await Promise.all([once(hangUp, 'listening'), once(babble, 'listening')]);
  const portOf = (server: typeof hangUp) => (server.address() as { port: number }).port;
  await using http = openPort();
  const failure = (url: string) => http.send({ url: `${url}/?token=hidden` }).catch((error) => error);
  const failures = await Promise.all([
    failure('http://no-such-host.invalid'),
    failure(`http://127.0.0.1:${port}`),
    failure(`http://127.0.0.1:${portOf(hangUp)}`),
    failure(`http://127.0.0.1:${portOf(babble)}`),
  ]);
  hangUp.close();
  babble.close();
  expect(failures.map((error) => error.code)).toEqual([
    'HTTP_PORT_HOST_UNKNOWN',
    'HTTP_PORT_UNREACHABLE',
    'HTTP_PORT_CONNECTION_LOST',
    'HTTP_PORT_REPLY_INVALID',
  ]);
  expect(JSON.stringify(failures)).not.toContain('hidden');
});

test('what cannot be sent is refused before anything is dialled', async () => {
  await using http = openPort();
  const refusal = (url: string, headers: Record<string, string> = {}) =>
    http.send({ url, headers }).catch((error) => error);
  expect(await refusal('None/path?key=hidden')).toMatchObject({
    code: 'HTTP_PORT_URL_INVALID',
    message: '"None/path" is not an address to send a request to: it is not an absolute URL.',
  });
  expect((await refusal('ftp://user:hidden@host/x')).message).toBe(
    '"ftp://host/x" is not an address to send a request to: ftp is not http or https.',
  );
  expect((await refusal('http://localhost', { 'X-A': 'a\r\nX-B: hidden' })).message).toBe(
    'The header "X-A" cannot be sent: the value has more than one line.',
  );
  expect((await refusal('http://localhost', { 'X A': '1' })).code).toBe('HTTP_PORT_HEADER_INVALID');
  expect((await refusal('http://localhost', { 'X-A': '日' })).code).toBe('HTTP_PORT_HEADER_INVALID');
});

test('user and password of the URL become basic authentication', async () => {
  await using server = await serve((request, response) => response.end(request.headers.authorization));
  await using http = openPort();
  const reply = await http.send({ url: server.url.replace('//', '//me:p%40ss@') });
  expect(Buffer.from(reply.body).toString()).toBe(`Basic ${btoa('me:p@ss')}`);
  expect(reply.url).toBe(`${server.url}/`);
});

async function unusedPort(): Promise<number> {
  await using server = await serve(() => {});
  return server.port;
}
