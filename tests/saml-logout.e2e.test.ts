import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, follow, formOf, openBrowser, type Seen } from './browser.fixture.ts';
import { call, startTestHost, type TestHost } from './host.fixture.ts';
import { openSamlIdp, type SamlIdp } from './saml-provider.fixture.ts';

const pem = (name: string) =>
  readFileSync(new URL(`../core/identity/saml/fixtures/${name}.pem`, import.meta.url), 'utf8');
const OWN = { 'sec-fetch-site': 'same-origin' };
const GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';
const closing = new AsyncDisposableStack();
let id = 'redirect';
let host: TestHost;
let idp: SamlIdp;

beforeAll(async () => {
  const entityId = 'https://idp.example/saml';
  const files = { key: pem('idp.key'), certificate: pem('idp.crt') };
  idp = closing.use(await openSamlIdp(entityId, files, () => `${host.url}/api/auth/saml/${id}/acs`));
  const provider = (binding: string) =>
    `    - { id: ${binding}, entityId: "${entityId}", signInUrl: "${idp.url}", signOutUrl: "${idp.signOutUrl}", signOutBinding: ${binding}, certificates: [${JSON.stringify(pem('idp.crt'))}], keys: [{ privateKey: ${JSON.stringify(pem('sp.key'))}, certificate: ${JSON.stringify(pem('sp.crt'))} }], allowedDomains: [idp.example] }`;
  host = closing.use(
    await startTestHost({
      backplane: `log: { level: silent }\nauth:\n  types: [saml]\n  saml:\n${provider('redirect')}\n${provider('post')}\n`,
    }),
  );
});
afterAll(() => closing.disposeAsync());
beforeEach(() => {
  idp.encryptFor = { certificate: pem('sp.crt'), algorithm: GCM };
  idp.signedBy = pem('sp.crt');
});

const me = async (browser: Browser) => {
  const cookies = [...(browser.cookies.get(new URL(host.url).host) ?? [])].map((pair) => pair.join('='));
  return (await call(`${host.url}/api/me`, 'GET', undefined, { cookie: cookies.join('; ') })).body;
};
async function goOn(browser: Browser, first: Seen): Promise<Seen> {
  let seen = await follow(browser, first);
  for (let forms = 0; forms < 4 && /SAML(Request|Response)"/.test(seen.text); forms++) {
    const { action, fields } = formOf(seen);
    seen = await follow(browser, await browser.post(action, fields));
  }
  return seen;
}
async function signedIn(): Promise<Browser> {
  const browser = openBrowser();
  await goOn(browser, await browser.get(`${host.url}/api/auth/saml/${id}/start`));
  expect(await me(browser)).toMatchObject({ email: 'ada@idp.example' });
  return browser;
}

test.each(['redirect', 'post'] as const)('signing out here is told to the provider, which agrees (%s)', async (by) => {
  id = by;
  idp.binding = by;
  const browser = await signedIn();
  const page = await browser.post(`${host.url}/console/sign-in/sign-out`, {}, OWN);
  expect((await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
  const there = /href="([^"]*\/sign-out\?session=[^"]*)"/.exec(page.text)![1]!;
  expect((await goOn(browser, await browser.get(there))).text).toContain('Here and at the provider.');
});

test.each(['redirect', 'post'] as const)('signing out at the provider ends that session here (%s)', async (by) => {
  id = by;
  idp.binding = by;
  const browser = await signedIn();
  const done = await goOn(browser, await browser.get(idp.signOutUrl));
  expect(done.url.startsWith(idp.signOutUrl)).toBe(true);
  expect((await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
  const recorded = async () =>
    (await host.api('GET', '/audit?limit=20&action=session.end&outcome=done')).body.items.map(
      ({ actor, details }: { actor: { name: string }; details: unknown }) => ({ name: actor.name, details }),
    );
  await expect.poll(recorded).toContainEqual({ name: `host:saml:${by}`, details: { ended: 1 } });
});

test('a message about signing out that nobody signed ends nothing, and says so to people on a page', async () => {
  id = 'redirect';
  const browser = await signedIn();
  const forged = await browser.get(`${host.url}/api/auth/saml/redirect/slo?SAMLRequest=x`);
  expect([forged.status, forged.text.includes('it is not signed')]).toEqual([400, true]);
  const posted = await call(
    `${host.url}/api/auth/saml/redirect/slo`,
    'POST',
    new URLSearchParams({ SAMLRequest: Buffer.from('<a/>').toString('base64') }).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  );
  expect(posted.body.code).toBe('SAML_LOGOUT_REFUSED');
  expect(await me(browser)).toMatchObject({ email: 'ada@idp.example' });
});

test('a link to sign out at the provider is made by this host or leads nowhere', async () => {
  const { status, body } = await call(`${host.url}/api/auth/saml/redirect/sign-out?session=made-up`, 'GET');
  expect([status, body.code]).toEqual([400, 'SIGN_IN_LINK_INVALID']);
});

test('an assertion for the key of somebody else signs nobody in', async () => {
  id = 'redirect';
  idp.encryptFor = { certificate: pem('other.crt'), algorithm: GCM };
  const browser = openBrowser();
  const seen = await goOn(browser, await browser.get(`${host.url}/api/auth/saml/redirect/start`));
  expect([seen.status, seen.text.includes('for a key of this host')]).toEqual([401, true]);
});
