import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type TestHost } from './host.fixture.ts';
import { hostWith, pluginOfPage } from './plugin-pages.fixture.ts';

const odd = (handle: string, extra = '') => `{
  ...base, ${extra} handle: ${handle} }`;
const strange = {
  'plugin.json': JSON.stringify({
    id: 'strange',
    version: '1.0.0',
    host: '^0.1.0',
    sdk: 1,
    entry: './index.ts',
    capabilities: { routes: { why: 'To be strange.' } },
    contributes: { routes: ['throws', 'hangs', 'lies', 'html', 'secrets', 'echo'].map((name) => `POST /${name}`) },
  }),
  'index.ts': `
import { BackplaneError, definePlugin, defineRoute } from '@backplane/sdk';
import { z } from 'zod';
const base = { method: 'POST', title: 'T', summary: 'S', access: { scope: 'strange:all' } } as const;
export default definePlugin({ id: 'strange', contributes: [
  defineRoute(${odd("() => { throw new Error('a cat on the keyboard'); }", "path: '/throws',")}),
  defineRoute(${odd('() => new Promise(() => {})', "path: '/hangs', timeoutMs: 50,")}),
  defineRoute(${odd('() => ({ body: { b: 1 } }) as never', "path: '/lies', reply: z.object({ a: z.number() }),")}),
  defineRoute(${odd("() => ({ headers: { 'content-type': 'text/html', 'set-cookie': 'a=1', 'content-security-policy': 'none' }, body: '<script>1</script>' })", "path: '/html',")}),
  defineRoute(${odd('({ headers }) => ({ body: Object.keys(headers) })', "path: '/secrets',")}),
  defineRoute(${odd('({ body }) => ({ body: body ?? null })', "path: '/echo', maxBodyBytes: 20,")}),
] });`,
};

let host: TestHost;
beforeAll(async () => {
  host = await hostWith({ acme: pluginOfPage('route'), strange });
});
afterAll(() => host[Symbol.asyncDispose]());

test('the plugin of the page stores and gives tickets', async () => {
  expect(await host.api('PUT', '/plugins/acme/tickets/a%2Fb', { title: 'Leak' })).toMatchObject({ status: 204 });
  expect(await host.api('GET', '/plugins/acme/tickets/a%2Fb?shout=yes')).toMatchObject({
    status: 200,
    body: { title: 'LEAK' },
  });
  expect(await host.api('GET', '/plugins/acme/tickets/none')).toMatchObject({
    status: 404,
    body: { code: 'ACME_TICKET_UNKNOWN', detail: 'There is no ticket none.' },
  });
});

test('what does not fit is refused with every problem before the handler runs', async () => {
  expect(await host.api('PUT', '/plugins/acme/tickets/1', { title: '', more: 1 })).toMatchObject({
    status: 400,
    body: { code: 'HTTP_INVALID_REQUEST', detail: expect.stringMatching(/body\.title.*more/s) },
  });
  expect(await host.api('GET', '/plugins/acme/tickets/1?shout=loud')).toMatchObject({ status: 400 });
});

test('only a public route answers without a key', async () => {
  const at = (path: string) => call(`${host.url}/api/plugins/acme${path}`, 'GET');
  expect(await at('/status')).toMatchObject({ status: 200, body: { up: true, seenBy: 'anonymous' } });
  expect(await at('/tickets/1')).toMatchObject({ status: 401 });
  expect(await at('/nothing')).toMatchObject({ status: 401 });
});

test('an address with another method says which it has', async () => {
  const answer = await host.api('DELETE', '/plugins/acme/tickets/1');
  expect(answer).toMatchObject({ status: 405, body: { code: 'HTTP_METHOD_NOT_ALLOWED' } });
  expect(answer.headers.get('allow')).toBe('GET, PUT');
});

test('whatever a handler does becomes a coded problem', async () => {
  expect(await host.api('POST', '/plugins/strange/throws')).toMatchObject({
    status: 502,
    body: { code: 'PLUGIN_ROUTE_THREW', detail: expect.stringContaining('a cat on the keyboard') },
  });
  expect(await host.api('POST', '/plugins/strange/hangs')).toMatchObject({
    status: 504,
    body: { code: 'PLUGIN_ROUTE_TIMEOUT' },
  });
  expect(await host.api('POST', '/plugins/strange/lies')).toMatchObject({
    status: 502,
    body: { code: 'PLUGIN_ROUTE_REPLY', detail: expect.stringContaining('body.a') },
  });
});

test('an answer cannot set cookies or run scripts in a browser', async () => {
  const { headers, body } = await host.api('POST', '/plugins/strange/html');
  expect(body).toBe('<script>1</script>');
  expect(headers.get('set-cookie')).toBeNull();
  expect(headers.get('content-security-policy')).toContain('sandbox');
});

test('credentials of the caller do not reach the plugin', async () => {
  const { body } = await host.api('POST', '/plugins/strange/secrets', undefined, { cookie: 'a=1', 'x-own': '1' });
  expect(body).toContain('x-own');
  expect(body).not.toContain('authorization');
  expect(body).not.toContain('cookie');
});

test('a body beyond the limit of the route is refused, and every kind of body arrives as what it is', async () => {
  const send = (body: string, type: string) =>
    host.api('POST', '/plugins/strange/echo', body, { 'content-type': type });
  expect(await send('x'.repeat(21), 'text/plain')).toMatchObject({ status: 413 });
  expect(await send('a=1&a=2', 'application/x-www-form-urlencoded')).toMatchObject({ body: { a: ['1', '2'] } });
  expect(await send('plain', 'text/plain')).toMatchObject({ status: 200, body: 'plain' });
  expect(await send('{', 'application/json')).toMatchObject({ status: 400, body: { code: 'HTTP_BODY_SYNTAX' } });
});

test('the OpenAPI document lists the routes under their plugin', async () => {
  const { body } = await host.api('GET', '/openapi.json');
  expect(body.paths['/api/plugins/acme/tickets/{ticket}'].put).toMatchObject({
    tags: ['Plugin acme'],
    'x-scope': 'acme:tickets:write',
    requestBody: { content: { 'application/json': { schema: { required: ['title'] } } } },
  });
  expect(body.paths['/api/plugins/acme/status'].get).toMatchObject({ security: [] });
});
