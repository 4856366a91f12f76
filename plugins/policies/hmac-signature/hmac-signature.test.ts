import { createHmac, hash } from 'node:crypto';
import { memorySharedState, testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { hmacSignature } from './hmac-signature.ts';

const SECRET = 'a secret of thirty-two bytes or a few more';
const keys = { app: { secret: SECRET, subject: 'shop', scopes: ['orders'] } };
const BODY = '{"hello": "world"}';
const digestOf = (body: string) => `sha-256=:${hash('sha256', body, 'base64')}:`;
const made = testClock().now() / 1000;

interface Signed {
  readonly method?: string;
  readonly url?: string;
  readonly body?: string;
  readonly parameters?: string;
  readonly secret?: string;
  readonly components?: readonly string[];
}

/** Signed by hand, as section 2.5 of RFC 9421 says. */
function signed({ method = 'GET', url = '/orders?id=7', body, parameters, secret = SECRET, components }: Signed = {}) {
  const digest = body === undefined ? undefined : digestOf(body);
  const values: Record<string, string | undefined> = {
    '@method': method,
    '@authority': 'api.example.com',
    '@path': url.split('?')[0],
    '@query': `?${url.split('?')[1] ?? ''}`,
    '@target-uri': `http://api.example.com${url}`,
    'content-digest': digest,
  };
  const names = components ?? [
    '@method',
    '@authority',
    '@path',
    '@query',
    ...(digest === undefined ? [] : ['content-digest']),
  ];
  const written = `(${names.map((name) => `"${name}"`).join(' ')})${parameters ?? `;created=${made};keyid="app"`}`;
  const base = [...names.map((name) => `"${name}": ${values[name]}`), `"@signature-params": ${written}`].join('\n');
  const headers: Record<string, string> = {
    host: 'API.example.com:80',
    'signature-input': `sig1=${written}`,
    signature: `sig1=:${createHmac('sha256', secret).update(base).digest('base64')}:`,
    ...(digest !== undefined && { 'content-digest': digest }),
  };
  return { method, url, headers, ...(body !== undefined && { body }) };
}

async function gate(config: object = {}, options: object = {}) {
  const clock = testClock();
  return tryPolicy(hmacSignature, { keys, ...config }, { clock, ...options });
}

test('a signed request says whose it is', async () => {
  await using trial = await gate();
  const { status, exchange } = await trial.send(signed());
  expect([status, exchange.identity]).toMatchObject([200, { subject: 'shop', scopes: ['orders'], consumer: 'app' }]);
});

test('an unsigned request is left to the next scheme', async () => {
  await using trial = await gate();
  expect(await trial.send({ headers: { authorization: 'Signature keyId="app"' } })).toMatchObject({ status: 200 });
});

test('the examples of RFC 9421 are verified', async () => {
  const clock = testClock(1_618_884_480_000);
  const secret = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
  const pem =
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n';
  const config = {
    keys: { 'test-shared-secret': { secret, secretEncoding: 'base64' }, 'test-key-ed25519': { publicKey: pem } },
    components: ['@authority'],
    digest: false,
  };
  await using trial = await tryPolicy(hmacSignature, config, { clock });
  const message = {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-length': '18',
  };
  const send = (input: string, signature: string) =>
    trial.send({
      method: 'POST',
      url: '/foo?param=Value&Pet=dog',
      body: BODY,
      headers: { ...message, 'signature-input': input, signature },
    });
  const b25 = await send(
    'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
  );
  const b26 = await send(
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
  );
  expect([b25, b26].map(({ exchange }) => exchange.identity?.subject)).toEqual([
    'test-shared-secret',
    'test-key-ed25519',
  ]);
});

test.each([
  ['method', { method: 'DELETE' }],
  ['path', { url: '/invoices?id=7' }],
  ['query', { url: '/orders?id=8' }],
  ['host', { headers: { ...signed().headers, host: 'evil.example.com' } }],
])('a request with another %s than was signed is refused', async (_what, change) => {
  await using trial = await gate();
  const { status, body } = await trial.send({ ...signed(), ...change });
  expect([status, JSON.parse(body).code, trial.sent]).toEqual([401, 'GATEWAY_SIGNATURE_INVALID', []]);
});

test('a request is good once', async () => {
  await using trial = await gate();
  expect((await trial.send(signed())).status).toBe(200);
  expect(JSON.parse((await trial.send(signed())).body).detail).toBe('The request has been sent before.');
  const nonce = signed({ parameters: `;created=${made};keyid="app";nonce="2"` });
  expect((await trial.send(nonce)).status).toBe(200);
});

test('a request is good once among all workers', async () => {
  const shared = memorySharedState(testClock());
  await using one = await gate({}, { shared });
  await using other = await gate({}, { shared });
  expect([(await one.send(signed())).status, (await other.send(signed())).status]).toEqual([200, 401]);
});

test('nobody comes in while it cannot be known whether a request was sent before', async () => {
  const down = () => Promise.reject(new Error('store down'));
  await using trial = await gate({}, { shared: { get: down, set: down, add: down, swap: down } });
  expect((await trial.send(signed())).status).toBe(500);
});

test('where the route says so a request may come again', async () => {
  await using trial = await gate({ replayGuard: false });
  expect([(await trial.send(signed())).status, (await trial.send(signed())).status]).toEqual([200, 200]);
});

test.each([
  ['too old', `;created=${made - 331};keyid="app"`, 'too old'],
  ['expired', `;created=${made - 60};expires=${made - 31};keyid="app"`, 'too old'],
  ['of the future', `;created=${made + 31};keyid="app"`, 'in the future'],
  ['without a time', ';keyid="app"', 'when it was made'],
  ['of an unknown key', `;created=${made};keyid="other"`, 'no signature of a known key'],
  ['of another algorithm', `;created=${made};keyid="app";alg="ed25519"`, 'not right'],
])('a signature that is %s is refused', async (_what, parameters, detail) => {
  await using trial = await gate();
  const answer = await trial.send(signed({ parameters }));
  expect([answer.status, JSON.parse(answer.body).detail]).toEqual([401, expect.stringContaining(detail)]);
});

test('a signature with another secret is refused', async () => {
  await using trial = await gate();
  expect((await trial.send(signed({ secret: `${SECRET}!` }))).status).toBe(401);
});

test('a signature must cover what the route asks for', async () => {
  await using trial = await gate();
  const { body } = await trial.send(signed({ components: ['@method', '@path', '@query'] }));
  expect(JSON.parse(body).detail).toBe('The signature does not cover "@authority".');
  expect((await trial.send(signed({ components: ['@method', '@target-uri'] }))).status).toBe(200);
});

test('a body is what its digest says', async () => {
  await using trial = await gate();
  const post = signed({ method: 'POST', body: BODY });
  expect((await trial.send({ ...post, body: '{"hello": "evil"}' })).status).toBe(401);
  expect((await trial.send(post)).status).toBe(200);
});

test('a body without a digest is refused, unless the route says otherwise', async () => {
  const post = { ...signed({ method: 'POST' }), body: BODY };
  await using trial = await gate();
  expect(JSON.parse((await trial.send(post)).body).detail).toContain('does not cover a digest');
  await using lax = await gate({ digest: false });
  expect((await lax.send(post)).status).toBe(200);
});

test('a body that is too large to look at is refused', async () => {
  await using trial = await gate();
  expect((await trial.send(signed({ method: 'POST', body: 'x'.repeat(1_048_577) }))).status).toBe(401);
});

/** As draft-cavage-http-signatures-12 says. */
function authorization(names: readonly string[], more: Record<string, string> = {}, date = new Date(made * 1000)) {
  const headers: Record<string, string> = { host: 'api.example.com', date: date.toUTCString(), ...more };
  const base = names
    .map((name) => `${name}: ${name === '(request-target)' ? 'post /orders?id=7' : headers[name]}`)
    .join('\n');
  const signature = createHmac('sha256', SECRET).update(base).digest('base64');
  headers['authorization'] =
    `Signature keyId="app",algorithm="hmac-sha256",headers="${names.join(' ')}",signature="${signature}"`;
  return { method: 'POST', url: '/orders?id=7', headers };
}
const classic = { accept: ['authorization'] };
const NAMES = ['(request-target)', 'host', 'date'];

test('the older scheme is accepted where the route says so', async () => {
  await using trial = await gate(classic);
  expect((await trial.send(authorization(NAMES))).exchange.identity?.subject).toBe('shop');
  await using modern = await gate();
  expect((await modern.send(authorization(NAMES))).exchange.identity).toBeUndefined();
});

test.each([
  ['an old date', authorization(NAMES, {}, new Date((made - 331) * 1000))],
  ['no signed date', authorization(['(request-target)', 'host'])],
  ['no signed target', authorization(['host', 'date'])],
  ['another path', { ...authorization(NAMES), url: '/orders?id=8' }],
  ['a header that is absent', authorization([...NAMES, 'x-tenant'])],
  ['a header twice', authorization([...NAMES, 'host'])],
  ['nothing readable', { headers: { authorization: 'Signature what?' } }],
  ['a field twice', { headers: { authorization: 'Signature keyId="app",keyId="b",signature="YQ=="' } }],
])('the older scheme with %s is refused', async (_what, request) => {
  await using trial = await gate(classic);
  expect((await trial.send(request)).status).toBe(401);
});

test('a digest that is not signed says nothing about a body', async () => {
  await using trial = await gate(classic);
  const digest = `SHA-256=${hash('sha256', BODY, 'base64')}`;
  const { headers, ...request } = authorization([...NAMES, 'digest'], { digest });
  const evil = '{"hello": "evil"}';
  expect(
    (await trial.send({ ...request, body: evil, headers: { ...headers, 'content-digest': digestOf(evil) } })).status,
  ).toBe(401);
  expect((await trial.send({ ...request, body: BODY, headers })).status).toBe(200);
});

test.each([
  '',
  'x',
  'sig1=("@method"',
  'sig1=1',
  'sig1=("@method";req);keyid="app"',
  'sig1=("@nothing");keyid="app"',
  '\u00e4',
])('the signature input %j is refused', async (input) => {
  await using trial = await gate();
  const { headers } = signed();
  expect((await trial.send({ headers: { ...headers, 'signature-input': input } })).status).toBe(401);
});

test.each([
  [{ keys: {} }, 'at least one key'],
  [{ keys: { app: { secret: 'short' } } }, 'shorter than 32 bytes'],
  [{ keys: { app: {} } }, 'either a `secret` or a `publicKey`'],
  [{ keys: { app: { publicKey: 'no key' } } }, 'no public key of Ed25519'],
  [{ components: ['@status'] }, 'components.0'],
  [{ accept: [] }, 'accept'],
])('the settings %j are refused', async (config, problem) => {
  await expect(gate(config)).rejects.toThrow(problem);
});
