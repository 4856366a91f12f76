import { connect } from 'node:net';
import { defineGatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { z } from 'zod';
import {
  policySource,
  route,
  startGateway,
  startUpstream,
  type TestUpstream,
  upstream,
  use,
} from '../core/gateway/gateway.fixture.ts';
import { EMPTY_MODEL } from '../core/gateway/model/gateway-model.ts';
import { createPromMeters } from '../core/gateway/worker/prom-meters.ts';
import { metrics } from '../plugins/policies/metrics/metrics.ts';
import { HostHome } from './host-process.fixture.ts';

const refuse = defineGatewayPolicy({
  name: 'refuse',
  title: 'Refuse',
  summary: 'Refuses.',
  config: z.object({}),
  phases: ['admit'],
  onFailure: 'closed',
  create: () => ({ admit: async () => ({ status: 403 }) }),
});

/** A gateway whose route `it` is counted, and how many requests it has at the moment. */
async function counting(up: Pick<TestUpstream, 'port'>, ...others: readonly string[]) {
  const meters = createPromMeters();
  const uses = [use('metrics', metrics.config.parse({})), ...others.map((name) => use(name))];
  const model = {
    routes: [route('it', '/{rest*}', { policies: uses })],
    upstreams: [upstream('up', [up.port])],
  };
  const gateway = await startGateway(model, [], { policies: policySource([metrics, refuse], meters) });
  return {
    gateway,
    model: { ...EMPTY_MODEL, ...model },
    url: gateway.url,
    async inFlight() {
      const all = (await meters.json()) as { name: string; values: { value: number }[] }[];
      return all.find(({ name }) => name === 'gateway_requests_in_flight')?.values[0]?.value;
    },
    async seconds() {
      const all = (await meters.json()) as { name: string; values: { metricName: string; value: number }[] }[];
      const { values = [] } = all.find(({ name }) => name === 'gateway_request_duration') ?? {};
      return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value;
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

test('a request whose caller leaves is in flight no more', async () => {
  await using up = await startUpstream(() => undefined);
  await using it = await counting(up);
  const leaving = new AbortController();
  const sent = fetch(it.url, { signal: leaving.signal }).catch(() => 'left');
  await expect.poll(it.inFlight).toBe(1);
  leaving.abort();
  expect(await sent).toBe('left');
  await expect.poll(it.inFlight).toBe(0);
});

test('what a policy refuses, what fails, and what breaks off half-way are in flight no more', async () => {
  await using refusing = await counting({ port: 1 }, 'refuse');
  expect((await fetch(refusing.url)).status).toBe(403);
  await expect.poll(refusing.inFlight).toBe(0);

  await using failing = await counting({ port: 1 });
  expect((await fetch(failing.url)).status).toBe(502);
  await expect.poll(failing.inFlight).toBe(0);

  await using up = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  });
  await using breaking = await counting(up);
  const answer = await fetch(breaking.url);
  await expect.poll(breaking.inFlight).toBe(1);
  await expect(answer.text()).rejects.toThrow();
  await expect.poll(breaking.inFlight).toBe(0);
  expect(await breaking.seconds()).toBe(1);
});

test('a WebSocket is in flight as long as it is open, and one that is refused is not', async () => {
  await using up = await startUpstream((_request, response) => response.end());
  const server = new WebSocketServer({ noServer: true });
  up.server.on('upgrade', (request, socket, head) => {
    if (request.url === '/no') socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    else server.handleUpgrade(request, socket, head, () => undefined);
  });
  await using it = await counting(up);
  const open = new WebSocket(`ws://127.0.0.1:${it.gateway.port}/`);
  await new Promise((resolve) => open.once('open', resolve));
  expect(await it.inFlight()).toBe(1);
  open.close();
  await expect.poll(it.inFlight).toBe(0);

  const no = new WebSocket(`ws://127.0.0.1:${it.gateway.port}/no`);
  await new Promise((resolve) => no.once('error', resolve));
  await expect.poll(it.seconds).toBe(2);
  expect(await it.inFlight()).toBe(0);
});

test('a WebSocket whose caller vanishes without a word is in flight no more', async () => {
  await using up = await startUpstream((_request, response) => response.end());
  new WebSocketServer({ server: up.server });
  await using it = await counting(up);
  const open = new WebSocket(`ws://127.0.0.1:${it.gateway.port}/`);
  await new Promise((resolve) => open.once('open', resolve));
  open.terminate();
  await expect.poll(it.inFlight).toBe(0);
});

test('requests of a configuration that was replaced are counted with those of the new one', async () => {
  const waiting: (() => void)[] = [];
  await using up = await startUpstream((_request, response) => waiting.push(() => response.end('done')));
  await using it = await counting(up);
  const before = fetch(it.url);
  await expect.poll(it.inFlight).toBe(1);
  const anew = use('metrics', metrics.config.parse({ buckets: [1] }));
  await it.gateway.reload({ ...it.model, routes: [route('it', '/{rest*}', { policies: [anew] })] });
  const after = fetch(it.url);
  await expect.poll(it.inFlight).toBe(2);
  for (const end of waiting) end();
  await Promise.all([before, after]);
  await expect.poll(it.inFlight).toBe(0);
});

test('the host shows the requests of all its workers together', async () => {
  const waiting: (() => void)[] = [];
  await using up = await startUpstream((_request, response) => waiting.push(() => response.end('done')));
  await using home = new HostHome({
    'config/backplane.yaml': 'gateway: { port: 0, workers: 2 }\n',
    'config/gateway/routes.yaml': `policies: [metrics]\nroutes: [{ id: slow, path: '/{rest*}', to: 'http://127.0.0.1:${up.port}' }]\n`,
  });
  const host = await home.start();
  const inFlight = async () => {
    const page = await (await fetch(`${host.note.url}/metrics`)).text();
    return /^gateway_requests_in_flight\{route="slow"\} (\d+)$/m.exec(page)?.[1];
  };
  const port = Number(new URL(host.note.gatewayUrl!).port);
  // A connection each, so that both workers get some.
  const sockets = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').resume());
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nhost: it\r\n\r\n');
  await expect.poll(inFlight, { timeout: 10_000 }).toBe('6');
  sockets[0]!.destroy();
  await expect.poll(inFlight, { timeout: 10_000 }).toBe('5');
  for (const end of waiting) end();
  await expect.poll(inFlight, { timeout: 10_000 }).toBe('0');
  for (const socket of sockets) socket.destroy();
}, 60_000);
