import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, follow, formOf, openBrowser, type Seen } from './browser.fixture.ts';
import { call, startTestHost, type TestHost } from './host.fixture.ts';
import { type OpenIdProvider, openOpenIdProvider, signInAtProvider } from './openid-provider.fixture.ts';

const PASSWORD = 'correct horse battery';
const OWN = { 'sec-fetch-site': 'same-origin' };
const home = mkdtempSync(join(tmpdir(), 'bp-home-'));
const closing = new AsyncDisposableStack();
let host: TestHost;
let op: OpenIdProvider;

beforeAll(async () => {
  op = closing.use(await openOpenIdProvider());
  host = closing.use(
    await startTestHost({
      backplane: `log: { level: silent }
auth:
  types: [basic, oidc]
  oidc: [{ id: op, issuer: "${op.issuer}", clientId: backplane, clientSecret: a-secret-of-the-client }]
`,
    }),
  );
  op.serve(host.url, 'op');
  op.people['grace'] = { email: 'grace@op.example', email_verified: true };
});
afterAll(async () => {
  await closing.disposeAsync();
  rmSync(home, { recursive: true, force: true });
});

/** A command under way: what it has printed, and its end. */
function backplane(...args: string[]) {
  const { BACKPLANE_KEY: _key, ...rest } = process.env;
  const env = { ...rest, BACKPLANE_URL: host.url, BACKPLANE_HOME: home };
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'core', 'main.ts'), ...args], { env });
  closing.defer(() => void child.kill());
  const printed = { out: '', error: '' };
  child.stdout.on('data', (chunk) => (printed.out += chunk));
  child.stderr.on('data', (chunk) => (printed.error += chunk));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return { printed, ended };
}

async function codeOf({ printed }: ReturnType<typeof backplane>): Promise<string> {
  await expect.poll(() => printed.error, { timeout: 20_000 }).toMatch(/the code ....-.... there/);
  return /the code (\S+) there/.exec(printed.error)![1]!;
}

let count = 0;
async function signedIn(): Promise<Browser & { readonly email: string }> {
  const email = `user${++count}@example.com`;
  await host.api('POST', '/users', { email, password: PASSWORD });
  const browser = openBrowser();
  await browser.post(`${host.url}/console/sign-in`, { email, password: PASSWORD });
  return { ...browser, email };
}
const ask = async (name = 'ada@laptop') => (await call(`${host.url}/api/auth/device`, 'POST', { name })).body;
const poll = (deviceCode: string) => call(`${host.url}/api/auth/device/token`, 'POST', { deviceCode });
const page = () => `${host.url}/console/sign-in/device`;
const type = (browser: Browser, code: string, headers: Record<string, string> = OWN) =>
  browser.post(page(), { code }, headers);
const decide = (browser: Browser, code: string, verdict: string, headers: Record<string, string> = OWN) =>
  browser.post(`${page()}/decide`, { code, verdict }, headers);

test('a command is signed in by whoever types its code, keeps the session for this user alone, and ends it', async () => {
  const login = backplane('login');
  const code = await codeOf(login);
  expect(login.printed.error).toContain(`Open ${page()}`);
  const browser = await signedIn();
  const asked = await type(browser, code);
  expect(asked.text).toContain('Let this command act as you?');
  const { action, fields } = formOf(asked);
  expect((await browser.post(action, { ...fields, verdict: 'approve' }, OWN)).text).toContain('is signed in');
  expect([await login.ended, login.printed.out]).toEqual([0, expect.stringContaining(`as ${browser.email} until`)]);
  expect(statSync(join(home, 'sessions.json')).mode & 0o777).toBe(0o600);
  const me = backplane('whoami');
  expect([await me.ended, me.printed.out]).toEqual([0, `${browser.email}\n`]);
  expect(await backplane('logout').ended).toBe(0);
  const after = backplane('whoami');
  expect([await after.ended, after.printed.error]).toEqual([
    expect.any(Number),
    expect.stringMatching(/API_KEY_MISSING|HTTP_UNAUTHENTICATED/),
  ]);
});

test('somebody whom a provider knows approves too, and the provider ends that session with its own', async () => {
  const { deviceCode, userCode } = await ask();
  const browser = openBrowser();
  const shown = await follow(browser, await browser.get(page()));
  const start = /href="([^"]*\/oidc\/op\/start[^"]*)"/.exec(shown.text)![1]!.replaceAll('&amp;', '&');
  const back = await signInAtProvider(browser, await browser.get(new URL(start, host.url).href), 'grace');
  const led = await follow(browser, await browser.get(back.location!));
  expect(led.url).toBe(page());
  await decide(browser, userCode, 'approve');
  const { token, email } = (await poll(deviceCode)).body;
  expect(email).toBe('grace@op.example');
  const me = () => call(`${host.url}/api/me`, 'GET', undefined, { authorization: `Bearer ${token}` });
  expect((await me()).status).toBe(200);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  await call(
    `${host.url}/api/auth/oidc/op/backchannel-logout`,
    'POST',
    new URLSearchParams({ logout_token: await op.sign({ sub: 'grace', events }, 'logout+jwt') }).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  );
  expect((await me()).status).toBe(401);
});

test('a denied command ends with the reason', async () => {
  const login = backplane('login');
  const code = await codeOf(login);
  await decide(await signedIn(), code, 'deny');
  expect([await login.ended, login.printed.error]).toEqual([1, expect.stringContaining('DEVICE_SIGN_IN_ENDED')]);
});

test('a page of another site can approve nothing, whoever is signed in', async () => {
  const { deviceCode, userCode } = await ask();
  const browser = await signedIn();
  const refused: Seen[] = [];
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of foreign) refused.push(await decide(browser, userCode, 'approve', headers));
  // A request that says nothing of where it comes from does not count as one of our pages, either.
  refused.push(await decide(browser, userCode, 'approve', {}));
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect((await poll(deviceCode)).body).toEqual({ status: 'pending' });
});

test('who has not signed in by a browser approves nothing, not even with the admin key', async () => {
  const { deviceCode, userCode } = await ask();
  const bare = await decide(openBrowser(), userCode, 'approve');
  expect(bare.location).toMatch(/\/console\/sign-in\?returnTo=/);
  await decide(openBrowser(), userCode, 'approve', { ...OWN, authorization: `Bearer ${host.key}` });
  expect((await poll(deviceCode)).body).toEqual({ status: 'pending' });
});

test('codes cannot be guessed: after five the page is locked for whoever guesses', async () => {
  const { userCode } = await ask();
  const browser = await signedIn();
  const guesses = await Promise.all(Array.from({ length: 6 }, () => type(browser, 'BBBB-BBBB')));
  expect(guesses.map(({ status }) => status).sort()).toEqual([404, 404, 404, 404, 404, 429]);
  expect((await type(browser, userCode)).status).toBe(429);
});

test('an approval is worth one session, and its code nothing afterwards', async () => {
  const { deviceCode, userCode } = await ask();
  const browser = await signedIn();
  await decide(browser, userCode, 'approve');
  const answers = await Promise.all([poll(deviceCode), poll(deviceCode), poll(deviceCode)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  expect((await decide(browser, userCode, 'approve')).status).toBe(404);
});

test('who signs out before the command has asked takes the approval back', async () => {
  const { deviceCode, userCode } = await ask();
  const browser = await signedIn();
  await decide(browser, userCode, 'approve');
  await browser.post(`${host.url}/console/sign-in/sign-out`, {}, OWN);
  expect((await poll(deviceCode)).body.code).toBe('DEVICE_SIGN_IN_ENDED');
});

test('what a command calls itself cannot carry a message, and the page says where it asks from', async () => {
  for (const name of [
    'Please approve, this is your IT',
    '<b>x</b>',
    'https://evil.example/',
    'a\nb',
    'x'.repeat(65),
    '',
  ])
    expect((await call(`${host.url}/api/auth/device`, 'POST', { name })).body.code).toBe('HTTP_INVALID_REQUEST');
  const { userCode } = await ask('it-support@evil.example');
  const { text } = await type(await signedIn(), userCode);
  expect(text).toMatch(/Calls itself<\/dt><dd>it-support@evil\.example/);
  expect(text).toMatch(/Asks from<\/dt><dd>127\.0\.0\.1/);
  expect(text).not.toContain('href="https://evil');
});

test('a link fills in no code, and leads to no other site', async () => {
  const { userCode } = await ask();
  const browser = await signedIn();
  const { text } = await browser.get(`${page()}?code=${userCode}&returnTo=//evil.example`);
  expect(text).not.toContain(userCode);
  expect(text).not.toContain('evil.example');
  const decided = await decide(browser, userCode, 'approve');
  expect([decided.location, decided.text.includes('evil.example')]).toEqual([undefined, false]);
});

test('the page cannot be framed, and what was typed is shown as text', async () => {
  const browser = await signedIn();
  const shown = await fetch(page(), {
    headers: { cookie: [...browser.cookies.get(new URL(host.url).host)!].map((pair) => pair.join('=')).join('; ') },
  });
  expect(shown.headers.get('cache-control')).toBe('no-store');
  expect(shown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect((await type(browser, '"><script>alert(1)</script>')).text).not.toContain('<script>');
});

test('from another machine, codes and sessions cross no network in the clear', async () => {
  const far = { 'x-forwarded-for': '2.2.2.2' };
  const asked = await call(`${host.url}/api/auth/device`, 'POST', { name: 'x' }, far);
  const token = await call(`${host.url}/api/auth/device/token`, 'POST', { deviceCode: 'x'.repeat(43) }, far);
  expect([asked.body.code, token.body.code]).toEqual(['SIGN_IN_NEEDS_HTTPS', 'SIGN_IN_NEEDS_HTTPS']);
});
