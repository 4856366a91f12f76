import { defineRoute } from '@backplane/sdk';
import express from 'express';
import { expect, test } from 'vitest';
import { type Access, hostOnlyAccess } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import type { AuditEntry } from '../../access/audit/audit-log.ts';
import { DEFAULT_PLACE } from '../../access/place.ts';
import type { Scope } from '../../access/scope.ts';
import { silent } from '../../plugins/actions/invocation.fixture.ts';
import { ContributionBoard, type MountOwner } from '../../plugins/contributions/contribution-board.ts';
import { readMounted } from '../../plugins/contributions/read-mounted.ts';
import { noteCaller } from '../caller.ts';
import { listen } from '../listen.ts';
import { pluginRouteHandler } from './plugin-route-handler.ts';

const route = (path: string, scope = 'acme:all') => ({
  kind: 'route' as const,
  name: `GET ${path}`,
  value: defineRoute({
    method: 'GET',
    path,
    title: 'T',
    summary: 'S',
    access: { scope },
    handle: ({ actor }) => ({ body: path === '/me' ? actor : 'plugin' }),
  }) as never,
});

/** Answers with the bytes that come, twice as many; breaks off where the request says so. */
const through = {
  kind: 'route' as const,
  name: 'PUT /through',
  value: defineRoute({
    method: 'PUT',
    path: '/through',
    title: 'T',
    summary: 'S',
    access: { scope: 'acme:all' },
    bodyAs: 'stream',
    handle({ content, query }) {
      async function* twice() {
        for await (const piece of content) {
          yield piece;
          if ('break' in (query as object)) throw new Error('enough');
          yield piece;
        }
      }
      return { status: 201, headers: { 'content-type': 'text/plain' }, content: twice() };
    },
  }) as never,
};

async function serve(actor: Actor = { kind: 'host', name: 'test' }, access: Access = hostOnlyAccess) {
  const guard: express.RequestHandler = (request, _response, next) => {
    noteCaller(request, { actor, place: DEFAULT_PLACE });
    next();
  };
  const board = new ContributionBoard();
  const owner = { id: 'acme', ports: {}, log: silent, signal: new AbortController().signal } as unknown as MountOwner;
  const posted = board.post(
    owner,
    readMounted({ id: 'acme', capabilities: {} } as never, [
      route('/mine'),
      route('/disable'),
      route('/{any}/x'),
      through,
      route('/me', 'acme:read'),
    ]),
  );
  const app = express();
  const options = { guard, maxBodyBytes: 1000, trustProxy: false, isOwn: (path: string) => path === '/disable' };
  const entries: AuditEntry[] = [];
  const audit = { add: async (entry: AuditEntry) => void entries.push(entry) };
  const services = { board, access, audit, log: silent as never };
  app.all('/plugins/:id/*path', pluginRouteHandler(services, options));
  app.use((_request, response) => void response.send('host'));
  app.use(
    ((error, _request, response, _next) =>
      void (response.headersSent ? response.destroy() : response.send(error.code))) as express.ErrorRequestHandler,
  );
  const server = await listen(app, { host: '127.0.0.1', port: 0, deadlineMs: 100 });
  const get = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`http://127.0.0.1:${server.port}/plugins/acme${path}`, { headers })).text();
  const put = (path: string, body: string | ReadableStream) =>
    fetch(`http://127.0.0.1:${server.port}/plugins/acme${path}`, {
      method: 'PUT',
      body,
      duplex: 'half',
    } as RequestInit);
  return { server, posted, get, put, entries };
}
const ada: Actor = { kind: 'user', id: 'u-1', email: 'ada@example.com', platformRole: 'basic' };
const reader: Access = {
  can: (_actor, scope, { workspace }) => ({
    allowed: scope === ('acme:read' as Scope) && workspace === DEFAULT_PLACE.workspace,
    reason: 'role',
    why: 'for the test',
  }),
};

test('a route answers only those who have its scope, and its plugin learns who they are', async () => {
  const { server, get } = await serve(ada, reader);
  await using _closed = server;
  expect(await get('/mine')).toBe('ACCESS_DENIED');
  const { workspace } = DEFAULT_PLACE;
  expect(JSON.parse(await get('/me'))).toEqual({ id: 'u-1', kind: 'user', workspace, scopes: ['acme:read'] });
});

test('the holder of the admin key may call every route', async () => {
  const { server, get } = await serve();
  await using _closed = server;
  expect(JSON.parse(await get('/me'))).toMatchObject({ id: 'admin', scopes: ['*'] });
});

test('a route is there as long as its plugin', async () => {
  const { server, posted, get } = await serve();
  await using _closed = server;
  expect(await get('/mine')).toBe('"plugin"');
  posted[Symbol.dispose]();
  expect(await get('/mine')).toBe('host');
});

test('an address of the host stays the host’s, and is out of reach of what a page asks for', async () => {
  const { server, get } = await serve();
  await using _closed = server;
  const byPage = { 'x-backplane-page': 'acme' };
  expect(await get('/disable')).toBe('host');
  expect(await get('/disable', byPage)).toBe('HTTP_NOT_FOUND');
  expect(await get('/nothing', byPage)).toBe('HTTP_NOT_FOUND');
  expect(await get('/mine', byPage)).toBe('"plugin"');
});

test('a route that reads its body itself answers while it comes', async () => {
  const { server, put } = await serve();
  await using _closed = server;
  const upload = new TransformStream<Uint8Array, Uint8Array>();
  const writer = upload.writable.getWriter();
  const answer = put('/through', upload.readable);
  await writer.write(new TextEncoder().encode('a'));
  const { status, headers, body } = await answer;
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([201, 'text/plain', 'no-store']);
  const reader = body!.getReader();
  expect((await reader.read()).value?.[0]).toBe(97);
  await writer.close();
  while (!(await reader.read()).done);
});

test('an answer that breaks off never looks whole, and a body that is too large is refused', async () => {
  const { server, put, get } = await serve();
  await using _closed = server;
  await expect(put('/through?break', 'abc').then((answer) => answer.text())).rejects.toThrow();
  expect(await (await put('/through', 'x'.repeat(2000))).text()).toBe('HTTP_BODY_TOO_LARGE');
  expect(await get('/mine')).toBe('"plugin"');
});

test('whoever lacks the scope of a route is refused, and the log has it', async () => {
  const { server, get, entries } = await serve({ kind: 'user', id: 'u', email: 'a@b.c', platformRole: 'basic' });
  await using _closed = server;
  expect(await get('/mine')).toBe('ACCESS_DENIED');
  expect(entries).toMatchObject([
    { action: 'plugin-route.get', outcome: 'denied', details: { code: 'ACCESS_DENIED' } },
  ]);
});
