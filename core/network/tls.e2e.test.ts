import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { codeOf, openPort, pem, serve, serveTls } from './local-server.fixture.ts';

test('a certificate of an unknown authority is refused unless checking is off or the authority is given', async () => {
  await using server = await serveTls((_request, response) => response.end('ok'));
  await using http = openPort();
  expect(await codeOf(http.send({ url: server.url }))).toBe('HTTP_PORT_TLS');
  expect((await http.send({ url: server.url, verifyTls: false })).status).toBe(200);
  expect((await http.send({ url: server.url, certificateAuthority: pem('ca.pem') })).status).toBe(200);
  expect(await codeOf(http.send({ url: server.url }))).toBe('HTTP_PORT_TLS');
});

test('a certificate for another name is refused', async () => {
  await using server = await serveTls((_request, response) => response.end('ok'));
  await using http = openPort({ resolve: (_host, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]) });
  const url = `https://elsewhere.example:${server.port}`;
  await expect(http.send({ url, certificateAuthority: pem('ca.pem') })).rejects.toMatchObject({
    code: 'HTTP_PORT_TLS',
    message: `No secure connection to elsewhere.example:${server.port}: its certificate is for another name.`,
  });
});

test('a client certificate opens a server that asks for one, and is not shown to another origin', async () => {
  const options = { ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: false };
  const who = (socket: unknown) => (socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody';
  await using there = await serveTls((request, response) => response.end(who(request.socket)), options);
  await using here = await serveTls((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: there.url }).end();
    else response.end(who(request.socket));
  }, options);
  await using http = openPort();
  const send = async (url: string) => {
    const clientCertificate = { cert: pem('client.pem'), key: pem('client.key') };
    const reply = await http.send({
      url,
      clientCertificate,
      certificateAuthority: pem('ca.pem'),
      followRedirects: true,
    });
    return Buffer.from(reply.body).toString();
  };
  expect(await send(here.url)).toBe('test client');
  expect(await send(`${here.url}/away`)).toBe('nobody');
});

test('a server that insists on a client certificate refuses callers without one', async () => {
  await using server = await serveTls((_request, response) => response.end(), { ca: pem('ca.pem'), requestCert: true });
  await using http = openPort();
  const code = await codeOf(http.send({ url: server.url, certificateAuthority: pem('ca.pem') }));
  expect(code).toBeOneOf(['HTTP_PORT_TLS', 'HTTP_PORT_CONNECTION_LOST']);
});

test('speaking TLS to a plain server is refused as such', async () => {
  await using server = await serve((_request, response) => response.end());
  await using http = openPort();
  expect(await codeOf(http.send({ url: server.url.replace('http:', 'https:') }))).toBe('HTTP_PORT_TLS');
});

test('PEM text that is none is refused before anything is dialled', async () => {
  await using http = openPort();
  const url = 'https://localhost';
  expect(await codeOf(http.send({ url, certificateAuthority: 'nonsense' }))).toBe('HTTP_PORT_CERTIFICATE_INVALID');
  const clientCertificate = { cert: pem('client.pem'), key: pem('server.key') };
  expect(await codeOf(http.send({ url, clientCertificate }))).toBe('HTTP_PORT_CERTIFICATE_INVALID');
});
