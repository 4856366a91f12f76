import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { SILENT } from '../gateway.fixture.ts';
import type { AllPemTexts } from '../listener/pem-texts.ts';
import type { GatewayUpkeep, UpkeepState } from '../upkeep.ts';
import type { GatewayWorkers } from '../worker/gateway-workers.ts';
import type { PolicyPlugin } from '../worker/worker-contract.ts';
import { LiveGateway } from './live-gateway.ts';
import type { Bringing } from './names-twice.ts';

const home = mkdtempSync(join(tmpdir(), 'live-gateway-'));
afterAll(() => rmSync(home, { recursive: true }));

const policyPlugin = (id: string, ...policies: readonly string[]): PolicyPlugin => ({
  ...{ id, version: '1.0.0', folder: `/${id}`, entry: `/${id}/index.ts` },
  policies,
});

/** A gateway of one file, whose workers take whatever is not said to be refused. */
function gatewayOf(name: string) {
  const folder = join(home, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'routes.yaml'), `routes: [{ path: /a, to: 'http://a' }]`);
  const world = {
    plugins: [] as readonly PolicyPlugin[],
    registries: [] as readonly Bringing[],
    secret: 'sesame',
    certificates: async (): Promise<AllPemTexts> => [],
    state: { feeds: [], checks: new Map(), registrations: [] } as UpkeepState,
    refuses: false,
    warnings: [] as unknown[],
  };
  const workers = {
    pids: [1],
    port: 8_088,
    apply: async () => {
      if (world.refuses) throw new Error('a policy does not load');
    },
    async [Symbol.asyncDispose]() {},
  };
  const upkeep = { follow: async () => undefined, state: () => world.state, async [Symbol.asyncDispose]() {} };
  const gateway = new LiveGateway({
    ...{ folder, begins: 'with files', environment: {}, workers: 1, urlOf: () => 'http://gateway' },
    log: { ...SILENT, warn: (_, fields) => void world.warnings.push(fields) },
    plugins: () => world.plugins,
    registries: () => world.registries,
    readSecret: async () => ({ TOKEN: world.secret }),
    certificateFiles: [],
    readCertificates: () => world.certificates(),
    start: async () => workers as unknown as GatewayWorkers,
    upkeepFor: async () => upkeep as unknown as GatewayUpkeep,
  });
  return { gateway, world, folder };
}

test('the state says what registries tell and what is announced to them', async () => {
  const { gateway, world } = gatewayOf('states');
  expect(gateway.status()).toMatchObject({ feeds: [], registrations: [] });
  await using _ = gateway;
  await gateway.begin();
  const feed = { upstream: 'orders', use: 'consul', service: 'orders', targets: 2, heardAt: 5 };
  const registrations = [{ id: 'edge-1', service: 'edge', isRegistered: true }];
  world.state = { ...world.state, feeds: [feed], registrations };
  expect(gateway.status()).toMatchObject({ state: 'serving', feeds: [feed], registrations });
});

test('a secret that a registry repeats is not told', async () => {
  const { gateway, world, folder } = gatewayOf('masked');
  writeFileSync(
    join(folder, 'routes.yaml'),
    `upstreams: { a: { discovery: { use: consul, service: a, config: { token: 'secret:door.TOKEN' } } } }
routes: [{ path: /a, to: a }]`,
  );
  await using _ = gateway;
  await gateway.begin();
  const stale = 'the token sesame is not known';
  world.state = { ...world.state, feeds: [{ upstream: 'a', use: 'consul', service: 'a', targets: 0, stale }] };
  expect(gateway.status().feeds[0]!.stale).toMatch(/^the token (?!sesame).* is not known$/);
});

test('two plugins that bring a policy or a service discovery of one name are a problem that is told once', async () => {
  const { gateway, world } = gatewayOf('twice');
  world.plugins = [policyPlugin('first', 'limit', 'log'), policyPlugin('second', 'limit')];
  await using _ = gateway;
  await gateway.begin();
  const codes = () => gateway.status().lastReload!.problems.map(({ code, severity }) => `${severity} ${code}`);
  expect(gateway.status()).toMatchObject({ state: 'serving', lastReload: { outcome: 'applied' } });
  expect(codes()).toEqual(['warning GATEWAY_PLUGIN_NAME_TAKEN']);
  expect(gateway.status().lastReload!.problems[0]!.message).toContain('the one of first is used');
  world.registries = [
    { id: 'discovery-consul', names: ['consul'] },
    { id: 'own', names: ['consul'] },
  ];
  for (const _again of [1, 2]) await gateway.reload('asked');
  expect(codes()).toHaveLength(2);
  expect(world.warnings).toHaveLength(3);
  world.plugins = [policyPlugin('first', 'limit', 'log')];
  world.registries = [];
  await gateway.reload('asked');
  expect(codes()).toEqual([]);
});

test('plugins whose edits were refused do not count as those that the workers run', async () => {
  const { gateway, world } = gatewayOf('refused');
  world.plugins = [policyPlugin('good', 'limit')];
  await using _ = gateway;
  await gateway.begin();
  world.refuses = true;
  for (const id of ['broken', 'broken-again']) {
    world.plugins = [policyPlugin(id, 'limit')];
    expect((await gateway.reload('asked')).outcome).toBe('refused');
  }
  expect(gateway.plugins.map(({ id }) => id)).toEqual(['good']);
});

test('a gateway without a certificate that can be served waits for one, and begins by itself', async () => {
  const { gateway, world } = gatewayOf('uncertified');
  const good = world.certificates;
  world.certificates = () => Promise.reject(raise.GATEWAY_CERTIFICATE_INVALID({ file: 'a.pem', cause: 'ENOENT' }));
  await using _ = gateway;
  await gateway.begin();
  expect(gateway.status()).toMatchObject({
    state: 'failed',
    retryAt: expect.any(String),
    lastReload: { problems: [{ code: 'GATEWAY_CERTIFICATE_INVALID' }] },
  });
  expect(() => gateway.workers).toThrow('tries again');
  world.certificates = good;
  await expect.poll(() => gateway.status().state, { timeout: 5_000 }).toBe('serving');
  expect(gateway.status()).not.toHaveProperty('retryAt');
});
