import { defineGatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { z } from 'zod';
import { route, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';

test('a WebSocket is logged once it has ended, as one that was opened', async () => {
  const seen: number[] = [];
  const log = defineGatewayPolicy({
    name: 'log',
    title: 'T',
    summary: 'S',
    config: z.object({}),
    phases: ['log'],
    onFailure: 'open',
    create: () => ({ log: (_x, { status }) => void seen.push(status) }),
  });
  await using up = await startUpstream((_request, response) => response.end());
  new WebSocketServer({ server: up.server }).on('connection', (socket) => socket.close());
  await using gateway = await startGateway(
    { routes: [route('it', '/', { policies: [use('log')] })], upstreams: [upstream('up', [up.port])] },
    [log],
  );
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
  await new Promise((resolve) => socket.once('close', resolve));
  await expect.poll(() => seen).toEqual([101]);
});
