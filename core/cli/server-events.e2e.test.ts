import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createApiClient } from './api-client.ts';
import { serverEvents } from './server-events.ts';

/** A host whose answers are given one after the other; `seen` are the `Last-Event-ID`s that were asked with. */
async function host(...answers: ((response: ServerResponse) => void)[]) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['last-event-id'] as string | undefined);
    answers.shift()!(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  return { api: createApiClient({ url, key: 'k' }, {}), seen, [Symbol.asyncDispose]: close };
}

const problem = (status: number) => (response: ServerResponse) =>
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ code: status === 404 ? 'RUN_NOT_FOUND' : 'STORAGE_UNAVAILABLE', detail: 'no' }));

async function all(api: ReturnType<typeof createApiClient>) {
  const events: unknown[] = [];
  for await (const event of serverEvents(api, '/x', {}, new AbortController().signal)) events.push(event);
  return events;
}

test('events are read up to the end, whatever pieces they come in', async () => {
  await using one = await host((response) => {
    response.write(': alive\n\nid: 1\nevent: A\nda');
    setImmediate(() => response.end('ta: {"n": 12345678901234567890}\r\n\r\nevent: end\ndata: {}\n\n'));
  });
  expect(await all(one.api)).toEqual([{ id: '1', event: 'A', data: { n: 12345678901234567890n } }]);
});

test('a connection that breaks is opened again where it was, also when the host is away for a moment', async () => {
  await using one = await host(
    (response) => {
      response.write('id: 1\nevent: A\ndata: 1\n\nid: 2\nevent: B\ndata: 2\n\nid: 3\n', () => response.destroy());
    },
    problem(503),
    (response) => response.end('id: 3\nevent: C\ndata: 3\n\nevent: end\ndata: {}\n\n'),
  );
  expect(await all(one.api)).toMatchObject([{ data: 1 }, { data: 2 }, { data: 3 }]);
  expect(one.seen).toEqual([undefined, '2', '2']);
});

test('what the host refuses for good, and a first connection that fails, are errors', async () => {
  await using gone = await host((response) => response.end('id: 1\nevent: A\ndata: 1\n\n'), problem(404));
  await expect(all(gone.api)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  await using down = await host(problem(503));
  await expect(all(down.api)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
});
