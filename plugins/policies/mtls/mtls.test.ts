import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { mtls } from './mtls.ts';

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
);
const APP = {
  subject: 'CN=app, O=Acme',
  issuer: 'CN=Acme Services CA, O=Acme',
  fingerprint256: FINGERPRINT,
  names: ['DNS:app.example.com', 'URI:spiffe://example.com/app'],
};

async function send(config: object, certificate: object | undefined = APP) {
  await using trial = await tryPolicy(mtls, config);
  return trial.send({ connection: { certificate } as never });
}

test('a verified certificate says who it is', async () => {
  const { exchange } = await send({ scopes: ['internal'] });
  expect(exchange.identity).toMatchObject({
    subject: 'CN=app, O=Acme',
    scheme: 'mtls',
    scopes: ['internal'],
    claims: { common_name: 'app', certificate_issuer: APP.issuer, certificate_names: APP.names },
  });
});

test('a connection without a certificate is left to the next scheme', async () => {
  await using trial = await tryPolicy(mtls, { commonNames: ['app'] });
  const { status, exchange } = await trial.send();
  expect([status, exchange.identity]).toEqual([200, undefined]);
});

test('a certificate in a header is not believed', async () => {
  await using trial = await tryPolicy(mtls, {});
  const headers = { 'x-client-cert': 'CN=app', 'x-forwarded-client-cert': 'Subject="CN=app"' };
  expect((await trial.send({ headers })).exchange.identity).toBeUndefined();
});

test.each([
  [{ subjects: ['cn=app,O=Acme'] }],
  [{ commonNames: ['other', 'app'] }],
  [{ names: ['URI:spiffe://example.com/app'] }],
  [{ fingerprints: [FINGERPRINT.replaceAll(':', '').toLowerCase()] }],
  [{ issuers: ['CN = Acme Services CA\nO = Acme'], commonNames: ['app'] }],
])('%j lets it in', async (config) => {
  expect((await send(config)).status).toBe(200);
});

test.each([
  [{ subjects: ['CN=app'] }, 'subjects'],
  [{ subjects: ['O=Acme,CN=app'] }, 'subjects'],
  [{ commonNames: ['App'] }, 'commonNames'],
  [{ names: ['DNS:example.com'] }, 'names'],
  [{ fingerprints: ['0'.repeat(64)] }, 'fingerprints'],
  [{ commonNames: ['app'], issuers: ['CN=Evil CA'] }, 'issuers'],
])('%j keeps it out', async (config, list) => {
  const { status, because, exchange, body } = await send(config);
  expect([status, exchange.identity, JSON.parse(body).code]).toEqual([401, undefined, 'GATEWAY_CERTIFICATE_REFUSED']);
  expect(because).toContain(list);
});

test('a comma in a name makes no further part of it', async () => {
  const forged = { ...APP, subject: 'CN=app\\, O=Acme' };
  expect((await send({ subjects: ['CN=app, O=Acme'] }, forged)).status).toBe(401);
  expect((await send({ commonNames: ['app, O=Acme'] }, forged)).status).toBe(200);
});

test.each([
  ['common-name', 'app'],
  ['name', 'DNS:app.example.com'],
  ['fingerprint', FINGERPRINT.replaceAll(':', '').toLowerCase()],
])('the %s may be the subject', async (identity, subject) => {
  expect((await send({ identity })).exchange.identity?.subject).toBe(subject);
});

test('a certificate without what should be the subject is refused', async () => {
  expect((await send({ identity: 'name' }, { ...APP, names: [] })).status).toBe(401);
});

test.each([
  [{ fingerprints: ['ab:cd'] }, 'no SHA-256 fingerprint'],
  [{ subjects: [] }, 'subjects'],
  [{ issuers: ['Acme'] }, 'no distinguished name'],
])('the settings %j are refused', async (config, problem) => {
  await expect(tryPolicy(mtls, config)).rejects.toThrow(problem);
});
