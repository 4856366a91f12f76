import { defineGatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { exchangeRaw } from '../attacks/raw.fixture.ts';
import { route, SILENT, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';

test('a path that can be understood in two ways is not served', async () => {
  await using gateway = await startGateway({ routes: [route('it', '/{rest*}', { to: { kind: 'policies' } })] });
  const { status, text } = await exchangeRaw(gateway.port, 'GET /a/../b HTTP/1.1\r\nhost: a\r\n\r\n');
  expect([status, text]).toEqual([400, expect.stringContaining('GATEWAY_REQUEST_MALFORMED')]);
});

test('a method that no route has here is told with those that are possible', async () => {
  const it = route('it', '/a');
  await using gateway = await startGateway({
    routes: [{ ...it, match: { ...it.match, methods: ['PUT', 'GET'] }, to: { kind: 'policies' } }],
  });
  const answer = await fetch(`${gateway.url}/a`, { method: 'POST' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
  expect(await answer.json()).toMatchObject({ code: 'GATEWAY_METHOD_NOT_ALLOWED' });
});

test('TRACE, which would echo what policies add for the upstream, is for routes that name it', async () => {
  await using up = await startUpstream((request, response) => response.end(request.method));
  const named = route('named', '/named');
  await using gateway = await startGateway({
    routes: [route('it', '/a'), { ...named, match: { ...named.match, methods: ['TRACE'] } }],
    upstreams: [upstream('up', [up.port])],
  });
  const trace = (path: string) => exchangeRaw(gateway.port, `TRACE ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const refused = await trace('/a');
  expect([refused.status, refused.text]).toEqual([405, expect.stringContaining('allow: DELETE, GET, HEAD')]);
  expect((await trace('/named')).status).toBe(200);
});

test('what nobody has foreseen is told without its reason', async () => {
  const gaveUp = defineGatewayPolicy({
    name: 'gave-up',
    title: 'T',
    summary: 'S',
    config: z.object({}),
    phases: ['attempt'],
    onFailure: 'closed',
    create: () => ({ attempt: (_x, next) => next({ signal: AbortSignal.abort(new Error('the password')) }) }),
  });
  await using up = await startUpstream((_request, response) => response.end());
  await using gateway = await startGateway(
    { routes: [route('it', '/', { policies: [use('gave-up')] })], upstreams: [upstream('up', [up.port])] },
    [gaveUp],
  );
  const text = await (await fetch(gateway.url)).text();
  expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'GATEWAY_FAILED' });
  expect(text).not.toContain('password');
});

test('where an upstream does not serve, callers learn nothing of it, and the log says once what is wrong', async () => {
  const lines: { message: string; fields: Record<string, unknown> }[] = [];
  const log = {
    ...SILENT,
    warn: (message: string, fields?: object) => void lines.push({ message, fields: { ...fields } }),
  };
  await using up = await startUpstream((request) => request.socket.destroy());
  const secret = `http://127.0.0.1:${up.port}`;
  await using gateway = await startGateway(
    {
      routes: [
        route('it', '/', {
          to: { kind: 'upstream', upstream: secret, path: { kind: 'keep' }, host: 'upstream', forwarded: true },
        }),
      ],
      upstreams: [upstream(secret, [up.port])],
    },
    [],
    { log },
  );
  for (let at = 0; at < 3; at += 1) {
    const answer = await fetch(gateway.url);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([502, expect.stringContaining('GATEWAY_UPSTREAM_BROKEN')]);
    expect(text).not.toContain(String(up.port));
  }
  expect(lines).toEqual([
    {
      message: 'an upstream did not serve',
      fields: {
        code: 'GATEWAY_UPSTREAM_BROKEN',
        problem: expect.stringContaining(secret),
        route: 'it',
        correlationId: expect.any(String),
      },
    },
  ]);
});
