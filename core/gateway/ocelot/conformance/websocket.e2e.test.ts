import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testClock } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startImported } from './gateway-under-test.fixture.ts';
import { policiesUnderTest, SCHEMES } from './policies-under-test.fixture.ts';

async function world(route: Readonly<Record<string, unknown>>) {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: (protocols) => [...protocols][0] ?? false });
  sockets.on('connection', (socket, { url }) => {
    socket.send(`at ${url}`);
    socket.on('message', (text) => socket.send(`echo ${text}`));
    socket.on('close', (code) => sockets.emit('left', code));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const written = {
    UpstreamPathTemplate: '/ws/{rest}',
    DownstreamPathTemplate: '/live/{rest}',
    DownstreamScheme: 'ws',
    DownstreamHostAndPorts: [{ Host: '127.0.0.1', Port: (server.address() as AddressInfo).port }],
    ...route,
  };
  const gateway = await startImported({ Routes: [written] }, policiesUnderTest(testClock()), {
    compat: 'ocelot',
    schemes: SCHEMES,
  });
  return {
    sockets,
    /** The first messages, or the status that refused it. */
    async open(headers: Record<string, string> = {}, protocols: string[] = []) {
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws/room?a=1`, protocols, { headers });
      const heard: string[] = [];
      const status = await new Promise<number>((resolve, reject) => {
        socket.on('message', (text) => {
          heard.push(String(text));
          if (heard.length === 1) socket.send('hi');
          else resolve(101);
        });
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
        socket.on('error', reject);
      });
      return { status, heard, socket };
    },
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      await gateway[Symbol.asyncDispose]();
      server.close();
    },
  };
}

test('a WebSocket goes by the templates, with its sub-protocol, and its end is passed on', async () => {
  await using all = await world({});
  const { heard, socket } = await all.open({}, ['chat.v2']);
  expect(heard).toEqual(['at /live/room?a=1', 'echo hi']);
  expect(socket.protocol).toBe('chat.v2');
  const left = new Promise((resolve) => all.sockets.once('left', resolve));
  socket.close(4001);
  expect(await left).toBe(4001);
});

test('http is spoken as ws by itself', async () => {
  await using all = await world({ DownstreamScheme: 'http' });
  expect((await all.open()).heard).toEqual(['at /live/room?a=1', 'echo hi']);
});

test('an address that is blocked gets 403 for WebSockets too', async () => {
  await using all = await world({ SecurityOptions: { IPBlockedList: ['127.0.0.1'] } });
  expect((await all.open()).status).toBe(403);
});

test('unlike in Ocelot, WebSockets have to say who they are where requests have to', async () => {
  await using all = await world({ AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'] } });
  expect((await all.open()).status).toBe(401);
  expect((await all.open({ Authorization: 'Bearer ada' })).status).toBe(101);
});
