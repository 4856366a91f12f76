import { testClock } from '@backplane/sdk/testing';
import { SILENT, startGateway } from '../../gateway.fixture.ts';
import { registryBoard } from '../../services/registry-board.fixture.ts';
import { GatewayUpkeep } from '../../upkeep.ts';
import { importOcelot, type OcelotImportOptions } from '../import-ocelot.ts';
import { exchange, type Seen, startServices } from './gateway-under-test.fixture.ts';
import { policiesUnderTest, SCHEMES } from './policies-under-test.fixture.ts';

/** A gateway with a file for dynamic routing, a Consul, and two services, `A` and `B`, that nobody has registered yet. */
export async function startDynamic(
  global: Readonly<Record<string, unknown>> = {},
  dynamicRoutes: readonly unknown[] = [],
  options: OcelotImportOptions = {},
) {
  const clock = testClock();
  const consul = await registryBoard('acl-token');
  const services = await startServices(({ at, method, url }) => ({ body: `${at} ${method} ${url}` }));
  const file = {
    DynamicRoutes: dynamicRoutes,
    GlobalConfiguration: { DownstreamScheme: 'http', ServiceDiscoveryProvider: consul.provider, ...global },
  };
  const read = (text: object) =>
    importOcelot([{ name: 'ocelot.json', text: JSON.stringify(text) }], { schemes: SCHEMES, ...options }).model;
  type Find = Parameters<ConstructorParameters<typeof GatewayUpkeep>[0]['workers']['findServicesBy']>[0];
  let find: Find = async () => ({ is: 'busy', forMs: 0 });
  const model = read(file);
  const gateway = await startGateway(model, policiesUnderTest(clock), {
    findService: (upstream, named) => find(upstream, named),
  });
  const upkeep = new GatewayUpkeep({
    ...consul.plugins,
    log: SILENT,
    self: { host: '127.0.0.1', port: gateway.port },
    workers: {
      setTargets: (name, targets) => gateway.upstreams.setTargets(name, targets),
      setUnhealthy: (name, ids) => gateway.upstreams.setUnhealthy(name, ids),
      setService: (name, found) => gateway.services.tell(name, found),
      idleServices: async () => gateway.services.idle(),
      findServicesBy: (by) => {
        find = by;
      },
    },
  });
  await upkeep.follow(model);
  return {
    clock,
    consul,
    services,
    gateway,
    upkeep,
    seen: (): readonly Seen[] => services.seen,
    async reload(changed: object) {
      const next = read({ ...file, ...changed });
      await gateway.reload(next);
      await upkeep.follow(next);
    },
    register: (service: string, ...at: readonly ('A' | 'B')[]) =>
      consul.set(service, ...at.map((one) => services.portOf(one))),
    send: (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
      exchange(gateway.port, { send: `${method} ${path}`, headers }),
    async [Symbol.asyncDispose]() {
      await upkeep[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await services[Symbol.asyncDispose]();
      await consul[Symbol.asyncDispose]();
    },
  };
}
