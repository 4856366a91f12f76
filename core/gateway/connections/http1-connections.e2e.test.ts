import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as later } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { upstream } from '../gateway.fixture.ts';
import type { PoolModel } from '../model/upstream-model.ts';
import { connectionTarget } from './connection-target.ts';
import type { AnswerControl, AnswerTaker, UpstreamRequest } from './connections.ts';
import { Http1Connections } from './http1-connections.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const { pool } = upstream('up', []);

/** A service that does with each request whatever the test wants; connections are counted from 0. */
async function startService(serve: (socket: Socket, text: string, connection: number) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    socket.on('error', () => undefined);
    socket.on('data', (piece) => serve(socket, piece.toString('latin1'), connection));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const opened: Http1Connections[] = [];
  return {
    sockets,
    connect(given: Partial<PoolModel> = {}) {
      const target = connectionTarget({ scheme: 'http', host: '127.0.0.1', port }, { ...pool, ...given });
      const connections = new Http1Connections(target);
      opened.push(connections);
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const connections of opened) connections.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Asked {
  readonly control: AnswerControl;
  /** What was told, in its order. */
  readonly told: string[];
  readonly end: Promise<string>;
}

function ask(
  connections: Http1Connections,
  given: Partial<UpstreamRequest> = {},
  taker: Partial<AnswerTaker> = {},
): Asked {
  const told: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  let control: AnswerControl | undefined;
  connections.send(
    { method: 'GET', path: '/', headers: [], headTimeoutMs: 5_000, bodyTimeoutMs: 5_000, ...given },
    {
      begun: (one) => {
        control = one;
      },
      head: (status) => told.push(`head ${status}`),
      piece: (piece) => told.push(piece.toString('latin1')),
      waits() {},
      ended: () => resolve('ended'),
      failed: (problem) => resolve((problem as NodeJS.ErrnoException).code ?? problem.message),
      ...taker,
    },
  );
  return { control: control!, told, end: promise };
}

test('one connection carries one request after the other', async () => {
  await using service = await startService((socket) => socket.write(OK));
  const connections = service.connect();
  for (let count = 0; count < 5; count += 1) {
    const asked = ask(connections);
    expect(await asked.end).toBe('ended');
    expect(asked.told).toEqual(['head 200', 'ok']);
    await later(5);
  }
  expect(service.sockets).toHaveLength(1);
});

test('no more connections are opened than there may be, and who waits is served in order', async () => {
  const order: string[] = [];
  await using service = await startService((socket, text) => {
    order.push(text.split(' ')[1]!);
    setTimeout(() => socket.write(OK), 10);
  });
  const connections = service.connect({ connections: 2 });
  const paths = Array.from({ length: 8 }, (_, at) => `/${at}`);
  expect(await Promise.all(paths.map((path) => ask(connections, { path }).end))).toEqual(paths.map(() => 'ended'));
  expect(order).toEqual(paths);
  expect(service.sockets).toHaveLength(2);
});

test('a connection on which more came than the answer is not used again', async () => {
  await using service = await startService((socket) =>
    socket.write(`${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`),
  );
  const connections = service.connect();
  for (let count = 0; count < 3; count += 1) expect(await ask(connections).end).toBe('ended');
  expect(service.sockets).toHaveLength(3);
});

test('what comes while nobody has asked ends the connection', async () => {
  await using service = await startService((socket, _text, connection) => {
    socket.write(OK);
    if (connection === 0) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'), 10);
  });
  const connections = service.connect();
  expect(await ask(connections).end).toBe('ended');
  await later(40);
  const second = ask(connections);
  await second.end;
  expect(second.told).toEqual(['head 200', 'ok']);
  expect(service.sockets).toHaveLength(2);
});

test('a connection is given up once it was idle for its time, or for the time that the other end says', async () => {
  await using service = await startService((socket, text) =>
    socket.write(text.includes('/soon') ? OK.replace('\r\n\r\n', '\r\nKeep-Alive: timeout=2\r\n\r\n') : OK),
  );
  const connections = service.connect({ keepAliveMs: 60 });
  await ask(connections).end;
  await once(service.sockets[0]!, 'close');
  await ask(connections, { path: '/soon' }).end;
  // Two seconds are what the other end is given for its own clock.
  await once(service.sockets[1]!, 'close');
  expect(service.sockets).toHaveLength(2);
});

test('an answer that does not begin in time fails, and its connection with it', async () => {
  await using service = await startService(() => undefined);
  const asked = ask(service.connect(), { headTimeoutMs: 40 });
  expect(await asked.end).toBe('UND_ERR_HEADERS_TIMEOUT');
  await once(service.sockets[0]!, 'close');
});

test('an answer that falls silent fails', async () => {
  await using service = await startService((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'));
  const asked = ask(service.connect(), { bodyTimeoutMs: 40 });
  expect(await asked.end).toBe('UND_ERR_BODY_TIMEOUT');
  expect(asked.told).toEqual(['head 200', 'ab']);
});

test('an answer that is held up does not count as silent', async () => {
  await using service = await startService((socket) => socket.write(OK));
  const asked: Asked = ask(service.connect(), { bodyTimeoutMs: 30 }, { head: () => asked.control.pause() });
  await later(90);
  expect(asked.told).toEqual([]);
  asked.control.resume();
  expect(await asked.end).toBe('ended');
  expect(asked.told).toEqual(['ok']);
});

test('who holds an answer up and lets it go on at once is not told to wait for what is there', async () => {
  await using service = await startService((socket) => socket.write(OK));
  const asked: Asked = ask(
    service.connect(),
    {},
    {
      head() {
        asked.control.pause();
        asked.control.resume();
      },
      waits: () => asked.told.push('waits'),
    },
  );
  expect(await asked.end).toBe('ended');
  expect(asked.told).toEqual(['ok']);
});

test('who waits for a connection for too long is told', async () => {
  await using service = await startService(() => undefined);
  const connections = service.connect({ connections: 1 });
  const first = ask(connections, { headTimeoutMs: 5_000 });
  const second = ask(connections, { headTimeoutMs: 40 });
  expect(await second.end).toBe('UND_ERR_HEADERS_TIMEOUT');
  first.control.abort(new Error('enough'));
  expect(await first.end).toBe('enough');
});

test('who gives up while waiting is not sent', async () => {
  const seen: string[] = [];
  await using service = await startService((socket, text) => {
    seen.push(text.split(' ')[1]!);
    setTimeout(() => socket.write(OK), 20);
  });
  const connections = service.connect({ connections: 1 });
  const [first, second, third] = ['/1', '/2', '/3'].map((path) => ask(connections, { path })) as [Asked, Asked, Asked];
  second.control.abort(new Error('gone'));
  expect(await Promise.all([first.end, second.end, third.end])).toEqual(['ended', 'gone', 'ended']);
  expect(seen).toEqual(['/1', '/3']);
});

test('giving up in the middle of an answer ends the connection, and nothing more is told', async () => {
  await using service = await startService((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'));
  const asked: Asked = ask(service.connect(), {}, { piece: () => asked.control.abort(new Error('enough')) });
  expect(await asked.end).toBe('enough');
  await once(service.sockets[0]!, 'close');
  expect(asked.told).toEqual(['head 200']);
});

test.each([
  ['before the answer', ''],
  ['in its head', 'HTTP/1.1 200'],
  ['in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'],
  ['in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab'],
])('a connection that ends %s fails the request', async (_, text) => {
  await using service = await startService((socket) => socket.end(text));
  expect(await ask(service.connect()).end).toBe('UND_ERR_SOCKET');
});

test('a reset is never the end of an answer', async () => {
  await using service = await startService((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\nhalf');
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
  const asked = ask(service.connect());
  expect(await asked.end).toBe('ECONNRESET');
  expect(asked.told).toEqual(['head 200', 'half']);
});

test('a body goes out as it comes, in chunks or with its length', async () => {
  let text = '';
  await using service = await startService((socket, piece) => {
    text += piece;
    if (text.endsWith('0\r\n\r\n') || text.endsWith('hello world')) socket.write(OK);
  });
  const connections = service.connect();
  expect(await ask(connections, { method: 'POST', body: Readable.from(['hello', ' world']) }).end).toBe('ended');
  expect(text).toContain('transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n');
  text = '';
  await later(5);
  const body = Readable.from([Buffer.from('hello'), Buffer.from(' world')]);
  expect(await ask(connections, { method: 'POST', headers: ['Content-Length', '11'], body }).end).toBe('ended');
  expect(text).toMatch(/content-length: 11\r\n\r\nhello world$/);
  expect(service.sockets).toHaveLength(1);
});

test.each([
  ['shorter', '20'],
  ['longer', '5'],
])('a body that is %s than was said breaks the request off', async (_, length) => {
  await using service = await startService(() => undefined);
  const body = Readable.from([Buffer.from('hello world')]);
  const asked = ask(service.connect(), { method: 'POST', headers: ['Content-Length', length], body });
  expect(await asked.end).toBe('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH');
});

test('a caller who goes in the middle of a body breaks the request off', async () => {
  await using service = await startService(() => undefined);
  const body = new PassThrough();
  const asked = ask(service.connect(), { method: 'POST', body });
  body.write('half');
  await later(20);
  body.destroy();
  expect(await asked.end).toBe('the caller has gone');
  await once(service.sockets[0]!, 'close');
});

test('a body is read no faster than the service takes it', async () => {
  await using service = await startService((socket) => socket.pause());
  let given = 0;
  const body = new Readable({
    read() {
      given += 65_536;
      this.push(Buffer.alloc(65_536));
    },
  });
  const asked = ask(service.connect(), { method: 'POST', body });
  await later(150);
  const before = given;
  await later(50);
  expect(given).toBe(before);
  expect(given).toBeLessThan(32 * 2 ** 20);
  asked.control.abort(new Error('enough'));
  await asked.end;
});

test('an answer that comes before the body was sent is delivered, and its connection is not used again', async () => {
  await using service = await startService((socket, _text, connection) => {
    if (connection > 0 || socket.bytesRead < 500) socket.write(OK);
  });
  const connections = service.connect();
  const body = new PassThrough();
  const asked = ask(connections, { method: 'POST', body });
  body.write('half');
  expect(await asked.end).toBe('ended');
  expect(asked.told).toEqual(['head 200', 'ok']);
  expect(await ask(connections).end).toBe('ended');
  expect(service.sockets).toHaveLength(2);
});

test('an upgrade hands the connection over, with what came after it', async () => {
  await using service = await startService((socket, text) => {
    if (text.startsWith('GET'))
      socket.write('HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nfirst');
    else socket.write(`echo ${text}`);
  });
  const connections = service.connect({ connections: 1 });
  const { promise, resolve } = Promise.withResolvers<NodeJS.ReadWriteStream>();
  ask(connections, { isUpgrade: true }, { upgraded: (_status, _raw, socket) => resolve(socket) });
  const socket = await promise;
  const said: string[] = [];
  socket.on('data', (piece) => said.push(String(piece)));
  socket.resume();
  socket.write('hi');
  await expect.poll(() => said.join('')).toBe('firstecho hi');
  // It takes no place of the others.
  const next = ask(
    connections,
    { path: '/next', isUpgrade: true },
    { upgraded: (_status, _raw, other) => other.destroy() },
  );
  await expect.poll(() => service.sockets.length).toBe(2);
  next.control.abort(new Error('enough'));
  socket.end();
});

test('a target that takes no connection fails those who wait, each for itself', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const connections = new Http1Connections(
    connectionTarget({ scheme: 'http', host: '127.0.0.1', port }, { ...pool, connections: 1 }),
  );
  const all = Array.from({ length: 3 }, () => ask(connections).end);
  expect(await Promise.all(all)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']);
});

test('closing lets those who are under way or wait have their answers, and takes no more', async () => {
  await using service = await startService((socket) => setTimeout(() => socket.write(OK), 20));
  const connections = service.connect({ connections: 1 });
  const all = [ask(connections).end, ask(connections).end];
  connections.close();
  expect(await ask(connections).end).toBe('UND_ERR_CLOSED');
  expect(await Promise.all(all)).toEqual(['ended', 'ended']);
  await once(service.sockets[0]!, 'close');
});

test('a request that cannot be written is refused, and others go on', async () => {
  await using service = await startService((socket) => socket.write(OK));
  const connections = service.connect();
  expect(await ask(connections, { headers: ['X-A', 'b\r\nX-B: c'] }).end).toBe('UND_ERR_INVALID_ARG');
  expect(await ask(connections).end).toBe('ended');
});
