import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, startTestHost, type TestHost } from '../../../tests/host.fixture.ts';
import { type LocalServer, serve } from '../../network/local-server.fixture.ts';
import { type AuthorizationServer, authorizationServer } from '../../secrets/oauth/authorization-server.fixture.ts';

let provider: AuthorizationServer;
let service: LocalServer;
let host: TestHost;
const seen: string[] = [];

beforeAll(async () => {
  provider = await authorizationServer();
  service = await serve((request, response) => {
    seen.push(request.headers.authorization ?? 'none');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ you: request.headers.authorization }));
  });
  host = await startTestHost({
    backplane: [
      'log: { level: silent }',
      'server: { publicUrl: "https://flows.example.com" }',
      'templates: { workflows: [] }',
      `oauth: { providers: [${JSON.stringify(provider.spec)}], clients: { acme: { id: me, secret: "top-secret-of-the-client" } } }`,
    ].join('\n'),
  });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

let environments = 0;

/** A browser that follows a link up to the provider: where that was, and what the browser then holds. */
async function follow(link: string) {
  const page = await fetch(link.replace('https://flows.example.com', host.url));
  const away = await fetch(`${page.url}?continue=1`, { redirect: 'manual' });
  const cookie = away.headers.get('set-cookie') ?? '';
  return { page: await page.text(), headers: page.headers, to: away.headers.get('location')!, cookie };
}

async function made(environment = `environment-${++environments}`) {
  const { status, body } = await host.api('PUT', '/connections', { provider: 'acme', environment });
  expect(status).toBe(200);
  return body as { id: string; environment: string };
}

async function linked(id: string, returnTo?: string): Promise<string> {
  const { body } = await host.api('POST', `/connections/${id}/link`, returnTo === undefined ? {} : { returnTo });
  return body.url;
}

async function comeBack(to: string, cookie: string, change: Record<string, string> = {}) {
  const { code, state } = provider.consent(to);
  const query = new URLSearchParams({ code, state, ...change });
  const answer = await fetch(`${host.url}/api/integrations/callback?${query}`, {
    headers: { cookie: cookie.split(';')[0]! },
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

test('a person follows a link, consents, and the connection stands with their account; nobody sees a token', async () => {
  const { id } = await made();
  const { page, headers, to, cookie } = await follow(await linked(id, '/console'));
  expect(page).toContain('Connect Acme');
  expect(page).toContain('Read tickets');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(to).toContain(encodeURIComponent('https://flows.example.com/api/integrations/callback'));
  expect(cookie).toMatch(/HttpOnly; Secure; SameSite=Lax/i);
  const answer = await comeBack(to, cookie);
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('ada@example.com');
  expect(answer.text).toContain('href="/console"');
  const { body } = await host.api('GET', `/connections/${id}`);
  expect(body).toMatchObject({ status: 'connected', account: { label: 'ada@example.com' }, missingScopes: [] });
  const everything = JSON.stringify([body, (await host.api('GET', '/connections')).body, answer.text]);
  for (const secret of [...provider.alive, 'rt-', 'top-secret-of-the-client']) expect(everything).not.toContain(secret);
});

test('the answer counts only in the browser that went there, once, and says so in plain words', async () => {
  const { id } = await made();
  const { to, cookie } = await follow(await linked(id));
  const elsewhere = await comeBack(to, '');
  expect(elsewhere.status).toBe(400);
  expect(elsewhere.text).toContain('begun in this browser');
  const late = await comeBack(to, cookie);
  expect(late.status).toBe(400);
});

test('what a provider says on refusing is shown as text, never as a part of the page', async () => {
  const { id } = await made();
  const { to, cookie } = await follow(await linked(id));
  const answer = await comeBack(to, cookie, { error: 'access_denied', error_description: '<script>alert(1)</script>' });
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('&lt;script&gt;');
  expect(answer.text).not.toContain('<script>');
});

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/a b',
])('after connecting nobody is led to %s', async (returnTo) => {
  const { id } = await made();
  const { status, body } = await host.api('POST', `/connections/${id}/link`, { returnTo });
  expect([status, body.code]).toEqual([400, 'HTTP_INVALID_REQUEST']);
});

test('a link is worth nothing once whoever made it may not connect any more', async () => {
  const { id } = await made();
  const { body: user } = await host.api('POST', '/users', {
    email: 'linker@example.com',
    password: 'a horse on stilts 7',
  });
  await host.api('PUT', '/members', { user: user.id, role: 'editor' });
  const credentials = { email: 'linker@example.com', password: 'a horse on stilts 7' };
  const { token } = (await host.api('POST', '/auth/login', credentials)).body;
  const by = { authorization: `Bearer ${token}` };
  const { body } = await host.api('POST', `/connections/${id}/link`, {}, by);
  const open = async () => (await fetch(body.url.replace('https://flows.example.com', host.url))).status;
  expect(await open()).toBe(200);
  await host.api('PATCH', `/users/${user.id}`, { status: 'disabled' });
  expect(await open()).toBe(400);
});

test('a link that was changed, or made for something else, begins nothing', async () => {
  const { id } = await made();
  const link = (await linked(id)).replace('https://flows.example.com', host.url);
  for (const wrong of [
    `${link}x`,
    link.replace(/\.[^.]+$/, '.AAAA'),
    `${host.url}/api/integrations/begin/${createHash('sha256').digest('hex')}`,
  ]) {
    const answer = await fetch(wrong);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
});

test('a workflow uses the token under the name that templates know, and no record shows it', async () => {
  const { id, environment } = await made();
  const { to, cookie } = await follow(await linked(id));
  await comeBack(to, cookie);
  const source = `title: With a token
config: { environment: ${environment} }
actions:
  - ref: ask
    action: core.http_request
    args:
      url: ${service.url}/me
      method: GET
      headers: { Authorization: "Bearer \${{ SECRETS.acme_oauth.ACME_USER_TOKEN }}" }
returns: \${{ ACTIONS.ask.result.data }}
`;
  await host.api('POST', '/workflows', { alias: 'with-a-token', source });
  const { body } = await host.api('POST', '/workflows/with-a-token/runs?wait=result', { input: {} });
  const token = seen.at(-1)!.replace('Bearer ', '');
  expect(provider.alive).toContain(token);
  expect(JSON.stringify(body)).toContain('***');
  const record = await host.api('GET', `/runs/${body.runId ?? body.id}`);
  for (const text of [JSON.stringify(body), JSON.stringify(record.body)]) expect(text).not.toContain(token);
});

test('a connection is deleted with its token revoked; unknown ones and unknown providers are said to be so', async () => {
  const { id } = await made();
  const { to, cookie } = await follow(await linked(id));
  await comeBack(to, cookie);
  expect((await host.api('DELETE', `/connections/${id}`)).body).toEqual({ revoked: true });
  expect((await host.api('GET', `/connections/${id}`)).body.code).toBe('CONNECTION_NOT_FOUND');
  const unknown = await host.api('PUT', '/connections', { provider: 'acmee' });
  expect(unknown.body).toMatchObject({
    code: 'CONNECTION_PROVIDER_UNKNOWN',
    detail: expect.stringContaining('"acme"'),
  });
  const missing = await host.api('PUT', '/connections', { provider: 'okta' });
  expect(missing.body.code).toBe('CONNECTION_NOT_CONFIGURED');
});

test('all providers of the plugins that come with the host are listed, with what their scopes allow in words', async () => {
  const { body } = await host.api('GET', '/integrations/providers');
  const ids = body.items.map(({ id }: { id: string }) => id);
  for (const id of ['google_gmail', 'microsoft_graph', 'github', 'okta', 'salesforce', 'slack', 'acme'])
    expect(ids).toContain(id);
  expect((await call(`${host.url}/api/integrations/providers`, 'GET')).status).toBe(401);
});
