import { defineGatewayPolicy, type PolicyIdentity } from '@backplane/sdk';
import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { claims } from './claims.ts';

const ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
const ADA: PolicyIdentity = {
  subject: 'ada',
  scheme: 'Bearer',
  scopes: ['read', 'orders:write'],
  claims: {
    scope: 'read orders:write',
    sub: 'ada',
    role: ['User', 'Admin'],
    tenant: 'acme',
    level: 3,
    email_verified: true,
    name: 'Åda\r\nX-Evil: 1',
    realm_access: { roles: ['manager'] },
    user: 'acme|ada|7',
  },
};

/** The policy behind a scheme that knows everybody. */
async function send(config: object, request: object = {}, identity: PolicyIdentity | undefined = ADA, params = {}) {
  const behind = defineGatewayPolicy({
    ...claims,
    phases: ['authenticate', 'authorize', 'rewrite'],
    async create(context) {
      const hooks = await claims.create(context as never);
      return {
        ...hooks,
        authenticate(exchange) {
          exchange.identity = identity ?? undefined;
          return undefined;
        },
      };
    },
  });
  await using trial = await tryPolicy(behind, config, { route: { params } });
  const answer = await trial.send(request);
  return { ...answer, sent: trial.sent[0] };
}
const anonymous = (config: object, request: object = {}) => send(config, request, null as never);

test.each([
  [{ role: 'Admin' }],
  [{ role: ['Owner', 'Admin'], tenant: 'acme' }],
  [{ level: 3, email_verified: true }],
  [{ 'realm_access.roles': 'manager' }],
  [{ scope: 'read' }],
  [{ [ROLE]: 'User' }],
])('%j is met', async (require) => {
  expect((await send({ require })).status).toBe(200);
});

test.each([
  [{ role: 'admin' }, 'role'],
  [{ role: 'Admin', tenant: 'other' }, 'tenant'],
  [{ missing: 'x' }, 'missing'],
  [{ realm_access: '[object Object]' }, 'realm_access'],
  [{ constructor: 'x' }, 'constructor'],
  [{ 'tenant.length': '4' }, 'tenant.length'],
])('%j is not met', async (require, claim) => {
  const { status, body, because, sent } = await send({ require });
  expect([status, JSON.parse(body).code, sent]).toEqual([403, 'GATEWAY_CLAIM_MISSING', undefined]);
  expect(because).toContain(claim);
  expect(body).not.toContain(claim);
});

test('a claim is known by its URI and by its short name', async () => {
  const byUri = { ...ADA, claims: { [ROLE]: 'User' } };
  expect((await send({ require: { role: 'User' } }, {}, byUri)).status).toBe(200);
  expect(
    (await send({ require: { role: 'User' }, aliases: { role: ['job'] } }, {}, { ...ADA, claims: { job: 'User' } }))
      .status,
  ).toBe(200);
});

test('a value in braces is the parameter of the path', async () => {
  const require = { tenant: '{tenant}' };
  expect((await send({ require }, {}, ADA, { tenant: 'acme' })).status).toBe(200);
  expect((await send({ require }, {}, ADA, { tenant: 'other' })).status).toBe(403);
  expect((await send({ require }, {}, { ...ADA, claims: { tenant: '{tenant}' } })).status).toBe(403);
});

test('of several sets of requirements one is enough', async () => {
  const any = [{ role: 'Owner' }, { role: 'Admin', tenant: 'acme' }];
  expect((await send({ any })).status).toBe(200);
  expect((await send({ any: [{ role: 'Owner' }, { tenant: 'other' }] })).status).toBe(403);
});

test('a claim may be required whatever it says', async () => {
  expect((await send({ present: ['tenant'] })).status).toBe(200);
  expect((await send({ present: ['tenant', 'department'] })).status).toBe(403);
});

test.each([
  [['write', 'read'], 200],
  [['write'], 403],
  [{ all: ['read', 'orders:write'] }, 200],
  [{ all: ['read', 'write'] }, 403],
  [{ any: ['read'], all: ['write'] }, 403],
])('with the scopes %j the answer is %i', async (scopes, expected) => {
  const { status, headers } = await send({ scopes });
  expect(status).toBe(expected);
  if (status === 403) expect(headers['www-authenticate']).toContain('error="insufficient_scope"');
});

test('nobody meets no requirement', async () => {
  for (const config of [
    { require: { role: 'Admin' } },
    { any: [{ role: 'Admin' }] },
    { present: ['sub'] },
    { scopes: ['read'] },
  ])
    expect((await anonymous(config)).status).toBe(401);
});

test('claims become headers, in place of those that the caller sent', async () => {
  const headers = { 'X-User-Id': 'sub', 'X-Roles': 'role', 'X-Level': 'level', 'X-Department': 'department' };
  const forged = { 'x-user-id': 'root', X_User_Id: 'root', 'x-department': 'board', 'X-ROLES': 'Owner', other: 'kept' };
  const { sent } = await send({ headers }, { headers: forged });
  expect(sent?.headers).toEqual({ 'x-user-id': 'ada', 'x-roles': 'User,Admin', 'x-level': '3', other: 'kept' });
});

test('of an anonymous request the headers of an identity are removed', async () => {
  const { status, sent } = await anonymous({ headers: { 'X-User-Id': 'sub' } }, { headers: { 'X-User-ID': 'root' } });
  expect([status, sent?.headers]).toEqual([200, {}]);
});

test('a claim cannot make a header of its own', async () => {
  const { sent } = await send({ headers: { 'X-Name': 'name' } });
  expect(sent?.headers).toEqual({ 'x-name': '%C3%85da%0D%0AX-Evil: 1' });
});

test('claims become parameters of the query, in place of those that the caller sent', async () => {
  const { sent } = await send(
    { query: { user: 'sub', tenant: 'tenant' } },
    { url: '/a?x=1&USER=root&%75ser=root&x=2' },
  );
  expect(sent?.path).toBe('/a?x=1&x=2&tenant=acme&user=ada');
});

test('claims and parameters become the path for the upstream', async () => {
  const path = { template: '/tenants/{tenant}/users/{id}/{rest*}', values: { tenant: 'tenant', id: 'sub' } };
  const { sent } = await send({ path }, { url: '/me/x?q=1' }, ADA, { id: 'root', rest: 'a b/c' });
  expect(sent?.path).toBe('/tenants/acme/users/ada/a%20b/c?q=1');
});

test.each(['..', '.', ''])('a claim that is %j does not become a part of the path', async (tenant) => {
  const path = { template: '/tenants/{tenant}/users', values: { tenant: 'tenant' } };
  expect((await send({ path }, {}, { ...ADA, claims: { tenant } })).status).toBe(403);
});

test('a slash in a claim stays inside its segment', async () => {
  const path = { template: '/t/{tenant}', values: { tenant: 'tenant' } };
  expect((await send({ path }, {}, { ...ADA, claims: { tenant: 'a/../b?c' } })).sent?.path).toBe('/t/a%2F..%2Fb%3Fc');
});

test.each([
  ['Claims[sub] > value', 'ada'],
  ['Claims[user] > value[1] > |', 'ada'],
  ['Claims[role] > value', 'User,Admin'],
  ['Claims[role] > value[1] > ,', 'Admin'],
  ['Claims[user] > value[9] > |', undefined],
  ['claims[tenant]>value[0] >', 'acme'],
  ['Claims[tenant] > value > |', 'acme'],
])('Ocelot’s %j is %j', async (expression, value) => {
  expect((await send({ headers: { 'X-It': expression } })).sent?.headers['x-it']).toBe(value);
});

test('a claim that is missing refuses where the route says so', async () => {
  expect((await send({ headers: { 'X-It': 'department' }, missing: 'refuse' })).status).toBe(403);
  expect((await send({ query: { it: 'department' }, missing: 'refuse' })).status).toBe(403);
  expect((await send({ set: { it: 'department' }, missing: 'refuse' })).status).toBe(403);
});

test('claims become claims before anything is required', async () => {
  const config = { set: { owner: 'Claims[user] > value[1] > |' }, require: { owner: 'ada' } };
  const { status, exchange } = await send(config);
  expect([status, exchange.identity?.claims['owner'], ADA.claims['owner']]).toEqual([200, 'ada', undefined]);
});

test.each([
  [{}, 'it would do nothing'],
  [{ require: {} }, 'names no claim'],
  [{ headers: { 'X Y': 'sub' } }, 'headers.X Y'],
  [{ headers: { 'X-It': 'Claims[sub > value' } }, 'neither a claim nor'],
  [{ path: { template: 'users' } }, 'begins with a slash'],
  [{ require: { role: {} } }, 'require.role'],
])('the settings %j are refused', async (config, problem) => {
  await expect(send(config)).rejects.toThrow(problem);
});
