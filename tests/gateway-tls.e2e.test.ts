import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUpstream, type TestUpstream } from '../core/gateway/gateway.fixture.ts';
import { createAuthority, pem, type TestAuthority } from '../core/gateway/listener/certificate.fixture.ts';
import { freePort } from '../core/gateway/worker/free-port.ts';
import { checkout, HostHome, type HostProcess } from './host-process.fixture.ts';

/** One host whose gateway has TLS, with two workers. The tests build on each other. */
let authority: TestAuthority;
let home: HostHome;
let host: HostProcess;
let up: TestUpstream;
/** Asks for certificates of callers; requires them. */
let port: number;
let strict: number;

const routes = (more = '') => `authentication: { Cert: { type: mtls, identity: common-name } }
upstreams: { up: { targets: ['http://127.0.0.1:${up.port}'] } }
routes:
  - { path: '/open/{rest*}', to: up }
  - { path: /mine, to: up, authenticate: [Cert], policies: [{ claims: { headers: { X-Caller: sub } } }] }
${more}`;

beforeAll(async () => {
  authority = createAuthority();
  up = await startUpstream((message, response) => response.end(`${message.url} ${message.headers['x-caller'] ?? '-'}`));
  [port, strict] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const certificates = [authority.sign('a.example'), authority.sign('b.example')];
  const tls = (mode: string) => ({ certificates, clients: { mode, authority: authority.authority } });
  const gateway = { port, workers: 2, drainSeconds: 2, tls: tls('request') };
  home = new HostHome();
  const also = [{ host: '127.0.0.1', port: strict, tls: tls('require') }];
  home.write('config/backplane.yaml', JSON.stringify({ gateway: { ...gateway, also } }));
  home.write('config/gateway/routes.yaml', routes());
  host = await home.start();
}, 60_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await up?.[Symbol.asyncDispose]();
  authority?.[Symbol.dispose]();
});

/** A connection on which the authority is checked. */
async function open(options: object = {}, to = port): Promise<TLSSocket> {
  const socket = connect({
    ...{ host: '127.0.0.1', port: to, ca: pem(authority.authority), checkServerIdentity: () => undefined },
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** Whose certificate a caller gets that asks for this name; '' asks for none. */
async function shown(servername = ''): Promise<string> {
  const socket = await open(servername === '' ? {} : { servername });
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

/** The statuses and bodies that workers give: by one of them each. */
const ask = (path: string, agent: Agent, at = port) =>
  new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request(
      { agent, host: '127.0.0.1', port: at, path, headers: { host: 'a.example' } },
      async (reply) => {
        let text = '';
        for await (const piece of reply) text += piece;
        resolve({ status: reply.statusCode!, text });
      },
    );
    sent.on('error', reject).end();
  });
const agentOf = (more: object = {}) =>
  new Agent({ keepAlive: true, maxSockets: 1, ca: pem(authority.authority), servername: 'a.example', ...more });

function askHttp2(session: ClientHttp2Session, path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  session
    .request({ ':path': path })
    .setEncoding('utf8')
    .on('data', (piece) => (text += piece))
    .on('end', () => resolve(text))
    .on('error', reject);
  return promise;
}

/** Asked so often that both workers are met. */
const everywhere = async (name: string) => [
  ...new Set(await Promise.all(Array.from({ length: 10 }, () => shown(name)))),
];

const degraded = async () => (await host.readyz()).body.degraded;

test('callers get the certificate of the name that they ask for, over HTTP/1.1 and HTTP/2', async () => {
  expect(host.note.gatewayUrl).toBe(`https://127.0.0.1:${port}`);
  expect([await shown('a.example'), await shown('b.example'), await shown()]).toEqual([
    'a.example',
    'b.example',
    'a.example',
  ]);
  using agent = disposable(agentOf());
  expect(await ask('/open/1', agent.it)).toEqual({ status: 200, text: '/open/1 -' });
  const session = connectHttp2('https://b.example', {
    createConnection: () =>
      connect({
        host: '127.0.0.1',
        port,
        servername: 'b.example',
        ca: pem(authority.authority),
        ALPNProtocols: ['h2'],
      }),
  });
  expect(await Promise.all([askHttp2(session, '/open/2'), askHttp2(session, '/open/3')])).toEqual([
    '/open/2 -',
    '/open/3 -',
  ]);
  session.destroy();
});

test('who shows a certificate is known to the policies; who shows none, or a stranger, is not', async () => {
  const { certificate, key } = authority.sign('orders');
  using known = disposable(agentOf({ cert: pem(certificate), key: pem(key) }));
  using nobody = disposable(agentOf());
  using other = createAuthority();
  const strange = other.sign('orders');
  using stranger = disposable(agentOf({ cert: pem(strange.certificate), key: pem(strange.key) }));
  expect(await ask('/mine', known.it)).toEqual({ status: 200, text: '/mine orders' });
  const shown = { cert: pem(certificate), key: pem(key), ca: pem(authority.authority), servername: 'a.example' };
  const session = connectHttp2('https://a.example', {
    createConnection: () => connect({ host: '127.0.0.1', port, ...shown, ALPNProtocols: ['h2'] }),
  });
  expect(await askHttp2(session, '/mine')).toBe('/mine orders');
  session.destroy();
  expect((await ask('/mine', nobody.it)).status).toBe(401);
  expect((await ask('/mine', stranger.it)).status).toBe(401);
  expect((await ask('/open/1', nobody.it)).status).toBe(200);
  expect((await ask('/mine', known.it, strict)).text).toBe('/mine orders');
  await expect(ask('/open/1', nobody.it, strict)).rejects.toThrow();
  await expect(ask('/open/1', stranger.it, strict)).rejects.toThrow();
});

test('a certificate that is renewed on disk is shown by all workers, and no connection is lost over it', async () => {
  using agent = disposable(agentOf());
  const old = await open({ servername: 'a.example', ALPNProtocols: ['h2'] });
  const session = connectHttp2('https://a.example', { createConnection: () => old });
  let closed = false;
  old.once('close', () => (closed = true));
  const before = await ask('/open/1', agent.it);
  const [socket] = Object.values(agent.it.freeSockets)[0]!;
  authority.sign('renewed.example', 'a.example');
  await expect.poll(() => everywhere(''), { timeout: 15_000 }).toEqual(['renewed.example']);
  expect(await everywhere('renewed.example')).toEqual(['renewed.example']);
  expect(await everywhere('b.example')).toEqual(['b.example']);
  expect(await ask('/open/1', agent.it)).toEqual(before);
  expect(Object.values(agent.it.freeSockets)[0]![0]).toBe(socket);
  expect([await askHttp2(session, '/open/9'), closed]).toEqual(['/open/9 -', false]);
  session.destroy();
  await expect.poll(() => host.stderr).toContain('its certificates');
});

/** At once, so that the host never reads half of it. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

test('a reload is told of a certificate that cannot be served, and the one before goes on, also in new workers', async () => {
  const file = `${authority.folder}/b.example.pem`;
  const good = readFileSync(file, 'utf8');
  replaceFile(file, `${good.slice(0, 200)}\n-----END CERTIFICATE-----\n`);
  const { body } = await host.api('POST', '/gateway/reload');
  expect(body).toMatchObject({
    outcome: 'refused',
    problems: [{ code: 'GATEWAY_CERTIFICATE_INVALID', message: expect.stringContaining(file) }],
  });
  expect(await degraded()).toEqual(['gateway: a certificate that has changed cannot be served; the one before is']);
  expect(await everywhere('b.example')).toEqual(['b.example']);
  const check = spawnSync(
    process.execPath,
    ['core/main.ts', 'gateway', 'check', '--config', join(home.path, 'config')],
    {
      cwd: checkout,
      encoding: 'utf8',
    },
  );
  expect([check.status, check.stdout + check.stderr]).toEqual([
    0,
    expect.stringMatching(/warning GATEWAY_CERTIFICATE_INVALID: .*b\.example\.pem/),
  ]);

  const pids = workersOf(host);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await expect.poll(() => workersOf(host).filter((pid) => !pids.includes(pid)).length, { timeout: 15_000 }).toBe(2);
  await expect.poll(() => everywhere('b.example').catch(() => []), { timeout: 15_000 }).toEqual(['b.example']);

  replaceFile(file, good);
  expect((await host.api('POST', '/gateway/reload')).body.outcome).not.toBe('refused');
  await expect.poll(degraded, { timeout: 15_000 }).toEqual([]);
  expect(host.stderr.match(/cannot listen as told/g)).toHaveLength(1);
});

test('callers whose authority is taken away do not come in any more', async () => {
  using other = createAuthority();
  const { certificate, key } = authority.sign('orders');
  const mine = { cert: pem(certificate), key: pem(key) };
  const trusted = pem(authority.authority);
  const asked = async (to: number) => {
    using agent = disposable(agentOf({ ...mine, ca: trusted, checkServerIdentity: () => undefined }));
    return await ask('/mine', agent.it, to).then(
      ({ status }) => status,
      () => 'cut off',
    );
  };
  expect([await asked(port), await asked(strict)]).toEqual([200, 200]);
  writeFileSync(authority.authority, pem(other.authority));
  expect((await host.api('POST', '/gateway/reload')).body.outcome).toBe('applied');
  expect([await asked(port), await asked(strict)]).toEqual([401, 'cut off']);
});

test('a private key stands in no log and no answer', async () => {
  const secret = pem(`${authority.folder}/b.example.key`).split('\n')[1]!;
  expect(host.stderr).not.toContain(secret);
  expect(JSON.stringify((await host.api('GET', '/gateway')).body)).not.toContain(secret);
});

function disposable(agent: Agent): { readonly it: Agent } & Disposable {
  return { it: agent, [Symbol.dispose]: () => agent.destroy() };
}

function workersOf({ child }: HostProcess): number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return text
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('gateway/worker/main.ts'));
}
