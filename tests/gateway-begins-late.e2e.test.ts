import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { startUpstream } from '../core/gateway/gateway.fixture.ts';
import { createAuthority, pem } from '../core/gateway/listener/certificate.fixture.ts';
import { freePort } from '../core/gateway/worker/free-port.ts';
import { HostHome, type HostProcess } from './host-process.fixture.ts';

const status = async (host: HostProcess) => (await host.api('GET', '/gateway')).body;
const degraded = async (host: HostProcess) => (await host.readyz()).body.degraded;

test('a gateway that begins late on a port that is taken says so once, tries again, and serves when the port is free', async () => {
  await using up = await startUpstream((_request, response) => response.end('up'));
  await using other = await startUpstream((_request, response) => response.end('somebody else'));
  await using home = new HostHome({
    'config/backplane.yaml': `gateway: { port: ${other.port}, workers: 1, drainSeconds: 1 }\n`,
  });
  const host = await home.start();
  expect(await degraded(host)).toEqual([]);

  home.write('config/gateway/routes.yaml', `routes: [{ path: /a, to: 'http://127.0.0.1:${up.port}' }]\n`);
  await expect
    .poll(() => degraded(host), { timeout: 15_000 })
    .toEqual(['gateway: it cannot listen and tries again (SERVER_PORT_IN_USE)']);
  const first = await status(host);
  expect(first).toMatchObject({ state: 'failed', lastReload: { problems: [{ code: 'SERVER_PORT_IN_USE' }] } });
  expect(Date.parse(first.retryAt)).toBeGreaterThan(Date.now() - 1_000);
  const routes = await host.api('GET', '/gateway/routes');
  expect(JSON.stringify(routes.body)).toContain('it cannot listen and tries again');

  await expect
    .poll(async () => Date.parse((await status(host)).lastReload.at) > Date.parse(first.retryAt), { timeout: 15_000 })
    .toBe(true);
  const told = () => host.stderr.match(/the gateway cannot listen as told/g)?.length;
  expect(told()).toBe(1);

  await other[Symbol.asyncDispose]();
  const url = `http://127.0.0.1:${other.port}/a`;
  await expect
    .poll(
      () =>
        fetch(url).then(
          (answer) => answer.text(),
          () => '',
        ),
      { timeout: 30_000 },
    )
    .toBe('up');
  await expect.poll(() => degraded(host)).toEqual([]);
  expect(await status(host)).toMatchObject({ state: 'serving', lastReload: { outcome: 'applied' } });
  expect(await status(host)).not.toHaveProperty('retryAt');
  expect(told()).toBe(1);
}, 90_000);

test('a gateway whose certificate is not there yet keeps nothing else from starting, and begins when it is', async () => {
  using authority = createAuthority();
  const port = await freePort('127.0.0.1');
  const { certificate, key } = authority.sign('a.example');
  const tls = { certificates: [{ certificate: 'edge.pem', key }] };
  await using home = new HostHome({
    'config/backplane.yaml': JSON.stringify({ gateway: { port, workers: 1, tls } }),
    'config/gateway/routes.yaml': 'routes: []\n',
  });
  const host = await home.start();
  expect(host.note.gatewayUrl).toBeNull();
  expect(await degraded(host)).toEqual(['gateway: it cannot listen and tries again (GATEWAY_CERTIFICATE_INVALID)']);
  expect((await status(host)).lastReload.problems[0].message).toContain(join(home.path, 'config/edge.pem'));
  home.write('config/edge.pem', pem(certificate));
  await expect.poll(async () => (await status(host)).state, { timeout: 30_000 }).toBe('serving');
  const socket = connect({ host: '127.0.0.1', port, servername: 'a.example', ca: pem(authority.authority) });
  await once(socket, 'secureConnect');
  socket.destroy();
  expect(await degraded(host)).toEqual([]);
}, 60_000);

test('a gateway whose only file is taken away again no longer wants the port', async () => {
  await using other = await startUpstream((_request, response) => response.end('somebody else'));
  await using home = new HostHome({ 'config/backplane.yaml': `gateway: { port: ${other.port}, workers: 1 }\n` });
  const host = await home.start();
  home.write('config/gateway/routes.yaml', 'routes: []\n');
  await expect.poll(() => degraded(host), { timeout: 15_000 }).toHaveLength(1);
  home.remove('config/gateway/routes.yaml');
  await expect.poll(() => degraded(host), { timeout: 15_000 }).toEqual([]);
  expect(await status(host)).toMatchObject({ state: 'waiting' });
}, 60_000);
