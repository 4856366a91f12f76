import { defineServiceDiscovery } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ContributionBoard, type MountOwner } from '../plugins/contributions/contribution-board.ts';
import { PLACE, SILENT, startUpstream, upstream } from './gateway.fixture.ts';
import { EMPTY_MODEL } from './model/gateway-model.ts';
import { services } from './services/services.fixture.ts';
import { GatewayUpkeep, type UpkeepOptions } from './upkeep.ts';

test('targets of a registry go to the workers and are checked; registrations end with the gateway', async () => {
  await using ill = await startUpstream((_, response) => response.writeHead(500).end());
  const registered: string[] = [];
  const board = new ContributionBoard();
  const list = defineServiceDiscovery({
    name: 'list',
    title: 'List',
    summary: 'A list.',
    config: z.strictObject({}),
    open: () => ({
      resolve: async () => [{ id: 'a', host: '127.0.0.1', port: ill.port }],
      register: async ({ id }) => void registered.push(`+${id}`),
      deregister: async (id) => void registered.push(`-${id}`),
    }),
  });
  const owner = { id: 'lists', log: SILENT, signal: new AbortController().signal, ports: {} };
  board.post(owner as unknown as MountOwner, [{ kind: 'service-discovery', value: { ...list, uses: [] } as never }]);
  const told: string[] = [];
  const upkeep = new GatewayUpkeep({
    board,
    bring: async () => 'lists',
    log: SILENT,
    self: { host: '10.0.0.1', port: 8_088 },
    workers: {
      setTargets: (name, targets) => void told.push(`${name}: ${targets.map(({ port }) => port)}`),
      setUnhealthy: (name, ids) => void told.push(`${name} ill: ${ids}`),
      setService: () => undefined,
      idleServices: async () => new Map(),
      findServicesBy: () => undefined,
    },
  });
  const active = {
    path: '/',
    method: 'GET',
    everyMs: 20,
    timeoutMs: 500,
    healthyAfter: 1,
    unhealthyAfter: 1,
    statuses: [[200, 299]],
  } as const;
  const targets = {
    kind: 'discovery',
    use: 'list',
    config: {},
    service: 's',
    tags: [],
    scheme: 'http',
    pollMs: 1_000,
  } as const;
  const model = {
    ...EMPTY_MODEL,
    upstreams: [upstream('up', [], { targets, health: { active } })],
    registrations: [
      {
        place: PLACE,
        use: 'list',
        config: {},
        service: 'edge',
        scheme: 'http',
        weight: 1,
        tags: [],
        metadata: {},
      } as const,
    ],
  };
  await upkeep.follow(model);
  await expect.poll(() => told).toEqual([`up: ${ill.port}`, `up ill: http://127.0.0.1:${ill.port}`]);
  await expect.poll(() => registered).toEqual(['+edge-10.0.0.1-8088']);
  expect(upkeep.state().feeds).toMatchObject([{ upstream: 'up', targets: 1 }]);
  const well = { ...active, statuses: [[500, 500]] } as const;
  await upkeep.follow({ ...model, upstreams: [upstream('up', [], { targets, health: { active: well } })] });
  await expect.poll(() => told.at(-1)).toBe('up ill: ');
  await upkeep[Symbol.asyncDispose]();
  expect(registered).toEqual(['+edge-10.0.0.1-8088', '-edge-10.0.0.1-8088']);
});

test('services that requests name are checked like others, and what was known of them ends with them', async () => {
  await using ill = await startUpstream((_, response) => response.writeHead(500).end());
  const told: string[] = [];
  let find: Parameters<UpkeepOptions['workers']['findServicesBy']>[0] | undefined;
  const board = new ContributionBoard();
  const list = defineServiceDiscovery({
    name: 'list',
    title: 'List',
    summary: 'A list.',
    config: z.strictObject({}),
    open: () => ({ resolve: async () => [{ id: 'a', host: '127.0.0.1', port: ill.port }] }),
  });
  const owner = { id: 'lists', log: SILENT, signal: new AbortController().signal, ports: {} };
  board.post(owner as unknown as MountOwner, [{ kind: 'service-discovery', value: { ...list, uses: [] } as never }]);
  await using upkeep = new GatewayUpkeep({
    board,
    bring: async () => 'lists',
    log: SILENT,
    self: { host: '10.0.0.1', port: 8_088 },
    workers: {
      setTargets: () => undefined,
      setUnhealthy: (name, ids) => void told.push(`${name} ill: ${ids}`),
      setService: (name, found) => void told.push(`${name}: ${found?.targets.map(({ port }) => port) ?? 'gone'}`),
      idleServices: async () => new Map(),
      findServicesBy: (by) => {
        find = by;
      },
    },
  });
  const active = {
    ...{ path: '/', method: 'GET', everyMs: 20, timeoutMs: 500, healthyAfter: 1, unhealthyAfter: 1 },
    statuses: [[200, 299]],
  } as const;
  await upkeep.follow({ ...EMPTY_MODEL, upstreams: [services('any', {}, { health: { active } })] });
  expect(await find!('any', { service: 'orders', key: 'orders' })).toEqual({ is: 'found' });
  await expect.poll(() => told.at(-1)).toBe(`any/orders ill: http://127.0.0.1:${ill.port}`);
  expect(told[0]).toBe(`any/orders: ${ill.port}`);
  expect([...upkeep.state().checks.keys()]).toEqual(['any/orders']);
  await upkeep.follow(EMPTY_MODEL);
  expect([told.includes('any/orders: gone'), upkeep.state().feeds, upkeep.state().checks.size]).toEqual([true, [], 0]);
});
