import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { expect, test } from 'vitest';
import { createAuthority, pem } from '../../listener/certificate.fixture.ts';
import { exchange, startImported } from './gateway-under-test.fixture.ts';

async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

const route = (path: string, port: number, more: object) => ({
  UpstreamPathTemplate: path,
  DownstreamPathTemplate: path,
  DownstreamScheme: 'https',
  DownstreamHostAndPorts: [{ Host: '127.0.0.1', Port: port }],
  ...more,
});
const ANY = { DangerousAcceptAnyServerCertificateValidator: true };

test('a certificate that nobody vouches for is refused, unless the route takes any', async () => {
  using authority = createAuthority();
  const { certificate, key } = authority.sign('orders.example.com');
  const answer = (_request: unknown, response: { end(text: string): void }) => response.end('secure');
  await using service = await listening(createServer({ cert: pem(certificate), key: pem(key) }, answer));
  await using gateway = await startImported({
    Routes: [route('/any', service.port, ANY), route('/checked', service.port, {})],
  });
  expect(await exchange(gateway.port, { send: 'GET /any' })).toMatchObject({ status: 200, body: 'secure' });
  expect(await exchange(gateway.port, { send: 'GET /checked' })).toMatchObject({ status: 502, body: '' });
});

test('HTTP/2 is spoken where the route says so: over TLS, and in clear text where no lower version will do', async () => {
  using authority = createAuthority();
  const { certificate, key } = authority.sign('orders.example.com');
  const answer = (request: { httpVersion: string }, response: { end(text: string): void }) =>
    response.end(`HTTP/${request.httpVersion}`);
  const tls = { cert: pem(certificate), key: pem(key), allowHTTP1: true };
  await using secure = await listening(createSecureServer(tls, answer));
  await using plain = await listening(createHttp2Server(answer));
  const version = { DownstreamHttpVersion: '2.0' };
  const exact = { ...version, DownstreamScheme: 'http', DownstreamHttpVersionPolicy: 'RequestVersionExact' };
  await using gateway = await startImported({
    Routes: [
      route('/two', secure.port, { ...ANY, ...version }),
      route('/one', secure.port, { ...ANY, DownstreamHttpVersion: '1.1' }),
      route('/clear', plain.port, exact),
    ],
  });
  const said = async (path: string) => (await exchange(gateway.port, { send: `GET ${path}` })).body;
  expect([await said('/two'), await said('/one'), await said('/clear')]).toEqual(['HTTP/2.0', 'HTTP/1.1', 'HTTP/2.0']);
});
