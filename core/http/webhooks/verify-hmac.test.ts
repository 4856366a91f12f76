import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HmacAuth } from '../../workflow/webhook-trigger.ts';
import { verifyHmac } from './verify-hmac.ts';
import type { WebhookCall } from './webhook-call.ts';

const NOW = 1_700_000_000_000;
type Sent = Partial<Omit<WebhookCall, 'body'>> & { readonly body?: string };

const call = ({ body = '', ...more }: Sent): WebhookCall => ({
  method: 'POST',
  headers: {},
  query: '',
  body: Buffer.from(body),
  ...more,
});
const auth = (more: Partial<HmacAuth> = {}): HmacAuth => ({ type: 'hmac', preset: 'generic', secrets: [], ...more });
const verify = (how: HmacAuth, sent: Sent, secrets = ['secret'], now = NOW) =>
  verifyHmac(how, call(sent), { secrets, now });
const refused = (how: HmacAuth, sent: Sent, secrets?: string[], now?: number) => {
  try {
    return verify(how, sent, secrets, now);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('preset generic', () => {
  // printf '{"a":1}' | openssl dgst -sha256 -hmac secret
  const signature = 'sha256=aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494';

  test('takes the HMAC of the body under each of its headers', () => {
    for (const name of ['x-backplane-signature', 'x-tracecat-signature', 'x-hub-signature-256'])
      expect(verify(auth(), { body: '{"a":1}', headers: { [name]: signature } })).toEqual({});
  });

  test('refuses what is missing, malformed, of another secret or of other bytes', () => {
    const headers = { 'x-backplane-signature': signature };
    expect(refused(auth(), { body: '{"a":1}' })).toBe('WEBHOOK_SIGNATURE_MISSING');
    expect(refused(auth(), { body: '{"a":2}', headers })).toBe('WEBHOOK_SIGNATURE_INVALID');
    expect(refused(auth(), { body: '{"a":1}', headers }, ['other'])).toBe('WEBHOOK_SIGNATURE_INVALID');
    for (const bad of ['', 'sha256=', 'sha256=zz', signature.slice(7), signature.slice(0, -2), `${signature}00`]) {
      const sent = { body: '{"a":1}', headers: { 'x-backplane-signature': bad } };
      expect(refused(auth(), sent)).toBe('WEBHOOK_SIGNATURE_INVALID');
    }
  });

  test('takes any of several secrets', () => {
    const sent = { body: '{"a":1}', headers: { 'x-backplane-signature': signature } };
    expect(verify(auth(), sent, ['next', 'secret'])).toEqual({});
  });

  test('signs the query of a GET, which is all that it says', () => {
    // printf 'name=Ada' | openssl dgst -sha256 -hmac secret
    const headers = {
      'x-backplane-signature': 'sha256=6307e72b67d0fd0a1503b7ddfa9474077c42bfdd47df92fcfdb2a1336d9a0a86',
    };
    expect(verify(auth(), { method: 'GET', query: 'name=Ada', headers })).toEqual({});
    expect(refused(auth(), { method: 'GET', query: 'name=Eve', headers })).toBe('WEBHOOK_SIGNATURE_INVALID');
  });

  test('has a header, algorithm, encoding, prefix and time of its own when the trigger says so', () => {
    const own = auth({
      header: 'x-sign',
      algorithm: 'sha512',
      encoding: 'base64',
      prefix: '',
      timestampHeader: 'x-time',
      toleranceSeconds: 10,
    });
    // printf '1700000000.{"a":1}' | openssl dgst -sha512 -hmac secret -binary | base64
    const sign = '9x6C4fofAUB6wpCwUOJikPS2LkNlzM4UGwpcGnJRxPP2znU4cfASTizhDaOrDDFZSuU+YH84hmuTtlGgXq20yA==';
    const headers = { 'x-sign': sign, 'x-time': '1700000000' };
    expect(verify(own, { body: '{"a":1}', headers })).toEqual({
      once: { digest: expect.stringMatching(/^[0-9a-f]{64}$/), ttlMs: 20_000 },
    });
    expect(refused(own, { body: '{"a":1}', headers: { 'x-sign': sign } })).toBe('WEBHOOK_TIMESTAMP_INVALID');
    expect(refused(own, { body: '{"a":1}', headers: { ...headers, 'x-time': '1700000001' } })).toBe(
      'WEBHOOK_SIGNATURE_INVALID',
    );
    for (const late of [NOW + 11_000, NOW - 11_000])
      expect(refused(own, { body: '{"a":1}', headers }, ['secret'], late)).toBe('WEBHOOK_TIMESTAMP_INVALID');
  });

  test('a time may come in milliseconds, and must be a number', () => {
    const own = auth({ timestampHeader: 'x-time' });
    const sent = (time: string) => {
      const sign = createHmac('sha256', 'secret').update(`${time}.x`).digest('hex');
      return { body: 'x', headers: { 'x-time': time, 'x-backplane-signature': `sha256=${sign}` } };
    };
    expect(verify(own, sent(String(NOW)))).toMatchObject({ once: { ttlMs: 600_000 } });
    expect(refused(own, sent('yesterday'))).toBe('WEBHOOK_TIMESTAMP_INVALID');
    expect(refused(own, sent('1e9'))).toBe('WEBHOOK_TIMESTAMP_INVALID');
  });
});

// The example of GitHub's page on validating webhook deliveries.
test('preset github takes the delivery that GitHub documents', () => {
  const headers = {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  };
  const github = auth({ preset: 'github' });
  expect(verify(github, { body: 'Hello, World!', headers }, ["It's a Secret to Everybody"])).toEqual({});
  expect(refused(github, { body: 'Hello, World?', headers }, ["It's a Secret to Everybody"])).toBe(
    'WEBHOOK_SIGNATURE_INVALID',
  );
  const elsewhere = { 'x-backplane-signature': headers['x-hub-signature-256'] };
  expect(refused(github, { body: 'Hello, World!', headers: elsewhere })).toBe('WEBHOOK_SIGNATURE_MISSING');
});

// The example of Slack's page on verifying requests.
test('preset slack takes the request that Slack documents, within five minutes', () => {
  const slack = auth({ preset: 'slack' });
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
    '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
    '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const headers = {
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    'x-slack-request-timestamp': '1531420618',
  };
  const secrets = ['8f742231b10e8888abcd99yyyzzz85a5'];
  const at = 1_531_420_618_000;
  expect(verify(slack, { body, headers }, secrets, at + 299_000)).toMatchObject({ once: { ttlMs: 600_000 } });
  expect(refused(slack, { body, headers }, secrets, at + 301_000)).toBe('WEBHOOK_TIMESTAMP_INVALID');
  expect(
    refused(slack, { body, headers: { ...headers, 'x-slack-request-timestamp': '1531420619' } }, secrets, at),
  ).toBe('WEBHOOK_SIGNATURE_INVALID');
  const { 'x-slack-request-timestamp': _, ...timeless } = headers;
  expect(refused(slack, { body, headers: timeless }, secrets, at)).toBe('WEBHOOK_TIMESTAMP_INVALID');
});

test('preset stripe takes any v1 signature, no other scheme, within five minutes', () => {
  const stripe = auth({ preset: 'stripe' });
  const body = '{"id":"evt_1"}';
  // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
  const good = 'c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925';
  const bad = '0'.repeat(64);
  const sent = (signature: string) => ({ body, headers: { 'stripe-signature': signature } });
  const secrets = ['whsec_test'];
  expect(verify(stripe, sent(`t=1700000000,v1=${good}`), secrets)).toMatchObject({ once: { ttlMs: 600_000 } });
  expect(verify(stripe, sent(`t=1700000000,v1=${bad},v1=${good},v0=${bad}`), secrets)).toBeDefined();
  expect(refused(stripe, sent(`t=1700000000,v0=${good}`), secrets)).toBe('WEBHOOK_SIGNATURE_INVALID');
  expect(refused(stripe, sent(`t=1700000001,v1=${good}`), secrets)).toBe('WEBHOOK_SIGNATURE_INVALID');
  expect(refused(stripe, sent(`v1=${good}`), secrets)).toBe('WEBHOOK_TIMESTAMP_INVALID');
  expect(refused(stripe, sent(`t=1700000000,v1=${good}`), secrets, NOW + 301_000)).toBe('WEBHOOK_TIMESTAMP_INVALID');
  expect(refused(stripe, { body }, secrets)).toBe('WEBHOOK_SIGNATURE_MISSING');
});
