import { createHash } from 'node:crypto';
import { request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';
import type { GatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { route, startGateway, startUpstream, upstream, use } from '../core/gateway/gateway.fixture.ts';
import type { PolicyUse } from '../core/gateway/model/policy-use.ts';
import { aggregate } from '../plugins/policies/aggregate/aggregate.ts';
import { bodyTransform } from '../plugins/policies/body-transform/body-transform.ts';
import { compress } from '../plugins/policies/compress/compress.ts';
import { headerTransform } from '../plugins/policies/header-transform/header-transform.ts';
import { openapiValidate } from '../plugins/policies/openapi-validate/openapi-validate.ts';
import { responseEnvelope } from '../plugins/policies/response-envelope/response-envelope.ts';

const policies: GatewayPolicy[] = [
  aggregate,
  bodyTransform,
  compress,
  headerTransform,
  openapiValidate,
  responseEnvelope,
];

/** Settings as the gateway has checked them. */
function using(...uses: readonly (readonly [policy: GatewayPolicy, config: object])[]): PolicyUse[] {
  return uses.map(([policy, config], at) => use(policy.name, policy.config.parse(config), `test-${at}/${policy.name}`));
}

const gatewayFor = (port: number, uses: PolicyUse[]) =>
  startGateway(
    { routes: [route('all', '/{rest*}', { policies: uses })], upstreams: [upstream('up', [port])] },
    policies,
  );

/** As it comes, without decompression. */
function get(
  url: string,
  headers: Record<string, string>,
): Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    sendRequest(url, { headers }, (response) => {
      buffer(response).then((body) => resolve({ headers: response.headers, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

test('a large answer that comes in pieces is compressed on its way', async () => {
  const text = 'a line of text that is worth it\n'.repeat(100_000);
  await using up = await startUpstream((_request, response) => {
    response.setHeader('content-type', 'text/plain');
    for (let at = 0; at < text.length; at += 50_000) response.write(text.slice(at, at + 50_000));
    response.end();
  });
  await using gateway = await gatewayFor(up.port, using([compress, {}]));
  const { headers, body } = await get(gateway.url, { 'accept-encoding': 'br, gzip' });
  expect(headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
  expect(body.byteLength).toBeLessThan(text.length / 100);
  const sum = (of: string | Buffer) => createHash('sha256').update(of).digest('hex');
  expect(sum(brotliDecompressSync(body))).toBe(sum(text));
});

test('what is compressed is the envelope around the transformed answer', async () => {
  await using up = await startUpstream((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ secret: 'x', text: 'y'.repeat(5000) }));
  });
  await using gateway = await gatewayFor(
    up.port,
    using(
      [compress, {}],
      [responseEnvelope, {}],
      [bodyTransform, { response: { omit: ['secret'] } }],
      [headerTransform, { response: { set: { 'X-Route': '{route}' } } }],
    ),
  );
  const { headers, body } = await get(gateway.url, { 'accept-encoding': 'br' });
  expect(headers).toMatchObject({ 'content-encoding': 'br', 'x-route': 'all' });
  expect(JSON.parse(brotliDecompressSync(body).toString())).toMatchObject({
    success: true,
    data: { text: 'y'.repeat(5000) },
  });
  expect(up.seen).toHaveLength(1);
});

test('errors of the gateway itself come in the envelope', async () => {
  await using gateway = await gatewayFor(1, using([responseEnvelope, {}]));
  const answer = await fetch(gateway.url);
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ success: false, data: { status: 502 } });
});

test('a changed body reaches the upstream with its length', async () => {
  const bodies: string[] = [];
  await using up = await startUpstream((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request
      .on('data', (piece: string) => {
        body += piece;
      })
      .on('end', () => {
        bodies.push(`${request.headers['content-length']} ${body}`);
        response.end('ok');
      });
  });
  await using gateway = await gatewayFor(up.port, using([bodyTransform, { request: { omit: ['admin'] } }]));
  const headers = { 'content-type': 'application/json' };
  await fetch(gateway.url, { method: 'POST', headers, body: '{"a":1,"admin":true}' });
  expect(bodies).toEqual(['7 {"a":1}']);
});

test('a body is validated before anything reaches the upstream', async () => {
  await using up = await startUpstream((_request, response) => response.end('ok'));
  const schema = { type: 'object', required: ['a'] };
  const document = {
    openapi: '3.1.0',
    paths: { '/x': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
  };
  await using gateway = await gatewayFor(up.port, using([openapiValidate, { document }]));
  const post = (body: string) =>
    fetch(`${gateway.url}/x`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect((await post('{}')).status).toBe(400);
  expect(up.seen).toHaveLength(0);
  expect((await post('{"a":1}')).status).toBe(200);
});

test('an aggregate calls other routes through their chains', async () => {
  await using up = await startUpstream((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ path: request.url, by: request.headers['x-by'] }));
  });
  const config = { routes: { user: { route: 'user', url: '/user/{query.id}' }, orders: 'orders' } };
  await using gateway = await startGateway(
    {
      routes: [
        route('user', '/user/{id}', {
          policies: using([headerTransform, { request: { set: { 'X-By': '{route}' } } }]),
        }),
        route('orders', '/orders'),
        route('both', '/both', { policies: using([aggregate, config]), to: { kind: 'policies' } }),
      ],
      upstreams: [upstream('up', [up.port])],
    },
    policies,
  );
  const answer = await fetch(`${gateway.url}/both?id=7`);
  expect(await answer.json()).toEqual({ user: { path: '/user/7', by: 'user' }, orders: { path: expect.any(String) } });
});

test("a redirect of an upstream leads back to the gateway, as Ocelot's files ask for it", async () => {
  await using up = await startUpstream((request, response) =>
    response.writeHead(302, { location: `http://${request.headers.host}/next` }).end(),
  );
  const response = [{ header: 'Location', find: '{DownstreamBaseUrl}', replaceWith: 'https://gw.example.com/' }];
  await using gateway = await gatewayFor(up.port, using([headerTransform, { mode: 'ocelot', response }]));
  const answer = await fetch(gateway.url, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe('https://gw.example.com/next');
});
