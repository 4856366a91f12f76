import { type TrialAnswer, testClock, tryPolicy } from '@backplane/sdk/testing';
import { afterAll, expect, test } from 'vitest';
import { openBrowser } from '../../../tests/browser.fixture.ts';
import { signInAtProvider } from '../../../tests/openid-provider.fixture.ts';
import { oidc } from './oidc.ts';
import { GATEWAY, realProvider } from './provider.fixture.ts';

const provider = await realProvider();
afterAll(() => provider[Symbol.asyncDispose]());

const SETTINGS = {
  issuer: provider.issuer,
  clientId: 'gateway',
  clientSecret: 'a-secret-of-the-client',
  secret: 'a secret of thirty-two bytes or a few more',
  baseUrl: GATEWAY,
  afterLogout: '/bye',
};
const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };

/** A gateway, and what a browser remembers of it. */
async function world(config: object = {}) {
  const clock = testClock(Date.now());
  const trial = await tryPolicy(oidc, { ...SETTINGS, ...config }, { clock, ports: { http: provider.http } });
  const jar = new Map<string, string>();
  async function visit(url: string, headers: Record<string, string> = PAGE): Promise<TrialAnswer> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await trial.send({ url, headers: { ...headers, ...(cookie !== '' && { cookie }) } });
    for (const [name, line] of answer.exchange.response.headers.entries()) {
      if (name.toLowerCase() !== 'set-cookie') continue;
      const [pair = ''] = line.split(';', 1);
      const at = pair.indexOf('=');
      if (/; Max-Age=0(;|$)/.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
  /** As far as the provider's answer: path and query of the callback. */
  async function atProvider(name: string, url = '/orders?page=2'): Promise<string> {
    const browser = openBrowser();
    const start = await browser.get((await visit(url)).headers['location']!);
    const { location = '' } = await signInAtProvider(browser, start, name);
    expect(location).toContain(`${GATEWAY}/oidc/callback?`);
    return location.slice(GATEWAY.length);
  }
  const signIn = async (name = 'ada', url?: string) => visit(await atProvider(name, url));
  return { clock, trial, jar, visit, atProvider, signIn };
}

test('who is not signed in goes to the provider, with state, nonce and a code challenge', async () => {
  const { visit, jar } = await world();
  const { status, headers } = await visit('/orders');
  const location = new URL(headers['location']!);
  expect([status, location.origin, headers['cache-control']]).toEqual([302, provider.issuer, 'no-store']);
  const asked = Object.fromEntries(location.searchParams);
  expect(asked).toMatchObject({
    client_id: 'gateway',
    response_type: 'code',
    redirect_uri: `${GATEWAY}/oidc/callback`,
    code_challenge_method: 'S256',
  });
  expect([asked['state'], asked['nonce'], asked['code_challenge']].every((value) => value!.length >= 43)).toBe(true);
  expect(jar.size).toBe(1);
});

test('after signing in the browser is back where it was going, and known', async () => {
  const { signIn, visit, trial } = await world();
  const back = await signIn();
  expect([back.status, back.headers['location']]).toEqual([302, '/orders?page=2']);
  const { status, exchange } = await visit('/orders?page=2');
  expect([status, exchange.identity]).toMatchObject([
    200,
    { subject: 'ada', scheme: 'oidc', scopes: ['openid', 'profile', 'email'], claims: { email: 'ada@example.com' } },
  ]);
  expect(exchange.identity?.claims).not.toHaveProperty('nonce');
  expect(trial.sent.at(-1)?.headers['cookie']).toBeUndefined();
});

test('its cookies are for this host, over https, out of reach of scripts', async () => {
  const { visit, atProvider } = await world();
  const { headers } = await visit(await atProvider('ada'));
  const lines = headers['set-cookie']!.split(/, (?=__Host-)/);
  expect(lines).toHaveLength(2);
  for (const line of lines)
    expect(line).toMatch(/^__Host-gateway-session[^;]*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  expect(headers['set-cookie']).not.toContain('ada');
});

test('requests of scripts are not sent to the provider', async () => {
  const { visit } = await world();
  for (const headers of [{ accept: 'application/json' }, { accept: 'text/html', 'sec-fetch-mode': 'cors' }]) {
    const { status, exchange } = await visit('/orders', headers as never);
    expect([status, exchange.identity]).toEqual([200, undefined]);
  }
});

test('a session of more than a cookie is cut into several, and forgotten as a whole', async () => {
  const { signIn, visit, jar } = await world();
  await signIn('verbose');
  expect([...jar.keys()].length).toBeGreaterThan(1);
  expect((await visit('/orders')).exchange.identity?.subject).toBe('verbose');
  await visit('/oidc/logout');
  expect(jar.size).toBe(0);
});

test('a session that fits into no cookies is refused, and the log says what to do', async () => {
  const { signIn, trial } = await world();
  const { status, body, because } = await signIn('endless');
  expect([status, JSON.parse(body).code]).toEqual([500, 'GATEWAY_SESSION_TOO_LARGE']);
  expect([because, trial.logs.at(-1)?.level]).toEqual([expect.stringContaining('keep fewer claims'), 'error']);
});

test('a session keeps the claims that the settings name', async () => {
  const { signIn, visit, jar } = await world({ claims: ['email'] });
  await signIn('verbose');
  const claims = (await visit('/orders')).exchange.identity?.claims;
  expect([claims, jar.size]).toEqual([{ sub: 'verbose', email: 'verbose@example.com' }, 3]);
});

test('a session ends at its time', async () => {
  const { signIn, visit, clock } = await world({ sessionFor: '30s' });
  await signIn();
  clock.advance(29_000);
  expect((await visit('/orders')).status).toBe(200);
  clock.advance(1_000);
  expect((await visit('/orders')).status).toBe(302);
});

test('tokens are refreshed once, however many ask, and the browser gets the new session', async () => {
  const { signIn, visit, clock, trial } = await world({ forward: 'access-token' });
  await signIn();
  await visit('/orders');
  const before = trial.sent.at(-1)?.headers['authorization'];
  expect(before).toMatch(/^Bearer ./);
  clock.advance(40_000);
  const asked = provider.tokenRequests.length;
  await Promise.all([visit('/a'), visit('/b'), visit('/c')]);
  await visit('/d');
  expect(provider.tokenRequests.length - asked).toBe(1);
  expect(provider.tokenRequests.at(-1)).toContain('grant_type=refresh_token');
  const after = trial.sent.slice(-4).map(({ headers }) => headers['authorization']);
  expect(new Set(after).size).toBe(1);
  expect(after[0]).not.toBe(before);
});

test('a session whose refresh the provider refuses ends', async () => {
  const { signIn, visit, clock, jar } = await world();
  await signIn();
  const old = new Map(jar);
  clock.advance(40_000);
  expect((await visit('/orders')).status).toBe(200);
  // The refresh token before is used up, and its result forgotten after a minute.
  clock.advance(61_000);
  for (const [name, value] of old) jar.set(name, value);
  expect((await visit('/orders')).status).toBe(302);
});

test('while the provider is down sessions go on as long as their tokens, and nobody new comes in', async () => {
  const { signIn, visit, clock } = await world();
  await signIn();
  const stranger = await world();
  provider.isDown = true;
  try {
    clock.advance(40_000);
    expect((await visit('/orders')).status).toBe(200);
    clock.advance(60_000);
    expect((await visit('/orders')).status).toBe(503);
    const { status, body } = await stranger.visit('/orders');
    expect([status, JSON.parse(body).code]).toEqual([503, 'GATEWAY_IDENTITY_UNAVAILABLE']);
  } finally {
    provider.isDown = false;
  }
});

test('an answer of the provider is good only in the browser that began', async () => {
  const victim = await world();
  const attacker = await world();
  const { status, body } = await victim.visit(await attacker.atProvider('eve'));
  expect([status, JSON.parse(body).code, victim.jar.size]).toEqual([401, 'GATEWAY_SIGN_IN_FAILED', 0]);
});

test.each([
  ['state', /state=[^&]*/, (text: string) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`],
  ['code', /code=[^&]*/, () => 'code=made-up'],
  ['issuer', /iss=[^&]*/, () => 'iss=https%3A%2F%2Fevil.example.com'],
])('a callback with another %s signs nobody in', async (_what, part, change) => {
  const { atProvider, visit, jar } = await world();
  const callback = await atProvider('ada');
  expect(callback).toMatch(part);
  expect((await visit(callback.replace(part, change))).status).toBe(401);
  expect([...jar.keys()].some((name) => name === '__Host-gateway-session')).toBe(false);
});

test('a sign-in that the provider refuses signs nobody in', async () => {
  const { visit } = await world();
  const state = new URL((await visit('/')).headers['location']!).searchParams.get('state');
  const answer = await visit(
    `/oidc/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(provider.issuer)}`,
  );
  expect(answer.status).toBe(401);
});

test('a sign-in has to end in time', async () => {
  const { atProvider, visit, clock } = await world({ signInFor: '1m' });
  const callback = await atProvider('ada');
  clock.advance(60_000);
  expect((await visit(callback)).status).toBe(401);
});

test.each([
  '//evil.example.com/',
  '/\\evil.example.com',
  'http://evil.example.com/',
])('after signing in nobody is sent to %s', async (url) => {
  const { signIn } = await world();
  expect((await signIn('ada', url)).headers['location']).toBe('/');
});

test.each([
  ['cut short', (value: string) => value.slice(0, -8)],
  ['changed', (value: string) => `${value.slice(0, 40)}${value[40] === 'A' ? 'B' : 'A'}${value.slice(41)}`],
  ['made up', () => `1.${Buffer.from('{"subject":"root"}').toString('base64url')}`],
  ['missing a piece', (value: string) => `3${value.slice(1)}`],
])('a session cookie that was %s is nobody’s', async (_what, change) => {
  const { signIn, visit, jar } = await world();
  await signIn();
  const name = '__Host-gateway-session';
  jar.set(name, change(jar.get(name)!));
  expect((await visit('/orders')).status).toBe(302);
});

test('the cookie of a sign-in under way is no session, and the session of one client none of another', async () => {
  const { visit, jar } = await world();
  await visit('/orders');
  const [flow] = jar.values();
  jar.set('__Host-gateway-session', flow!);
  expect((await visit('/orders')).status).toBe(302);
  const [first, other] = [await world(), await world({ clientId: 'other' })];
  await first.signIn();
  for (const [name, value] of first.jar) other.jar.set(name, value);
  expect((await other.visit('/orders')).status).toBe(302);
});

test('sessions outlive the exchange of the secret', async () => {
  const before = await world();
  await before.signIn();
  const after = await world({ secret: ['the new secret of thirty-two bytes or so', SETTINGS.secret] });
  for (const [name, value] of before.jar) after.jar.set(name, value);
  expect((await after.visit('/orders')).status).toBe(200);
});

test('leaving ends the session here and at the provider', async () => {
  const { signIn, visit, jar } = await world();
  await signIn();
  const { status, headers } = await visit('/oidc/logout');
  const location = new URL(headers['location']!);
  expect([status, location.origin, location.searchParams.get('post_logout_redirect_uri')]).toEqual([
    302,
    provider.issuer,
    `${GATEWAY}/bye`,
  ]);
  expect(location.searchParams.get('id_token_hint')).toBeTruthy();
  expect(jar.size).toBe(0);
});

test('another site can sign nobody out', async () => {
  const { signIn, visit, jar } = await world();
  await signIn();
  expect((await visit('/oidc/logout', { ...PAGE, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(jar.size).toBeGreaterThan(0);
});

test('a bearer token that a caller sends does not pass for one of the gateway', async () => {
  const { visit, trial } = await world({ forward: 'access-token' });
  await visit('/orders', { accept: 'application/json', authorization: 'Bearer forged' });
  expect(trial.sent.at(-1)?.headers['authorization']).toBeUndefined();
});

test.each([
  [{ secret: 'short' }, 'shorter than 32 bytes'],
  [{ callbackPath: '//evil.example.com' }, 'callbackPath'],
  [{ logoutPath: '/oidc/callback' }, 'are the same'],
  [{ scopes: ['email'] }, 'scopes need openid'],
  [{ afterLogout: 'https://evil.example.com' }, 'afterLogout'],
  [{ issuer: 'id.example.com' }, 'issuer'],
])('the settings %j are refused', async (config, problem) => {
  await expect(world(config)).rejects.toThrow(problem);
});
