import { raise } from '../../../errors/catalogue.ts';
import type { TargetModel } from '../../model/upstream-model.ts';
import type { Section } from '../reading/section.ts';
import type { RouteTargets } from './route-targets.ts';
import type { Translation } from './translation.ts';

/** Milliseconds. */
const POLL_MS = 5_000;

const KINDS: Readonly<Record<string, 'consul' | 'kubernetes'>> = {
  consul: 'consul',
  pollconsul: 'consul',
  kube: 'kubernetes',
  pollkube: 'kubernetes',
  watchkube: 'kubernetes',
};

/** GlobalConfiguration.ServiceDiscoveryProvider, asked for one service. */
export function discoverySource(
  { findings, global, consul }: Translation,
  section: Section,
  service: string,
  namespace: string | undefined,
  scheme: TargetModel['scheme'],
): RouteTargets | undefined {
  const provider = global.section('ServiceDiscoveryProvider') ?? consul;
  const spot = section.at('ServiceName');
  if (provider === undefined) {
    findings.error(spot, raise.OCELOT_DISCOVERY_MISSING({ service }));
    return undefined;
  }
  const type = provider.text('Type') || 'consul';
  const host = provider.text('Host') || 'localhost';
  const port = provider.number('Port') ?? 0;
  if (type.toLowerCase() === 'servicefabric') {
    const target: TargetModel = { scheme, host, port: port || 19_081, weight: 1, metadata: {} };
    return { source: { kind: 'static', targets: [target] }, pathPrefix: `/${service}` };
  }
  const kind = KINDS[type.toLowerCase()];
  if (kind === undefined) {
    findings.error(provider.at('Type'), raise.OCELOT_DISCOVERY_UNSUPPORTED({ type }));
    return undefined;
  }
  const address = `${provider.text('Scheme') || 'http'}://${host}:${port || (kind === 'consul' ? 8_500 : 443)}`;
  const token = provider.text('Token');
  const spaceOfAll = provider.text('Namespace');
  const space = namespace || (kind === 'kubernetes' ? spaceOfAll || 'default' : spaceOfAll) || undefined;
  return {
    source: {
      kind: 'discovery',
      use: kind,
      // Ocelot takes the name of a node for its address.
      config: { address, ...(token ? { token } : {}), ...(kind === 'consul' ? { hosts: 'ocelot' } : {}) },
      service,
      ...(space === undefined ? {} : { namespace: space }),
      tags: [],
      scheme,
      pollMs: provider.number('PollingInterval') || POLL_MS,
    },
    pathPrefix: '',
  };
}
