import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { codeOf, openPort, pem, serve, serveTls } from './local-server.fixture.ts';
import { openProxy } from './proxy.fixture.ts';

const textOf = ({ body }: { readonly body: Uint8Array }) => Buffer.from(body).toString();

test('requests go through the proxy, which looks names up; user and password are for the proxy alone', async () => {
  await using server = await serve((request, response) => response.end(JSON.stringify(request.headers)));
  await using proxy = await openProxy();
  await using http = openPort({ egress: { proxy: proxy.url.replace('//', '//me:p%40ss@') } });
  const url = `http://known.to.the.proxy:${server.port}/x?q=1`;
  const reply = await http.send({ url, headers: { 'Proxy-Authorization': 'of somebody else' } });
  expect(proxy.asked).toEqual([`GET ${url}`]);
  expect(proxy.credentials).toEqual([`Basic ${btoa('me:p@ss')}`]);
  expect(textOf(reply)).toContain(`"host":"known.to.the.proxy:${server.port}"`);
  expect(textOf(reply)).not.toContain('proxy-authorization');
});

test('HTTPS runs through a tunnel: the certificate of the target is checked, and the proxy sees neither path nor client certificate', async () => {
  const options = { ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: false };
  const who = (socket: unknown) => (socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody';
  await using server = await serveTls((request, response) => response.end(who(request.socket)), options);
  await using proxy = await openProxy();
  await using http = openPort({ egress: { proxy: proxy.url } });
  const certificateAuthority = pem('ca.pem');
  const url = `https://localhost:${server.port}/secret`;
  const clientCertificate = { cert: pem('client.pem'), key: pem('client.key') };
  expect(textOf(await http.send({ url, certificateAuthority, clientCertificate }))).toBe('test client');
  expect(textOf(await http.send({ url, certificateAuthority }))).toBe('nobody');
  expect(await codeOf(http.send({ url }))).toBe('HTTP_PORT_TLS');
  const elsewhere = url.replace('localhost', 'elsewhere.example');
  expect(await codeOf(http.send({ url: elsewhere, certificateAuthority }))).toBe('HTTP_PORT_TLS');
  expect(new Set(proxy.asked)).toEqual(
    new Set([`CONNECT localhost:${server.port}`, `CONNECT elsewhere.example:${server.port}`]),
  );
});

test('what `noProxy` names is dialled, and checked as always', async () => {
  await using server = await serve((_request, response) => response.end('direct'));
  await using proxy = await openProxy();
  const noProxy = ['127.0.0.0/8', '*.near.example'];
  const resolve = (_host: string, answer: (error: null, found: { address: string; family: number }[]) => void) =>
    answer(null, [{ address: '169.254.169.254', family: 4 }]);
  await using http = openPort({ resolve, egress: { proxy: proxy.url, noProxy } });
  expect(textOf(await http.send({ url: server.url }))).toBe('direct');
  expect(await codeOf(http.send({ url: 'http://a.near.example/' }))).toBe('EGRESS_DENIED');
  expect(proxy.asked).toEqual([]);
});

test.each([
  'http://denied.example/',
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:a9fe:a9fe]/',
  'http://2130706433/',
  'http://localhost/',
  'http://a.localhost./',
  'http://intranet/',
  'http://db.internal/',
  'http://printer.local/',
  'http://metadata.google.internal/',
])('a proxy is never asked for %s', async (url) => {
  await using proxy = await openProxy();
  await using http = openPort({
    egress: { proxy: proxy.url, deny: ['denied.example'], allowPrivateNetworks: false },
  });
  expect(await codeOf(http.send({ url }))).toBe('EGRESS_DENIED');
  expect(proxy.asked).toEqual([]);
});

test('behind a proxy a name is permitted by name only: its address cannot be known', async () => {
  await using server = await serve((_request, response) => response.end('ok'));
  await using proxy = await openProxy();
  await using http = openPort({ egress: { proxy: proxy.url, allow: ['10.0.0.0/8', 'good.example'] } });
  expect(await codeOf(http.send({ url: `http://other.example:${server.port}/` }))).toBe('EGRESS_DENIED');
  expect((await http.send({ url: `http://good.example:${server.port}/` })).status).toBe(200);
});

test('a redirect is checked before the proxy is asked for it', async () => {
  await using server = await serve((_request, response) =>
    response.writeHead(302, { location: 'http://metadata.google.internal/' }).end(),
  );
  await using proxy = await openProxy();
  await using http = openPort({ egress: { proxy: proxy.url } });
  const url = `http://open.example:${server.port}/`;
  expect(await codeOf(http.send({ url, followRedirects: true }))).toBe('EGRESS_DENIED');
  expect(proxy.asked).toEqual([`GET ${url}`]);
});

test.each([
  ['https://x.example/', 407, 'it asks for another user and password'],
  ['http://x.example/', 407, 'it asks for another user and password'],
  ['https://x.example/', 403, 'it answers with HTTP 403'],
])('of %s, answered with %i, the proxy is to blame, without its password', async (url, answer, cause) => {
  await using proxy = await openProxy({ answer });
  await using http = openPort({ egress: { proxy: proxy.url.replace('//', '//me:hidden@') } });
  const error = await http.send({ url }).catch((thrown) => thrown);
  const message = `The proxy ${new URL(proxy.url).host} does not lead to x.example: ${cause}.`;
  expect(error).toMatchObject({ code: 'HTTP_PORT_PROXY', message });
  expect(JSON.stringify(error)).not.toContain('hidden');
});

test.each(['http://x.example/', 'https://x.example/'])('a proxy that is not there is named: %s', async (url) => {
  const { url: gone } = await (async () => {
    await using proxy = await openProxy();
    return proxy;
  })();
  await using http = openPort({ egress: { proxy: gone } });
  await expect(http.send({ url })).rejects.toMatchObject({
    code: 'HTTP_PORT_PROXY',
    message: expect.stringContaining('it refuses connections on this port'),
  });
});

test('proxy variables of the environment are not used', async () => {
  await using server = await serve((_request, response) => response.end('direct'));
  await using proxy = await openProxy();
  vi.stubEnv('HTTP_PROXY', proxy.url);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using http = openPort();
  expect(textOf(await http.send({ url: server.url }))).toBe('direct');
  expect(proxy.asked).toEqual([]);
});
