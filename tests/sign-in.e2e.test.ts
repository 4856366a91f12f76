import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, formOf, openBrowser } from './browser.fixture.ts';
import { call, startTestHost, type TestHost } from './host.fixture.ts';
import {
  type OpenIdProvider,
  openOpenIdProvider,
  signInAtProvider,
  signOutAtProvider,
} from './openid-provider.fixture.ts';
import { openSamlIdp, type SamlIdp } from './saml-provider.fixture.ts';

const pem = (name: string) =>
  readFileSync(new URL(`../core/identity/saml/fixtures/${name}.pem`, import.meta.url), 'utf8');
const PASSWORD = 'correct horse battery';
const closing = new AsyncDisposableStack();
const mails: string[] = [];
let host: TestHost;
let op: OpenIdProvider;
let other: OpenIdProvider;
let idp: SamlIdp;

async function mailServer(): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(
          Buffer.concat(chunks)
            .toString('utf8')
            .replace(/=\r?\n/g, '')
            .replaceAll('=3D', '='),
        );
        done();
      });
    },
  });
  closing.defer(() => new Promise<void>((closed) => server.close(closed)));
  return new Promise((ready) => {
    server.listen(0, '127.0.0.1', () => ready((server.server.address() as { port: number }).port));
  });
}

beforeAll(async () => {
  op = closing.use(await openOpenIdProvider());
  other = closing.use(await openOpenIdProvider());
  const entityId = 'https://idp.example/saml';
  idp = closing.use(
    await openSamlIdp(
      entityId,
      { key: pem('idp.key'), certificate: pem('idp.crt') },
      () => `${host.url}/api/auth/saml/idp/acs`,
    ),
  );
  const port = await mailServer();
  const provider = (id: string, issuer: string) =>
    `    - { id: ${id}, name: ${id.toUpperCase()}, issuer: "${issuer}", clientId: backplane, clientSecret: a-secret-of-the-client }`;
  host = closing.use(
    await startTestHost({
      backplane: `log: { level: silent }
secrets: { smtp: { SMTP_HOST: 127.0.0.1, SMTP_PORT: "${port}" } }
auth:
  types: [basic, oidc, saml]
  basic: { registration: open, allowedDomains: [example.com] }
  serviceKey: 0123456789abcdef0123456789abcdef
  mailFrom: host@example.com
  oidc:
${provider('op', op.issuer)}
${provider('other', other.issuer)}
${provider('gone', 'http://127.0.0.1:9')}
  saml:
    - { id: idp, entityId: "${entityId}", signInUrl: "${idp.url}", certificates: [${JSON.stringify(pem('idp.crt'))}], allowedDomains: [idp.example] }
`,
    }),
  );
  op.serve(host.url, 'op');
  other.serve(host.url, 'other');
});
afterAll(() => closing.disposeAsync());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(`${host.url}/api${path}`, 'POST', body, headers);
const get = (path: string, headers: Record<string, string>) =>
  call(`${host.url}/api${path}`, 'GET', undefined, headers);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let count = 0;
async function newUser(more: object = {}): Promise<{ email: string; id: string }> {
  const email = `user${++count}@example.com`;
  const { body } = await host.api('POST', '/users', { email, password: PASSWORD, ...more });
  return { email, id: body.id };
}
async function signedIn(more: object = {}): Promise<{ email: string; id: string; token: string }> {
  const user = await newUser(more);
  const { body } = await post('/auth/login', { email: user.email, password: PASSWORD });
  return { ...user, token: body.token };
}
async function mailTo(email: string): Promise<string> {
  await expect.poll(() => mails.some((mail) => mail.includes(`To: ${email}`)), { timeout: 10_000 }).toBe(true);
  return mails.findLast((mail) => mail.includes(`To: ${email}`))!;
}
const tokenIn = (mail: string) => /token=([\w-]+)/.exec(mail)![1]!;

test('of several who register at once on a fresh host of this machine, one is platform admin', async () => {
  const emails = ['a@example.com', 'b@example.com', 'c@example.com'];
  const answers = await Promise.all(
    emails.map((email) => post('/auth/register', { email, name: 'First', password: PASSWORD })),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const { items } = (await host.api('GET', '/users')).body;
  expect(items.map((user: { platformRole: string }) => user.platformRole).sort()).toEqual(['admin', 'basic', 'basic']);
});

test('somebody registers, confirms the address by mail, and signs in', async () => {
  const email = 'new@example.com';
  expect((await post('/auth/register', { email, name: 'New', password: PASSWORD })).status).toBe(202);
  expect((await post('/auth/login', { email, password: PASSWORD })).body.code).toBe('SIGN_IN_UNVERIFIED');
  const token = tokenIn(await mailTo(email));
  expect((await post('/auth/verify', { token })).status).toBe(204);
  expect((await post('/auth/verify', { token })).body.code).toBe('SIGN_IN_LINK_INVALID');
  expect((await post('/auth/login', { email, password: PASSWORD })).status).toBe(200);
});

test('registering an address that has an account looks the same, and tells its owner', async () => {
  const { email } = await newUser();
  const [fresh, known] = await Promise.all(
    ['fresh@example.com', email].map((address) =>
      post('/auth/register', { email: address, name: 'X', password: PASSWORD }),
    ),
  );
  expect([known!.status, known!.body]).toEqual([fresh!.status, fresh!.body]);
  expect(await mailTo(email)).toContain('You have an account already');
});

test('registration takes allowed domains only, and no more than it asks for', async () => {
  expect((await post('/auth/register', { email: 'x@evil.example', name: 'X', password: PASSWORD })).body.code).toBe(
    'REGISTRATION_DOMAIN',
  );
  const more = await post('/auth/register', {
    email: 'y@example.com',
    name: 'Y',
    password: PASSWORD,
    platformRole: 'admin',
  });
  expect(more.body.code).toBe('HTTP_INVALID_REQUEST');
});

test('a forgotten password is set anew by mail, which signs out everywhere', async () => {
  const { email, token } = await signedIn();
  expect(
    (await post('/auth/reset', { email }, { host: 'evil.example', 'x-forwarded-host': 'evil.example' })).status,
  ).toBe(202);
  const mail = await mailTo(email);
  expect(mail).toContain(`${host.url}/console/sign-in/new-password?token=`);
  expect(mail).not.toContain('evil.example');
  expect((await post('/auth/reset/complete', { token: tokenIn(mail), password: 'another horse battery' })).status).toBe(
    204,
  );
  expect((await get('/me', bearer(token))).status).toBe(401);
  expect((await post('/auth/login', { email, password: PASSWORD })).body.code).toBe('SIGN_IN_REFUSED');
  expect((await post('/auth/login', { email, password: 'another horse battery' })).status).toBe(200);
});

test('asking for an unknown account gives the same answer', async () => {
  const { status, body } = await post('/auth/reset', { email: 'nobody@example.com' });
  expect([status, body]).toEqual([202, '']);
});

test('a changed password ends every session and begins a new one', async () => {
  const { email, token } = await signedIn();
  const changed = await post(
    '/me/password',
    { password: PASSWORD, newPassword: 'another horse battery' },
    bearer(token),
  );
  expect(changed.status).toBe(200);
  expect((await get('/me', bearer(token))).status).toBe(401);
  expect((await get('/me', bearer(changed.body.token))).body.email).toBe(email);
});

test('brute force is slowed down and then locked out', async () => {
  const { email } = await newUser();
  const guesses = await Promise.all(
    Array.from({ length: 8 }, () => post('/auth/login', { email, password: 'a wrong password' })),
  );
  const codes = guesses.map(({ body }) => body.code).sort();
  expect(codes).toEqual([...Array(3).fill('SIGN_IN_LOCKED'), ...Array(5).fill('SIGN_IN_REFUSED')]);
  const locked = await post('/auth/login', { email, password: PASSWORD });
  expect([locked.status, Number(locked.headers.get('retry-after')) > 60]).toEqual([429, true]);
});

test('the cookie of a session is for this host alone, and scripts cannot read it', async () => {
  const { email } = await newUser();
  const answer = await post('/auth/login', { email, password: PASSWORD });
  expect(answer.headers.get('set-cookie')).toMatch(
    /^backplane=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=6047\d\d$/,
  );
});

test('a page of another site can do nothing with the cookie', async () => {
  const { token } = await signedIn();
  const cookie = `backplane=${token}`;
  const forged = await call(`${host.url}/api/me`, 'PATCH', { name: 'Eve' }, { cookie, 'sec-fetch-site': 'cross-site' });
  expect(forged.body.code).toBe('CSRF_REFUSED');
  expect(
    (await call(`${host.url}/api/me`, 'PATCH', { name: 'Ada' }, { cookie, 'sec-fetch-site': 'same-origin' })).status,
  ).toBe(204);
});

test('a page of another site cannot sign anybody in, or out', async () => {
  const { email, token } = await signedIn();
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect((await post('/auth/login', { email, password: PASSWORD }, foreign)).body.code).toBe('CSRF_REFUSED');
  expect((await post('/auth/logout', {}, { ...foreign, cookie: `backplane=${token}` })).body.code).toBe('CSRF_REFUSED');
  expect((await get('/me', bearer(token))).status).toBe(200);
});

test('a session that was put into a browser beforehand is not taken over by whoever signs in', async () => {
  const attacker = await signedIn();
  const { email } = await newUser();
  const answer = await post(
    '/auth/login',
    { email, password: PASSWORD },
    { cookie: `backplane=${attacker.token}`, 'sec-fetch-site': 'same-origin' },
  );
  expect(answer.body.token).not.toBe(attacker.token);
  expect((await get('/me', bearer(attacker.token))).body.email).toBe(attacker.email);
});

test('sessions are listed and ended one by one, never those of others', async () => {
  const mine = await signedIn();
  const theirs = await signedIn();
  const [session] = (await get('/sessions', bearer(mine.token))).body.items;
  expect(session).toMatchObject({ way: 'basic', current: true, address: '127.0.0.1' });
  const end = (token: string) => call(`${host.url}/api/sessions/${session.id}`, 'DELETE', undefined, bearer(token));
  expect((await end(theirs.token)).status).toBe(404);
  expect((await end(mine.token)).status).toBe(204);
  expect((await get('/me', bearer(mine.token))).status).toBe(401);
});

test('whoever is switched off is out at once, with session and key', async () => {
  const { email, token } = await signedIn();
  const { key } = (await post('/api-keys', { name: 'ci' }, bearer(token))).body;
  expect((await get('/me', bearer(key))).status).toBe(200);
  await host.api('PATCH', `/users/${email}`, { status: 'disabled' });
  expect([(await get('/me', bearer(token))).status, (await get('/me', bearer(key))).status]).toEqual([401, 401]);
  expect((await post('/auth/login', { email, password: PASSWORD })).body.code).toBe('SIGN_IN_DISABLED');
});

test('a stream ends soon for whoever is switched off, or loses the role, while they read it', async () => {
  for (const loses of ['session', 'role']) {
    const { email, id, token } = await signedIn();
    await host.api('PUT', '/members', { user: email, role: 'viewer' });
    const stream = await fetch(`${host.url}/api/runs/events`, { headers: bearer(token) });
    expect(stream.status).toBe(200);
    const over = stream.text();
    if (loses === 'session') await host.api('PATCH', `/users/${id}`, { status: 'disabled' });
    else await host.api('DELETE', `/members/${id}`);
    expect(await over).not.toContain('event:');
  }
});

test('the audit log tells of every sign-in and every refusal, and not what was typed', async () => {
  const { email, id } = await signedIn();
  for (const account of [email, 'nobody-knows@example.com'])
    await post('/auth/login', { email: account, password: 'a guess that is wrong' });
  for (let i = 0; i < 6; i++) await post('/auth/login', { email, password: 'a guess that is wrong' });
  await post('/auth/reset/complete', { token: 'a'.repeat(40), password: PASSWORD });
  const rows = async (query: string) => (await host.api('GET', `/audit?limit=200&${query}`)).body.items as any[];
  await expect
    .poll(
      async () => new Set((await rows(`action=session.create&resourceId=${id}`)).map(({ details }) => details.code)),
    )
    .toEqual(new Set(['SIGN_IN_LOCKED', 'SIGN_IN_REFUSED']));
  expect(await rows(`action=session.create&actor=${email}`)).toMatchObject([
    { outcome: 'done', details: { way: 'basic' } },
  ]);
  expect(await rows('action=user.password&outcome=denied')).toMatchObject([
    { details: { code: 'SIGN_IN_LINK_INVALID' } },
  ]);
  expect(await rows(`action=user.create&resourceId=${id}`)).toHaveLength(1);
  const all = JSON.stringify(await rows('outcome=denied'));
  expect(all).not.toMatch(/a guess|nobody-knows/);
});

test('a new signing key lets open sessions go on', async () => {
  const { token } = await signedIn();
  expect((await host.api('POST', '/session-keys', {})).status).toBe(204);
  const next = await signedIn();
  const kid = (text: string) => JSON.parse(Buffer.from(text.split('.')[0]!, 'base64url').toString()).kid;
  expect(kid(next.token)).not.toBe(kid(token));
  expect([(await get('/me', bearer(token))).status, (await get('/me', bearer(next.token))).status]).toEqual([200, 200]);
});

test('an API key acts for its owner, is shown once, and is revoked at once', async () => {
  const { email, id, token } = await signedIn();
  await host.api('PUT', '/members', { user: id, role: 'viewer' });
  const made = (
    await post('/api-keys', { name: 'ci', scopes: ['run:read'], workspace: 'default', expiresInDays: 1 }, bearer(token))
  ).body;
  expect((await get('/me', bearer(made.key))).body).toMatchObject({ email, key: { name: 'ci', scopes: ['run:read'] } });
  const listed = (await get('/api-keys', bearer(token))).body.items;
  expect(listed).toMatchObject([{ id: made.id, owner: { user: id }, lastUsedAt: expect.any(String) }]);
  expect(JSON.stringify(listed)).not.toContain(made.key.split('_')[2]);
  expect((await call(`${host.url}/api/api-keys/${made.id}`, 'DELETE', undefined, bearer(token))).status).toBe(204);
  expect((await get('/me', bearer(made.key))).status).toBe(401);
});

test('a key makes no keys, changes no password, and ends no session', async () => {
  const { token } = await signedIn();
  const { key } = (await post('/api-keys', { name: 'ci' }, bearer(token))).body;
  const tries = await Promise.all([
    post('/api-keys', { name: 'more' }, bearer(key)),
    post('/me/password', { password: PASSWORD, newPassword: 'another horse battery' }, bearer(key)),
    call(`${host.url}/api/sessions`, 'DELETE', undefined, bearer(key)),
  ]);
  expect(tries.map(({ body }) => body.code)).toEqual(Array(3).fill('API_KEY_CANNOT'));
});

test('keys of others are out of reach, and unknown scopes are refused', async () => {
  const [mine, theirs] = [await signedIn(), await signedIn()];
  const { id } = (await post('/api-keys', { name: 'ci' }, bearer(theirs.token))).body;
  expect((await call(`${host.url}/api/api-keys/${id}`, 'DELETE', undefined, bearer(mine.token))).status).toBe(404);
  expect((await post('/api-keys', { name: 'x', user: theirs.email }, bearer(mine.token))).body.code).toBe(
    'API_KEY_CANNOT',
  );
  expect((await post('/api-keys', { name: 'x', scopes: ['run:fly'] }, bearer(mine.token))).body.code).toBe(
    'API_KEY_SCOPE_UNKNOWN',
  );
});

test('the service key acts as the host itself', async () => {
  const { body } = await get('/me', { 'x-backplane-service-key': '0123456789abcdef0123456789abcdef' });
  expect(body).toMatchObject({ kind: 'host', name: 'service key' });
  expect((await get('/me', { 'x-backplane-service-key': 'wrong' })).status).toBe(401);
});

test('users are unknown, taken or the last admin, and the host says so', async () => {
  const { email } = await newUser();
  expect((await host.api('GET', '/users/nobody@example.com')).body.code).toBe('USER_NOT_FOUND');
  expect((await host.api('POST', '/users', { email })).body.code).toBe('USER_EXISTS');
  const { items } = (await host.api('GET', '/users')).body;
  const admin = items.find((user: { platformRole: string }) => user.platformRole === 'admin');
  expect((await host.api('PATCH', `/users/${admin.id}`, { platformRole: 'basic' })).body.code).toBe('USER_LAST_ADMIN');
});

async function signInBy(browser: Browser, id: string, name: string, returnTo = '/console/plugins') {
  const start = await browser.get(`${host.url}/api/auth/oidc/${id}/start?returnTo=${encodeURIComponent(returnTo)}`);
  return signInAtProvider(browser, start, name);
}
const me = async (browser: Browser) =>
  (
    await get('/me', {
      cookie: [...(browser.cookies.get(new URL(host.url).host) ?? [])].map((pair) => pair.join('=')).join('; '),
    })
  ).body;

test('somebody whom an OpenID provider knows signs in, and is led back', async () => {
  op.people['grace'] = { email: 'grace@op.example', email_verified: true, name: 'Grace', groups: ['soc'] };
  const browser = openBrowser();
  const back = await browser.get((await signInBy(browser, 'op', 'grace')).location!);
  expect(back.location).toBe(`${host.url}/console/plugins`);
  expect(await me(browser)).toMatchObject({ email: 'grace@op.example', name: 'Grace', platformRole: 'basic' });
});

test('a confirmed address finds the account that is there; one that is not confirmed finds none', async () => {
  const { email, id } = await newUser();
  op.people['owner'] = { email, email_verified: true };
  const browser = openBrowser();
  await browser.get((await signInBy(browser, 'op', 'owner')).location!);
  expect((await me(browser)).id).toBe(id);
  other.people['thief'] = { email, email_verified: false };
  const thief = openBrowser();
  const refused = await thief.get((await signInBy(thief, 'other', 'thief')).location!);
  expect([refused.status, refused.text.includes('does not vouch')]).toEqual([403, true]);
});

test('whoever registered with the address of another loses it when its owner comes', async () => {
  await post('/auth/register', { email: 'victim@example.com', name: 'Eve', password: PASSWORD });
  const login = async () => (await post('/auth/login', { email: 'victim@example.com', password: PASSWORD })).body.code;
  expect(await login()).toBe('SIGN_IN_UNVERIFIED');
  op.people['victim'] = { email: 'victim@example.com', email_verified: true };
  const browser = openBrowser();
  await browser.get((await signInBy(browser, 'op', 'victim')).location!);
  expect(await me(browser)).toMatchObject({ email: 'victim@example.com' });
  expect(await login()).toBe('SIGN_IN_REFUSED');
});

test('from another machine, nobody signs in without TLS', async () => {
  const answer = await post(
    '/auth/login',
    { email: 'a@example.com', password: PASSWORD },
    { 'x-forwarded-for': '2.2.2.2' },
  );
  expect(answer.body.code).toBe('SIGN_IN_NEEDS_HTTPS');
});

test('an answer works once, only in the browser that asked, and only from the provider that was asked', async () => {
  op.people['linus'] = { email: 'linus@op.example', email_verified: true };
  const browser = openBrowser();
  const back = (await signInBy(browser, 'op', 'linus')).location!;
  const stolen = openBrowser();
  expect((await stolen.get(back)).text).toContain('did not begin in this browser');
  const cookie = `backplane-flow=${browser.cookies.get(new URL(host.url).host)!.get('backplane-flow')}`;
  const mixed = await openBrowser().get(back.replace('/oidc/op/', '/oidc/other/'), { cookie });
  expect(mixed.text).toContain('another provider');
  expect((await browser.get(back)).status).toBe(303);
  expect((await openBrowser().get(back, { cookie })).text).toContain('used already');
});

test('the code of one sign-in is worth nothing in another', async () => {
  op.people['mallory'] = { email: 'mallory@op.example', email_verified: true };
  const attacker = openBrowser();
  const code = new URL((await signInBy(attacker, 'op', 'mallory')).location!).searchParams.get('code')!;
  const victim = openBrowser();
  const start = await victim.get(`${host.url}/api/auth/oidc/op/start`);
  const state = new URL(start.location!).searchParams.get('state')!;
  const injected = await victim.get(
    `${host.url}/api/auth/oidc/op/callback?code=${code}&state=${state}&iss=${op.issuer}`,
  );
  expect([injected.status, injected.text.includes('is not accepted')]).toEqual([401, true]);
});

test('a sign-in never leads to another site', async () => {
  const browser = openBrowser();
  const back = await browser.get((await signInBy(browser, 'op', 'grace', '//evil.example/x')).location!);
  expect(back.location).toBe(`${host.url}/`);
});

test('signing out leads to the provider, which knows whose session ends', async () => {
  const browser = openBrowser();
  await browser.get((await signInBy(browser, 'op', 'grace')).location!);
  const page = await browser.post(`${host.url}/console/sign-in/sign-out`, {}, { 'sec-fetch-site': 'same-origin' });
  const url = new URL(/href="([^"]*session\/end[^"]*)"/.exec(page.text)![1]!.replaceAll('&amp;', '&'));
  expect(url.origin).toBe(op.issuer);
  expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/);
  expect((await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
  expect((await signOutAtProvider(browser, url.href)).url).toBe(`${host.url}/console/sign-in`);
  const again = await signInBy(browser, 'op', 'linus');
  await browser.get(again.location!);
  expect(await me(browser)).toMatchObject({ email: 'linus@op.example' });
});

test('signing out at the provider ends the session here that came from it, and no other', async () => {
  const [browser, elsewhere] = [openBrowser(), openBrowser()];
  for (const one of [browser, elsewhere]) await one.get((await signInBy(one, 'op', 'grace')).location!);
  await signOutAtProvider(browser, `${op.issuer}/session/end`);
  await expect.poll(async () => (await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
  expect(await me(elsewhere)).toMatchObject({ email: 'grace@op.example' });
});

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const tell = (token: string) =>
  call(
    `${host.url}/api/auth/oidc/op/backchannel-logout`,
    'POST',
    new URLSearchParams({ logout_token: token }).toString(),
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
  );

test('a provider that ends a session ends ours', async () => {
  const browser = openBrowser();
  await browser.get((await signInBy(browser, 'op', 'grace')).location!);
  const token = await op.sign({ sub: 'grace', events: EVENTS }, 'logout+jwt');
  expect((await tell(token)).status).toBe(200);
  expect((await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
  expect((await tell(token)).body.code).toBe('LOGOUT_TOKEN_INVALID');
});

test('a logout token that is not exactly one ends nothing', async () => {
  const bad = await Promise.all([
    op.sign({ sub: 'grace', events: EVENTS, nonce: 'n' }, 'logout+jwt'),
    op.sign({ sub: 'grace' }, 'logout+jwt'),
    op.sign({ events: EVENTS }, 'logout+jwt'),
    op.sign({ sub: 'grace', events: EVENTS }, 'at+jwt'),
    other.sign({ sub: 'grace', events: EVENTS }, 'logout+jwt'),
  ]);
  for (const token of bad) expect((await tell(token)).body.code).toBe('LOGOUT_TOKEN_INVALID');
});

test('a provider that is away is said to be away, and one that is not configured is not there', async () => {
  const start = (id: string) => call(`${host.url}/api/auth/oidc/${id}/start`, 'GET');
  expect((await start('gone')).body.code).toBe('OIDC_PROVIDER_FAILED');
  expect((await start('none')).body.code).toBe('SIGN_IN_WAY_CLOSED');
});

async function samlPost(browser: Browser) {
  const start = await browser.get(`${host.url}/api/auth/saml/idp/start?returnTo=/console/plugins`);
  return formOf(await browser.get(start.location!));
}

test('somebody whom a SAML provider knows signs in, and is led back', async () => {
  const browser = openBrowser();
  const { action, fields } = await samlPost(browser);
  const acs = await browser.post(action, fields, { 'sec-fetch-site': 'cross-site', origin: 'null', cookie: '' });
  const back = await browser.get(acs.location!);
  expect(back.location).toBe(`${host.url}/console/plugins`);
  expect(await me(browser)).toMatchObject({ email: 'ada@idp.example', platformRole: 'basic' });
  const again = await browser.post(action, fields);
  expect([again.status, again.text.includes('used already')]).toEqual([401, true]);
});

test('a SAML answer is taken only in the browser that asked, and once', async () => {
  const browser = openBrowser();
  const { action, fields } = await samlPost(browser);
  const acs = await browser.post(action, fields);
  expect((await openBrowser().get(acs.location!)).text).toContain('did not begin in this browser');
  expect((await browser.get(acs.location!)).text).toContain('used already');
});

test('a SAML provider speaks for its own domains alone', async () => {
  const before = idp.person;
  idp.person = { id: 'thief', email: 'a@example.com', name: 'Thief' };
  const browser = openBrowser();
  const { action, fields } = await samlPost(browser);
  const acs = await browser.post(action, fields);
  const refused = await browser.get(acs.location!);
  idp.person = before;
  expect([refused.status, refused.text.includes('may not come in')]).toEqual([403, true]);
});

test('a SAML answer that was changed, or that nobody signed, is refused', async () => {
  const { action, fields } = await samlPost(openBrowser());
  const xml = Buffer.from(fields['SAMLResponse']!, 'base64')
    .toString('utf8')
    .replace('ada@idp.example', 'a@example.com');
  const changed = await call(
    action,
    'POST',
    new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64') }).toString(),
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
  );
  expect(changed.body.code).toBe('SAML_RESPONSE_REFUSED');
});

test('the metadata tells a SAML provider where to answer', async () => {
  const { body } = await get('/auth/saml/idp/metadata', {});
  expect(body).toContain(`Location="${host.url}/api/auth/saml/idp/acs"`);
  expect(body).toContain('WantAssertionsSigned="true"');
});

test('the page offers every way, works as a form, and leads to no other site', async () => {
  const browser = openBrowser();
  const page = await browser.get(`${host.url}/console/sign-in?returnTo=//evil.example`);
  expect(page.text).toContain('Continue with OP');
  const { email } = await newUser();
  const { action, fields } = formOf(page);
  const wrong = await browser.post(action, { ...fields, email, password: 'x' });
  expect([wrong.status, /role="alert"[^<]*<|role="alert">/.test(wrong.text)]).toEqual([401, true]);
  const done = await browser.post(action, { ...fields, email, password: PASSWORD, returnTo: '//evil.example' });
  expect(done.location).toBe(`${host.url}/`);
  expect((await browser.get(`${host.url}/console/sign-in`)).text).toContain(email);
});

test('what people type is shown as text', async () => {
  const browser = openBrowser();
  const page = await browser.post(`${host.url}/console/sign-in`, {
    email: '"><script>alert(1)</script>',
    password: 'x',
  });
  expect(page.text).not.toContain('<script>');
});
