import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { run, scripted } from './call.fixture.ts';
import { httpRequest } from './http-request.ts';

async function sent(input: object, ports: object = {}) {
  const http = scripted({ data: {} });
  await run(httpRequest, { url: 'https://api.test/x', ...input }, { http, ...ports });
  return http.sent[0]!;
}

test('the result is status, lower-case headers and parsed JSON, with its numbers kept', async () => {
  const http = scripted({ data: { whole: new Float(1), big: 12345678901234567890n } });
  const result = await run(httpRequest, { url: 'https://api.test', method: 'GET' }, { http });
  expect(result).toEqual({
    status_code: 200,
    headers: { 'content-type': 'application/json' },
    data: { whole: new Float(1), big: 12345678901234567890n },
  });
});

test('defaults: GET, ten seconds, no redirects, certificates checked', async () => {
  expect(await sent({})).toMatchObject({
    method: 'GET',
    timeoutMs: 10_000,
    followRedirects: false,
    maxRedirects: 20,
    verifyTls: true,
    headers: {},
  });
});

test('null headers and parameters are dropped, other falsy values are sent', async () => {
  const { url, headers } = await sent({
    headers: { 'X-None': null, 'X-Empty': '', 'X-Zero': 0 },
    params: { none: null, empty: '', zero: 0, no: false, yes: true, list: ['a', null, 2], whole: new Float(1) },
  });
  expect(url).toBe('https://api.test/x?empty=&zero=0&no=false&yes=true&list=a&list=2&whole=1.0');
  expect(headers).toEqual({ 'X-Empty': '', 'X-Zero': '0' });
});

test('a payload is JSON, numbers as the language has them; null is none, empty is one', async () => {
  const full = await sent({ method: 'POST', payload: { a: new Float(2), b: [null], c: 10n ** 20n } });
  expect([full.body, full.headers]).toEqual([
    '{"a":2.0,"b":[null],"c":100000000000000000000}',
    { 'content-type': 'application/json' },
  ]);
  expect((await sent({ payload: null })).body).toBeUndefined();
  expect((await sent({ payload: {} })).body).toBe('{}');
  expect((await sent({ payload: [], headers: { 'Content-Type': 'application/vnd.x+json' } })).headers).toEqual({
    'Content-Type': 'application/vnd.x+json',
  });
});

test('content is sent as it is, a form encoded as forms are', async () => {
  expect(await sent({ content: '<a/>' })).toMatchObject({ body: '<a/>', headers: {} });
  const form = await sent({ form_data: { 'a b': 'ü&=*~/', n: 1, list: [1, 2], yes: true, none: null } });
  expect(form.body).toBe('a+b=%C3%BC%26%3D%2A~%2F&n=1&list=1&list=2&yes=true&none=');
  expect(form.headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
});

test('two bodies are refused', async () => {
  await expect(sent({ payload: {}, content: 'x' })).rejects.toMatchObject({
    code: 'HTTP_CALL_BODY_CONFLICT',
    message: 'A request has one body, but payload and content are given.',
  });
  await expect(sent({ form_data: {}, payload: {} })).rejects.toMatchObject({ code: 'HTTP_CALL_BODY_CONFLICT' });
});

test('basic authentication replaces an authorization header', async () => {
  const { headers } = await sent({ auth: { username: 'ü', password: 'p' }, headers: { AUTHORIZATION: 'x' } });
  expect(headers).toEqual({ authorization: `Basic ${Buffer.from('ü:p').toString('base64')}` });
});

test('a header for the idempotency key gets the key of the step', async () => {
  expect((await sent({ idempotency_key_header: 'Idempotency-Key' })).headers).toEqual({
    'Idempotency-Key': 'run1-step1',
  });
});

test('secrets of the workspace give the client certificate and the authority', async () => {
  const secrets = { mtls: { TLS_CERTIFICATE: 'cert', TLS_PRIVATE_KEY: 'key' }, ca_cert: { CA_CERTIFICATE: 'ca' } };
  expect(await sent({}, { secrets })).toMatchObject({
    clientCertificate: { cert: 'cert', key: 'key' },
    certificateAuthority: 'ca',
  });
});

test.each([
  [{ status: 204, data: 'ignored' }, {}, null],
  [{ data: 'plain' }, {}, 'plain'],
  [{ headers: { 'content-type': 'application/vnd.api+json' }, data: { a: 1 } }, {}, '{"a":1}'],
  [{ headers: { 'content-type': 'application/vnd.api+json' }, data: { a: 1 } }, { parse: 'json' }, { a: 1 }],
  [{ data: { a: 1 } }, { parse: 'text' }, '{"a":1}'],
  [{ headers: { 'content-type': 'application/json; charset=utf-8' }, data: [] }, {}, []],
  [{}, {}, null],
  [{ data: 'hi' }, { base64_encode_data: true }, 'aGk='],
])('data of %j with %j', async (answer, input, data) => {
  expect((await run(httpRequest, { url: 'u', ...input }, { http: scripted(answer) })).data).toEqual(data);
});

test('text is read in the charset that its type names', async () => {
  const http = {
    send: async () => ({
      status: 200,
      headers: { 'content-type': 'text/html; charset="ISO-8859-1"' },
      body: Buffer.from([0xe9]),
      url: '',
    }),
  };
  expect((await run(httpRequest, { url: 'u' }, { http })).data).toBe('é');
});

test('JSON that is none is an error that names the host only', async () => {
  const http = scripted({ headers: { 'content-type': 'application/json' }, data: '<html>' });
  await expect(run(httpRequest, { url: 'https://api.test/hidden' }, { http })).rejects.toMatchObject({
    code: 'HTTP_CALL_ANSWER_NOT_JSON',
    message: 'api.test answered 200 with a body that should be JSON and is not.',
  });
});

test('the data of a fixture stands for the body, however it would be read', async () => {
  const http = scripted({ status: 204, data: { a: 1 }, fixture: { data: { a: 1 } } });
  expect((await run(httpRequest, { url: 'u', base64_encode_data: true }, { http })).data).toEqual({ a: 1 });
});
