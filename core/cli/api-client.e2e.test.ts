import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createApiClient } from './api-client.ts';
import { folderWith } from './backplane.fixture.ts';

async function server(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const listening = createServer(answer);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return { url, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => listening.close(() => resolve())) };
}

const client = (url: string) => createApiClient({ url, key: 'k' }, {});

test('it sends key, query and body, and reads JSON with exact numbers', async () => {
  let seen: unknown;
  await using host = await server((request, response) => {
    request.once('data', (body) => {
      seen = [request.method, request.url, request.headers.authorization, String(body)];
      response.end('{"a": 12345678901234567890}');
    });
  });
  const answer = await client(`${host.url}/`).send('POST', '/x', { query: { a: 'b c', n: undefined }, body: { z: 1 } });
  expect(answer).toEqual({ a: 12345678901234567890n });
  expect(seen).toEqual(['POST', '/api/x?a=b+c', 'Bearer k', '{"z":1}']);
});

test('an answer without a body is undefined', async () => {
  await using host = await server((_request, response) => response.writeHead(204).end());
  expect(await client(host.url).send('DELETE', '/x')).toBeUndefined();
});

test('a problem of the host becomes the error of that code', async () => {
  await using host = await server((_request, response) => {
    response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '2' });
    response.end('{"code": "RUN_BACKPRESSURE", "detail": "full", "remedy": "wait", "details": {"open": 3}}');
  });
  await expect(client(host.url).send('GET', '/x')).rejects.toMatchObject({
    code: 'RUN_BACKPRESSURE',
    message: 'full',
    facts: { status: 429, blame: 'host', retry: 'later', remedy: 'wait', details: { open: 3 }, retryAfterMs: 2000 },
  });
});

test.each([
  [404, 'text/html', '<h1>no</h1>'],
  [302, 'text/plain', ''],
  [200, 'text/html', '<h1>hello</h1>'],
  [500, 'application/problem+json', '[]'],
])('what is not a host (%i %s) is said so', async (status, type, body) => {
  await using other = await server((_request, response) => {
    response.writeHead(status, { 'content-type': type, location: 'http://127.0.0.1:9/' }).end(body);
  });
  await expect(client(other.url).send('GET', '/x')).rejects.toMatchObject({ code: 'API_ANSWER_INVALID' });
});

test('nobody who answers is an error with a remedy', async () => {
  const gone = await server(() => undefined);
  await gone[Symbol.asyncDispose]();
  await expect(client(gone.url).send('GET', '/x')).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    facts: { remedy: expect.stringContaining('backplane start') },
  });
});

test('the admin key of the data folder serves a host on this machine, and is not sent to another', async () => {
  using folder = folderWith({ 'admin.key': 'bp_secret\n' });
  let seen: string | undefined;
  await using host = await server((request, response) => {
    seen = request.headers.authorization;
    response.end();
  });
  await createApiClient({ data: folder.path() }, { BACKPLANE_URL: host.url }).send('GET', '/x');
  expect(seen).toBe('Bearer bp_secret');
  expect(() => createApiClient({ url: 'https://elsewhere.example', data: folder.path() }, {})).toThrow(
    expect.objectContaining({ code: 'API_KEY_MISSING' }),
  );
  expect(createApiClient({ data: folder.path() }, { BACKPLANE_KEY: 'x' }).url).toBe('http://127.0.0.1:8080');
});

test('an address or key that cannot be one is wrong usage', () => {
  const usage = expect.objectContaining({ code: 'USAGE' });
  expect(() => createApiClient({ url: 'localhost:8080', key: 'k' }, {})).toThrow(usage);
  expect(() => createApiClient({ key: 'a\nb' }, {})).toThrow(usage);
});

test('the workspace is named by an option or the environment, to the host alone', async () => {
  const seen: unknown[] = [];
  await using host = await server((request, response) => {
    seen.push(request.headers['x-backplane-workspace']);
    response.end();
  });
  const address = { url: host.url, key: 'k' };
  await createApiClient({ ...address, workspace: 'soc' }, { BACKPLANE_WORKSPACE: 'ops' }).send('GET', '/x');
  await createApiClient(address, { BACKPLANE_WORKSPACE: 'ops' }).send('GET', '/x');
  await createApiClient(address, {}).send('GET', '/x');
  expect(seen).toEqual(['soc', 'ops', undefined]);
  expect(() => createApiClient({ ...address, workspace: 'a\nb' }, {})).toThrow(
    expect.objectContaining({ code: 'USAGE' }),
  );
});
