import { hash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { GatewayPolicy } from '@backplane/sdk';
import { replyHttp } from '@backplane/sdk/testing';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  route,
  startGateway,
  startUpstream,
  type TestUpstream,
  upstream,
  use,
} from '../core/gateway/gateway.fixture.ts';
import { apiKey } from '../plugins/policies/api-key/api-key.ts';
import { claims } from '../plugins/policies/claims/claims.ts';
import { hmacSignature } from '../plugins/policies/hmac-signature/hmac-signature.ts';
import { ipAccess } from '../plugins/policies/ip-access/ip-access.ts';
import { jwt } from '../plugins/policies/jwt/jwt.ts';
import { oidc } from '../plugins/policies/oidc/oidc.ts';

const SECRET = 'a secret of thirty-two bytes or a few more';
const good = await new SignJWT({ sub: 'ada', role: 'Admin', scope: 'read' })
  .setProtectedHeader({ alg: 'HS256' })
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(SECRET));

const useOf = (policy: GatewayPolicy, config: object, id: string) => use(policy.name, config, id);
const ISSUER = 'https://id.example.com';
const http = replyHttp(() => ({
  body: {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/keys`,
  },
}));
/** With its settings checked and completed, as workers do it. */
const checked = (policy: GatewayPolicy): GatewayPolicy => ({
  ...policy,
  create: (context: any) => policy.create({ ...context, http, config: policy.config.parse(context.config) } as never),
});
const bearer = { ...useOf(jwt, { secret: SECRET }, 'scheme/Bearer'), scheme: 'Bearer' };
const key = {
  ...useOf(apiKey, { keys: [{ id: 'ci', hash: `sha256:${hash('sha256', 'key-of-ci')}` }] }, 'scheme/ApiKey'),
  scheme: 'ApiKey',
};
const toHeaders = useOf(claims, { headers: { 'X-User-Id': 'sub', 'X-Role': 'role' } }, 'all/claims');
const schemes = [bearer, key];

let service: TestUpstream;
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  service = await startUpstream((_request, response) => response.end('{}'));
  gateway = await startGateway(
    {
      upstreams: [upstream('up', [service.port])],
      routes: [
        route('closed', '/closed/{rest*}', { authenticate: { mode: 'required', schemes }, policies: [toHeaders] }),
        route('open', '/open', { authenticate: { mode: 'optional', schemes }, policies: [toHeaders] }),
        route('admin', '/admin', {
          authenticate: { mode: 'required', schemes },
          policies: [useOf(claims, { require: { role: 'Admin' } }, 'admin/claims')],
        }),
        route('elsewhere', '/elsewhere', { policies: [useOf(ipAccess, { allow: ['192.0.2.0/24'] }, 'elsewhere/ip')] }),
        route('app', '/app/{rest*}', {
          authenticate: {
            mode: 'required',
            schemes: [useOf(oidc, { issuer: ISSUER, clientId: 'gateway', secret: SECRET }, 'scheme/People'), bearer],
          },
        }),
        route('signed', '/signed', {
          authenticate: {
            mode: 'required',
            schemes: [useOf(hmacSignature, { keys: { app: { secret: SECRET } } }, 'scheme/Signed')],
          },
        }),
      ],
    },
    [jwt, apiKey, claims, hmacSignature, ipAccess, oidc].map(checked),
  );
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Headers as they are: also twice. */
function send(path: string, headers: readonly string[] = []): Promise<Seen> {
  const { promise, resolve, reject } = Promise.withResolvers<Seen>();
  const { port } = new URL(gateway.url);
  const sent = request(
    { host: '127.0.0.1', port, path, headers: ['host', 'api.example.com', ...headers] },
    async (reply) => {
      let body = '';
      for await (const piece of reply) body += piece;
      resolve({ status: reply.statusCode!, headers: reply.headers, body });
    },
  );
  sent.on('error', reject).end();
  return promise;
}

/** What the upstream saw last, by lower-case name. */
function seen(): Record<string, string> {
  const raw = service.seen.at(-1)!.rawHeaders;
  return Object.fromEntries(raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1]!]] : [])));
}

test('a bearer token becomes headers for the upstream, in place of those that the caller sent', async () => {
  const forged = ['X-User-Id', 'root', 'x_user_id', 'root', 'X-ROLE', 'Owner'];
  expect((await send('/closed/a', ['authorization', `Bearer ${good}`, ...forged])).status).toBe(200);
  expect(seen()).toMatchObject({ 'x-user-id': 'ada', 'x-role': 'Admin', authorization: `Bearer ${good}` });
  expect(seen()).not.toHaveProperty('x_user_id');
});

test('where there is no token an API key will do, and the upstream does not see it', async () => {
  expect((await send('/closed/a', ['authorization', 'ApiKey key-of-ci', 'x-role', 'Owner'])).status).toBe(200);
  expect(seen()).toMatchObject({ 'x-user-id': 'ci' });
  expect(seen()).not.toHaveProperty('authorization');
  expect(seen()).not.toHaveProperty('x-role');
});

test('who shows nothing, or nothing good, does not come in', async () => {
  const before = service.seen.length;
  expect((await send('/closed/a')).status).toBe(401);
  const bad = await send('/closed/a', ['authorization', `Bearer ${good}x`]);
  expect([bad.status, bad.headers['content-type'], JSON.parse(bad.body).code]).toEqual([
    401,
    'application/problem+json',
    'GATEWAY_TOKEN_INVALID',
  ]);
  expect(bad.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
  expect((await send('/closed/a', ['authorization', 'ApiKey made-up'])).status).toBe(401);
  expect(service.seen).toHaveLength(before);
});

test('two Authorization headers are a bad credential, whatever stands in them', async () => {
  const twice = (second: string) => ['authorization', `Bearer ${good}`, 'Authorization', second];
  for (const second of [`Bearer ${good}`, 'ApiKey key-of-ci', 'Basic YTpi'])
    expect((await send('/closed/a', twice(second))).status).toBe(401);
});

test('on a route for all nobody passes for somebody', async () => {
  expect((await send('/open', ['x-user-id', 'root'])).status).toBe(200);
  expect(seen()).not.toHaveProperty('x-user-id');
  expect((await send('/open', ['authorization', 'Bearer forged', 'x-user-id', 'root'])).status).toBe(401);
});

test('a route for some lets some in', async () => {
  expect((await send('/admin', ['authorization', `Bearer ${good}`])).status).toBe(200);
  expect((await send('/admin', ['authorization', 'ApiKey key-of-ci'])).status).toBe(403);
});

test('an address that is not allowed does not come in, whatever it says of itself', async () => {
  expect((await send('/elsewhere', ['x-forwarded-for', '192.0.2.7'])).status).toBe(403);
});

test('an unsigned request does not come in where signatures are asked for', async () => {
  expect((await send('/signed', ['authorization', `Bearer ${good}`])).status).toBe(401);
});

test('a browser that nobody has signed in goes to the provider, with a cookie to come back with', async () => {
  const { status, headers } = await send('/app/orders', ['accept', 'text/html', 'sec-fetch-mode', 'navigate']);
  expect([status, headers.location?.startsWith(`${ISSUER}/auth?`)]).toEqual([302, true]);
  expect(headers['set-cookie']).toEqual([expect.stringMatching(/^gateway-session-flow-.*HttpOnly; SameSite=Lax$/)]);
  expect((await send('/app/orders', ['accept', 'application/json'])).status).toBe(401);
  const known = await send('/app/orders', ['accept', 'text/html', 'authorization', `Bearer ${good}`]);
  expect([known.status, known.headers['set-cookie']]).toEqual([200, undefined]);
});
