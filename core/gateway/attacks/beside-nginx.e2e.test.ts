import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { route, startGateway, startUpstream, type TestUpstream, upstream } from '../gateway.fixture.ts';
import type { Gateway } from '../open-gateway.ts';
import { exchangeRaw } from './raw.fixture.ts';

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;

let up: TestUpstream;
let gateway: Gateway;
let nginx: { readonly child: ChildProcess; readonly port: number; readonly folder: string } | undefined;
/** Bodies as the upstream got them. */
const bodies: string[] = [];

beforeAll(async () => {
  if (!hasNginx) return;
  up = await startUpstream((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      bodies.push(String(Buffer.concat(pieces)));
      const status = Number(/\/status\/(\d+)/.exec(request.url!)?.[1] ?? 200);
      response.writeHead(status, {
        'content-type': 'text/plain',
        'set-cookie': ['a=1', 'b=2'],
        'x-utf8': 'gr\xfc\xdfe',
        etag: '"x"',
        connection: 'x-own',
        'x-own': 'of the connection',
      });
      response.end(status === 204 || status === 304 ? undefined : 'the body');
    });
  });
  gateway = await startGateway({ routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [up.port])] });
  nginx = await startNginx(up.port);
});

afterAll(async () => {
  if (nginx === undefined) return;
  nginx.child.kill('SIGKILL');
  rmSync(nginx.folder, { recursive: true, force: true });
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
});

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}\r\n`;

test.skipIf(!hasNginx).each([
  ['a plain request', get('/a/b?c=d&e=%20f')],
  ['encoded signs in path and query', get('/a%20b/%C3%BC?x=%2F&y=a+b')],
  ['repeated headers', get('/', 'X-A: 1\r\nX-B: 2\r\nX-A: 3\r\nAccept: */*\r\n')],
  ['an empty header', get('/', 'X-Empty:\r\n')],
  ['spaces around a value', get('/', 'X-A: \t b c \t\r\n')],
  ['several cookies', get('/', 'Cookie: a=1; b=2\r\n')],
  ['headers of the connection', get('/', 'Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n')],
  ['HEAD', 'HEAD /x HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  ['OPTIONS', 'OPTIONS /x HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  ['a body with a length', 'POST /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nabcde'],
  [
    'a body in pieces',
    'PUT /x HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
  ],
  ['DELETE with a body', 'DELETE /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nab'],
  ['POST without a body', 'POST /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n'],
  ['204', get('/status/204')],
  ['304', get('/status/304')],
  ['404', get('/status/404')],
  ['503', get('/status/503')],
])('%s looks the same through the gateway and through nginx', async (_what, text) => {
  const through = async (port: number) => {
    up.seen.length = 0;
    bodies.length = 0;
    const answer = await exchangeRaw(port, text);
    const [head = '', body = ''] = answer.text.split('\r\n\r\n');
    const { method, url, rawHeaders } = up.seen[0]!;
    return {
      upstream: { method, url, headers: pairs(rawHeaders), body: bodies[0] },
      caller: { status: answer.status, headers: pairs(head.split('\r\n').slice(1).flatMap(halves)), body: plain(body) },
    };
  };
  expect(await through(gateway.port)).toEqual(await through(nginx!.port));
});

/** What a proxy says for itself, and how the last hop is framed, may differ. */
const OWN =
  /^(?:host|connection|keep-alive|proxy-connection|server|date|transfer-encoding|content-length|x-forwarded-.*|x-own)$/;

function pairs(raw: readonly string[]): string[] {
  const all: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (!OWN.test(name)) all.push(`${name}: ${raw[at + 1]}`);
  }
  return all.toSorted();
}

function halves(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** Without the framing of chunks. */
function plain(body: string): string {
  return body.replaceAll(/^[0-9a-f]+\r\n|\r\n[0-9a-f]*$|\r\n0$/g, '');
}

async function startNginx(to: number) {
  const folder = mkdtempSync(join(tmpdir(), 'beside-nginx-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 64; }
http { access_log off; ${places.join(' ')}
server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${to}; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries += 1) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) return { child, port, folder };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nginx does not listen');
}
