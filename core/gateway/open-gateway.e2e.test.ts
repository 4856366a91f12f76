import { defineGatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { z } from 'zod';
import { route, startGateway, startUpstream, upstream, use } from './gateway.fixture.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };

test('a request goes to the upstream and its answer comes back, whole', async () => {
  await using up = await startUpstream((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      response.writeHead(201, { 'x-seen': request.headers['x-forwarded-for'], 'set-cookie': ['a=1', 'b=2'] });
      response.end(Buffer.concat(pieces));
    });
  });
  await using gateway = await startGateway({
    routes: [route('all', '/{rest*}')],
    upstreams: [upstream('up', [up.port])],
  });
  const body = 'x'.repeat(300_000);
  const answer = await fetch(`${gateway.url}/a/b?c=d`, { method: 'POST', body });
  expect(answer.status).toBe(201);
  expect(await answer.text()).toBe(body);
  expect(answer.headers.get('x-seen')).toBe('127.0.0.1');
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(up.seen[0]!.url).toBe('/a/b?c=d');
});

test('an address without a route is answered with 404 as a problem document', async () => {
  await using gateway = await startGateway({});
  const answer = await fetch(`${gateway.url}/nowhere`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'GATEWAY_ROUTE_UNKNOWN' });
});

test('an upstream that is down is answered with 502', async () => {
  await using gateway = await startGateway({ routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [1])] });
  const answer = await fetch(`${gateway.url}/x`);
  expect(answer.status).toBe(502);
});

test('the hooks of a policy run in the order of the phases, and see the answer', async () => {
  const seen: string[] = [];
  const policy = defineGatewayPolicy({
    ...words,
    name: 'watch',
    phases: ['request', 'route', 'rewrite', 'attempt', 'responseHeaders', 'responseBody', 'log'],
    onFailure: 'closed',
    create: () => ({
      request: () => void seen.push('request'),
      route: () => void seen.push('route'),
      rewrite: async (x) => {
        x.upstream.headers.set('x-added', 'yes');
        seen.push('rewrite');
        return undefined;
      },
      attempt: async (_x, next) => {
        seen.push('attempt');
        return next();
      },
      responseHeaders: (x) => {
        x.response.headers.set('x-status', String(x.response.status));
        return undefined;
      },
      responseBody: (_x, piece, last) =>
        last ? Buffer.from('!') : Buffer.from(String(Buffer.from(piece)).toUpperCase()),
      log: (_x, { status }) => void seen.push(`log ${status}`),
    }),
  });
  await using up = await startUpstream((request, response) => response.end(`hello ${request.headers['x-added']}`));
  await using gateway = await startGateway(
    { routes: [route('all', '/{rest*}', { policies: [use('watch')] })], upstreams: [upstream('up', [up.port])] },
    [policy],
  );
  const answer = await fetch(`${gateway.url}/x`);
  expect(await answer.text()).toBe('HELLO YES!');
  expect(answer.headers.get('x-status')).toBe('200');
  await expect.poll(() => seen).toEqual(['request', 'route', 'rewrite', 'attempt', 'log 200']);
});

test('a WebSocket is joined with the one of the upstream', async () => {
  await using up = await startUpstream((_request, response) => response.end());
  const sockets = new WebSocketServer({ server: up.server });
  sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(`echo ${text}`)));
  await using gateway = await startGateway({
    routes: [route('all', '/{rest*}')],
    upstreams: [upstream('up', [up.port])],
  });
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/chat`);
  const reply = new Promise((resolve) => socket.once('message', (text) => resolve(String(text))));
  socket.once('open', () => socket.send('hi'));
  expect(await reply).toBe('echo hi');
  socket.terminate();
});

test('whoever may GET may ask for the headers alone', async () => {
  await using up = await startUpstream((_request, response) =>
    response.writeHead(200, { 'content-length': '5' }).end(),
  );
  const only = route('get', '/x', {
    match: { ...route('get', '/x').match, methods: ['GET'] },
  });
  await using gateway = await startGateway({ routes: [only], upstreams: [upstream('up', [up.port])] });
  const answer = await fetch(`${gateway.url}/x`, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '5']);
  expect((await fetch(`${gateway.url}/x`, { method: 'PUT' })).status).toBe(405);
});
