import { once } from 'node:events';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { defineGatewayPolicy } from '@backplane/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { route, SILENT, startGateway, startUpstream, type TestUpstream, upstream, use } from '../gateway.fixture.ts';
import type { Gateway } from '../open-gateway.ts';
import type { DataPlane } from '../plane/data-plane.ts';
import { createAuthority, pem, type TestAuthority } from './certificate.fixture.ts';
import { listen } from './listen.ts';
import { readPemTexts } from './pem-texts.ts';

const limits = { headersTimeoutMs: 1_000, requestTimeoutMs: 0, keepAliveMs: 1_000, maxHeaderBytes: 16_384 };
const here = { host: '127.0.0.1', port: 0 };

/** Tells what policies know of the connection. */
const who = defineGatewayPolicy({
  name: 'who',
  title: 'T',
  summary: 'S',
  config: z.object({}),
  phases: ['route'],
  onFailure: 'closed',
  create: () => ({
    route: ({ request, connection }) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client: request.clientAddress,
        scheme: request.scheme,
        name: connection.serverName,
        subject: connection.certificate?.subject,
      }),
    }),
  }),
});

type Ports = [number, number, number, number, number, number, number];

let authority: TestAuthority;
let up: TestUpstream;
let gateway: Gateway;
let plain: number;
let tls: number;
let request: number;
let require: number;
let h2c: number;
let proxied: number;
let proxiedTls: number;

beforeAll(async () => {
  authority = createAuthority();
  const certificates = [authority.sign('a.example'), authority.sign('b.example')];
  const clients = { authority: authority.authority };
  up = await startUpstream((message, response) => {
    const pieces: Buffer[] = [];
    message.on('data', (piece) => pieces.push(piece));
    message.on('end', () => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.setHeader('connection', 'x-secret');
      response.end(`${message.method} ${message.url} ${Buffer.concat(pieces)}`);
    });
  });
  const proxyProtocol = { trusted: ['127.0.0.0/8'] };
  gateway = await startGateway(
    {
      routes: [route('who', '/who', { policies: [use('who')] }), route('all', '/{rest*}')],
      upstreams: [upstream('up', [up.port])],
    },
    [who],
    {
      listener: {
        ...limits,
        ...here,
        also: [
          { ...here, tls: { certificates } },
          { ...here, tls: { certificates, clients: { ...clients, mode: 'request' } } },
          { ...here, tls: { certificates, clients: { ...clients, mode: 'require' } } },
          { ...here, h2c: true },
          { ...here, proxyProtocol },
          { ...here, tls: { certificates }, proxyProtocol },
          { ...here, proxyProtocol: { trusted: ['192.0.2.1'] } },
        ],
      },
    },
  );
  [plain, tls, request, require, h2c, proxied, proxiedTls] = gateway.ports as unknown as Ports;
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
});

test('every address of a gateway serves the same routes', async () => {
  expect(gateway.ports).toHaveLength(8);
  for (const port of [plain, h2c]) expect(await (await fetch(`http://127.0.0.1:${port}/x`)).text()).toBe('GET /x ');
});

test('a caller gets the certificate of the name that it asks for, and the first one without a name', async () => {
  const subjectFor = async (options: object) => {
    const socket = await secure(tls, options);
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };
  expect(await subjectFor({ servername: 'b.example' })).toBe('b.example');
  expect(await subjectFor({ servername: 'a.example' })).toBe('a.example');
  expect(await subjectFor({ servername: 'c.example' })).toBe('a.example');
  expect(await subjectFor({})).toBe('a.example');
});

test('versions of TLS before 1.2 are refused', async () => {
  const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await expect(secure(tls, options)).rejects.toThrow(/alert|protocol/i);
});

test('a request over TLS has the scheme https and the name that was asked for', async () => {
  const socket = await secure(tls, { servername: 'b.example', ALPNProtocols: ['http/1.1'] });
  expect(await askWho(socket)).toEqual({ client: '127.0.0.1', scheme: 'https', name: 'b.example' });
});

test('where certificates are asked for, policies see the trusted ones, and callers without one go on', async () => {
  const { certificate, key } = authority.sign('orders');
  const own = { cert: pem(certificate), key: pem(key) };
  expect(await askWho(await secure(request, own))).toMatchObject({ subject: 'CN=orders' });
  expect(await askWho(await secure(request, {}))).not.toHaveProperty('subject');
  using other = createAuthority();
  const strange = other.sign('orders');
  const foreign = { cert: pem(strange.certificate), key: pem(strange.key) };
  expect(await askWho(await secure(request, foreign))).not.toHaveProperty('subject');
});

test('where certificates are required, a caller without a trusted one gets no answer', async () => {
  const { certificate, key } = authority.sign('orders');
  expect(await askWho(await secure(require, { cert: pem(certificate), key: pem(key) }))).toMatchObject({
    subject: 'CN=orders',
  });
  await expect(secure(require, {}).then(askWho)).rejects.toThrow();
});

test('certificates are replaced for those who connect from then on, with and without a name', async () => {
  const files = { a: authority.sign('a.example', 'changing'), b: authority.sign('b.example') };
  const listener = { ...limits, ...here, tls: { certificates: [files.a, files.b] } };
  const plane = { take: () => undefined, upgrade: () => undefined } as unknown as DataPlane;
  const listening = await listen(plane, listener, SILENT);
  await using _ = { [Symbol.asyncDispose]: () => listening.close(0) };
  const shown = async (options: object) => {
    const socket = await secure(listening.port, options);
    return { socket, name: socket.getPeerCertificate().subject.CN };
  };
  const open = await shown({});
  expect(open.name).toBe('a.example');
  authority.sign('new.example', 'changing');
  listening.renew(await readPemTexts(listener));
  for (const options of [{}, { servername: 'new.example' }, { servername: 'a.example' }])
    expect((await shown(options)).name).toBe('new.example');
  expect((await shown({ servername: 'b.example' })).name).toBe('b.example');
  expect(open.socket.destroyed).toBe(false);
});

test.each([
  ['TLSv1.2', {}],
  ['TLSv1.2', { servername: 'b.example' }],
  ['TLSv1.3', {}],
  ['TLSv1.3', { servername: 'b.example' }],
] as const)('a session of %s that was begun with an authority that is gone is not taken up again (%j)', async (version, name) => {
  const file = join(authority.folder, 'some-clients.pem');
  copyFileSync(authority.authority, file);
  const certificates = [authority.sign('a.example'), authority.sign('b.example')];
  const listener = {
    ...limits,
    ...here,
    tls: { certificates, clients: { mode: 'require' as const, authority: file } },
  };
  const plane = {
    take: (_: unknown, sink: { end(): void }) => sink.end(),
    upgrade: () => undefined,
  } as unknown as DataPlane;
  const listening = await listen(plane, listener, SILENT);
  await using _ = { [Symbol.asyncDispose]: () => listening.close(0) };
  const own = authority.sign('orders');
  const caller = { ...name, cert: pem(own.certificate), key: pem(own.key), minVersion: version, maxVersion: version };
  const begin = async (session?: Buffer) => {
    const socket = await secure(listening.port, { ...caller, ...(session && { session }) });
    const isReused = socket.isSessionReused();
    let kept = socket.getSession();
    socket.on('session', (newer) => (kept = newer));
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    if ((await textOf(socket)) === '') throw new Error('cut off');
    return { session: kept!, isReused };
  };
  const { session } = await begin();
  expect((await begin(session)).isReused).toBe(true);
  using other = createAuthority();
  copyFileSync(other.authority, file);
  listening.renew(await readPemTexts(listener));
  await expect(begin(session)).rejects.toThrow();
});

test.each([
  ['certificate', 'no certificate'],
  ['key', 'no key'],
  ['authority', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ['authority', 'nobody is trusted'],
])('a %s that cannot be read is refused, and so is %j', async (what, text) => {
  const files = { ...authority.sign('bad.example'), authority: join(authority.folder, 'clients.pem') };
  copyFileSync(authority.authority, files.authority);
  const tls = { certificates: [files], clients: { mode: 'require' as const, authority: files.authority } };
  const listener = { ...limits, ...here, tls };
  expect(await readPemTexts(listener)).toHaveLength(1);
  for (const damage of [
    () => writeFileSync(files[what as keyof typeof files], text),
    () => rmSync(files[what as keyof typeof files]),
  ]) {
    damage();
    const refused = readPemTexts(listener);
    await expect(refused).rejects.toMatchObject({ code: 'GATEWAY_CERTIFICATE_INVALID' });
    await expect(refused).rejects.not.toThrow(text);
  }
});

test('HTTP/2 is chosen over TLS and goes to the same routes, with a body and repeated headers', async () => {
  const session = connectHttp2(`https://127.0.0.1:${tls}`, { ca: pem(authority.authority), servername: 'a.example' });
  const stream = session.request({ ':method': 'POST', ':path': '/h2', cookie: ['a=1', 'b=2'] });
  stream.end('body');
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(headers).toMatchObject({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] });
  expect(headers).not.toHaveProperty('connection');
  expect(await textOf(stream)).toBe('POST /h2 body');
  expect(header('cookie')).toBe('a=1; b=2');
  expect(header('x-forwarded-proto')).toBe('https');
  expect(header('x-forwarded-host')).toBe(`a.example:${tls}`);
  session.close();
});

test('HTTP/2 without TLS is spoken where it is allowed, beside HTTP/1.1', async () => {
  const session = connectHttp2(`http://127.0.0.1:${h2c}`);
  const stream = session.request({ ':path': '/prior' });
  expect(await textOf(stream)).toBe('GET /prior ');
  session.close();
  const socket = await tcp(h2c);
  // One byte at a time, and a method that begins like the preface.
  for (const byte of 'PUT /one HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n') socket.write(byte);
  expect(await textOf(socket)).toContain('PUT /one');
});

test('a name of the host beside another authority is refused over HTTP/2', async () => {
  const session = connectHttp2(`http://127.0.0.1:${h2c}`);
  const stream = session.request({ ':path': '/', ':authority': 'a.example', host: 'b.example' });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(headers[':status']).toBe(400);
  session.destroy();
});

test('paths that are dangerous, and CONNECT, are refused over HTTP/2 as well', async () => {
  const session = connectHttp2(`http://127.0.0.1:${h2c}`);
  for (const head of [{ ':path': '/a/../b' }, { ':method': 'CONNECT', ':authority': 'a:1' }]) {
    const stream = session.request(head);
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(400);
    stream.close();
  }
  session.destroy();
});

test('a PROXY header names the caller, before TLS as well', async () => {
  const version1 = 'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\n';
  const socket = await tcp(proxied);
  socket.write(version1);
  expect(await askWho(socket)).toMatchObject({ client: '203.0.113.7', scheme: 'http' });
  const together = await tcp(proxied);
  together.write(`${version1}GET /who HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  expect(await textOf(together)).toContain('203.0.113.7');
  const raw = await tcp(proxiedTls);
  raw.write(version1);
  const over = connectTls({ socket: raw, ca: pem(authority.authority), servername: 'a.example' });
  expect(await askWho(over)).toMatchObject({ client: '203.0.113.7', scheme: 'https' });
});

test('a connection without a PROXY header, or from an address that may not send it, is closed', async () => {
  const without = await tcp(proxied);
  without.write('GET /who HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(await textOf(without)).toBe('');
  const stranger = await tcp(gateway.ports.at(-1)!);
  stranger.on('error', () => undefined);
  stranger.write('PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\nGET /who HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(await textOf(stranger)).toBe('');
});

test('a connection that stops in the middle of its PROXY header, its preface or its handshake is closed', async () => {
  const begun = performance.now();
  const starts = [
    [proxied, 'PROXY TC'],
    [h2c, 'PRI * HT'],
    [tls, '\x16\x03'],
  ] as const;
  await Promise.all(
    starts.map(async ([port, text]) => {
      const socket = await tcp(port);
      socket.write(text, 'latin1');
      await textOf(socket);
    }),
  );
  expect(performance.now() - begun).toBeLessThan(3_000);
});

function header(name: string): string | undefined {
  const raw = up.seen.at(-1)!.rawHeaders;
  const at = raw.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
  return at === -1 ? undefined : raw[at + 1];
}

async function tcp(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function secure(port: number, options: object): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function askWho(socket: Socket): Promise<unknown> {
  socket.write('GET /who HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  const text = await textOf(socket);
  if (text === '') throw new Error('no answer');
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
}

async function textOf(source: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of source) text += piece;
  return text;
}
