import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, follow, formOf, openBrowser, type Seen } from './browser.fixture.ts';
import { call, startTestHost, type TestHost } from './host.fixture.ts';
import { ENTITY_ID, hasSimpleSamlPhp, openSimpleSamlPhp, type SimpleSamlPhp } from './simplesamlphp.fixture.ts';

const pem = (name: string) =>
  readFileSync(new URL(`../core/identity/saml/fixtures/${name}.pem`, import.meta.url), 'utf8');
const OWN = { 'sec-fetch-site': 'same-origin' };

describe.skipIf(!hasSimpleSamlPhp)('SimpleSAMLphp as identity provider (skipped where it is not installed)', () => {
  const closing = new AsyncDisposableStack();
  let host: TestHost;
  let ssp: SimpleSamlPhp;

  beforeAll(async () => {
    ssp = closing.use(await openSimpleSamlPhp());
    const provider = (id: string, binding: string) =>
      `    - { id: ${id}, entityId: "${ENTITY_ID}", signInUrl: "${ssp.url}/saml2/idp/SSOService.php", signOutUrl: "${ssp.url}/saml2/idp/SingleLogoutService.php", signOutBinding: ${binding}, certificates: [${JSON.stringify(pem('idp.crt'))}], keys: [{ privateKey: ${JSON.stringify(pem('sp.key'))}, certificate: ${JSON.stringify(pem('sp.crt'))} }], allowedDomains: [idp.example] }`;
    host = closing.use(
      await startTestHost({
        backplane: `log: { level: silent }\nauth:\n  types: [saml]\n  saml:\n${provider('ssp', 'redirect')}\n${provider('ssp-post', 'post')}\n`,
      }),
    );
    for (const id of ['ssp', 'ssp-post']) {
      const { body } = await call(`${host.url}/api/auth/saml/${id}/metadata`, 'GET');
      // One of them is told to sign out by post, as it publishes nothing else.
      ssp.trust(id, id === 'ssp' ? body : body.replace(/<SingleLogoutService Binding="[^"]*Redirect"[^>]*>/, ''));
    }
  });
  afterAll(() => closing.disposeAsync());

  const me = async (browser: Browser) => {
    const cookies = [...(browser.cookies.get(new URL(host.url).host) ?? [])].map((pair) => pair.join('='));
    return (await call(`${host.url}/api/me`, 'GET', undefined, { cookie: cookies.join('; ') })).body;
  };
  /** Follows redirects, and forms that a browser would send by itself. */
  async function goOn(browser: Browser, first: Seen): Promise<Seen> {
    let seen = await follow(browser, first);
    for (let forms = 0; forms < 4 && /SAML(Request|Response)"/.test(seen.text); forms++) {
      const { action, fields } = formOf(seen);
      seen = await follow(browser, await browser.post(action, fields));
    }
    return seen;
  }
  async function signIn(id = 'ssp'): Promise<{ readonly browser: Browser; readonly seen: Seen }> {
    const browser = openBrowser();
    const form = await follow(browser, await browser.get(`${host.url}/api/auth/saml/${id}/start?returnTo=/healthz`));
    const { action, fields } = formOf(form);
    const seen = await goOn(browser, await browser.post(action, { ...fields, username: 'ada', password: 'lovelace' }));
    return { browser, seen };
  }

  test.each<[string, Record<string, boolean | string>]>([
    ['signs response and assertion', {}],
    ['signs the response alone', { 'saml20.sign.assertion': false }],
    ['signs the assertion alone', { 'saml20.sign.response': false }],
    ['signs both and encrypts', { 'assertion.encryption': true }],
    [
      'encrypts an assertion that it does not sign itself',
      { 'assertion.encryption': true, 'saml20.sign.assertion': false },
    ],
  ])('somebody signs in where it %s', async (_how, options) => {
    ssp.set(options);
    const { browser, seen } = await signIn();
    expect([seen.url, await me(browser)]).toMatchObject([`${host.url}/healthz`, { email: 'ada@idp.example' }]);
  });

  test('AES-CBC, the only cipher it knows, is refused without a signature around it', async () => {
    ssp.set({ 'assertion.encryption': true, 'saml20.sign.response': false });
    const { browser, seen } = await signIn();
    expect([seen.text.includes('use AES-GCM'), (await me(browser)).code]).toEqual([true, 'HTTP_UNAUTHENTICATED']);
  });

  test('it refuses requests to sign in that we have not signed', async () => {
    ssp.set({});
    const start = await openBrowser().get(`${host.url}/api/auth/saml/ssp/start`);
    const refused = await openBrowser().get(start.location!.replace(/&SigAlg=.*/, ''));
    expect(refused.location ?? refused.text).not.toContain('loginuserpass');
    expect(await follow(openBrowser(), start)).toMatchObject({ text: expect.stringContaining('name="password"') });
  });

  test.each(['ssp', 'ssp-post'])('signing out here signs out there (%s)', async (id) => {
    ssp.set({});
    const { browser } = await signIn(id);
    const page = await browser.post(`${host.url}/console/sign-in/sign-out`, {}, OWN);
    expect((await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
    const there = /href="([^"]*\/sign-out\?session=[^"]*)"/.exec(page.text)![1]!;
    const done = await goOn(browser, await browser.get(there));
    expect(done.text).toContain('Here and at the provider.');
    const again = await follow(browser, await browser.get(`${host.url}/api/auth/saml/${id}/start`));
    expect(again.text).toContain('name="password"');
  });

  test.each(['ssp', 'ssp-post'])('signing out there signs out here, this session and no other (%s)', async (id) => {
    ssp.set({});
    const [{ browser }, other] = [await signIn(id), await signIn(id)];
    expect(await me(browser)).toMatchObject({ email: 'ada@idp.example' });
    const out = `${ssp.url}/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(`${host.url}/healthz`)}`;
    const done = await goOn(browser, await browser.get(out));
    expect(done.url).toBe(`${host.url}/healthz`);
    expect((await me(browser)).code).toBe('HTTP_UNAUTHENTICATED');
    expect(await me(other.browser)).toMatchObject({ email: 'ada@idp.example' });
  });
});
