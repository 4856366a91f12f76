import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import { DEFAULT_WORKSPACE } from '../../access/place.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { pemFiles } from '../../gateway/listener/listener-options.ts';
import { createGatewayOperations } from '../../gateway/operations/create-gateway-operations.ts';
import { LiveGateway, type LiveGatewayOptions } from '../../gateway/operations/live-gateway.ts';
import type { Foundation } from '../foundation.ts';
import { httpAddress } from '../http-address.ts';
import { TOKENS } from '../tokens.ts';
import { workflowsPort } from '../workflows-port.ts';
import type { HostGateway } from './host-gateway.ts';
import { credentialVerifier } from './verify-credential.ts';
import { workerCount, workerSettings } from './worker-settings.ts';

/** A gateway that has not begun yet: whoever only asks what it does may come before. */
export function createGateway(host: DependencyContainer, { loaded, configFolder, log }: Foundation): HostGateway {
  const { config } = loaded;
  const { gateway } = config;
  const settings = workerSettings(config, configFolder);
  const plugins = () => host.resolve(TOKENS.actions).plugins;
  const inUse = () => live.plugins;
  const options: LiveGatewayOptions = {
    folder: join(configFolder, 'gateway'),
    begins: begins(loaded),
    environment: process.env,
    log,
    workers: workerCount(gateway),
    plugins: () =>
      plugins()
        .bringing('gatewayPolicies')
        .map(({ names, ...module }) => ({ ...module, policies: names })),
    registries: () => plugins().bringing('serviceDiscoveries'),
    async readSecret(name) {
      return (await host.resolve(TOKENS.secretServices).locate(name, 'default', DEFAULT_WORKSPACE))?.values;
    },
    certificateFiles: pemFiles(settings.listener),
    async readCertificates() {
      const { readPemTexts } = await import('../../gateway/listener/pem-texts.ts');
      return readPemTexts(settings.listener);
    },
    async start({ model, plugins: policies, certificates }) {
      plugins().keep(inUse);
      // Only a host with a gateway loads it.
      const { GatewayWorkers } = await import('../../gateway/worker/gateway-workers.ts');
      const keyValues = host.resolve(TOKENS.keyValues);
      const workflows = workflowsPort(
        () => host.resolve(TOKENS.runs),
        () => host.resolve(TOKENS.workflows),
      );
      const decisions = host.resolve(TOKENS.rights).decisions;
      return GatewayWorkers.start(
        {
          count: workerCount(gateway),
          settings,
          log,
          verify: credentialVerifier({
            identity: host.resolve(TOKENS.identity),
            decisions,
            places: host.resolve(TOKENS.places),
          }),
          kvOf: (plugin) => keyValues.scope(`default/${plugin}`),
          workflowsOf: () => workflows.in(DEFAULT_WORKSPACE),
        },
        model,
        policies,
        certificates,
      );
    },
    async upkeepFor(workers) {
      const { GatewayUpkeep } = await import('../../gateway/upkeep.ts');
      const { board } = host.resolve(TOKENS.actions);
      return new GatewayUpkeep({
        workers,
        board,
        bring: (use) => plugins().bring('serviceDiscoveries', use),
        log,
        self: { host: gateway.host, port: workers.port },
      });
    },
    urlOf: (port) => httpAddress(gateway.host, port, gateway.tls === undefined ? 'http' : 'https'),
  };
  const live: LiveGateway = new LiveGateway(options);
  return { live, operations: createGatewayOperations(live, options) };
}

function begins({ config, origins }: LoadedConfig): LiveGatewayOptions['begins'] {
  const { enabled } = config.gateway;
  if (enabled === false) return 'never';
  return enabled === true || origins.get('gateway.port') === 'command line' ? 'at once' : 'with files';
}
