import { createRequire } from 'node:module';
import type * as PromClient from 'prom-client';
import type { GatewayStatus, UpstreamView } from './gateway-operations.ts';

const require = createRequire(import.meta.url);

export interface GatewayMetricsOf {
  readonly status: GatewayStatus;
  readonly upstreams: readonly UpstreamView[];
  /** As JSON, one for each worker. */
  readonly workers: readonly unknown[];
}

/** The metrics of all workers added up, with those of the gateway itself, in Prometheus's text. */
export async function gatewayMetrics({ status, upstreams, workers }: GatewayMetricsOf): Promise<string> {
  const { AggregatorRegistry, Gauge, Registry } = require('prom-client') as typeof PromClient;
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  gauge('gateway_workers', 'Processes that serve requests.').set(status.workers.running);
  gauge('gateway_revision', 'Configurations served since the host started.').set(status.revision);
  gauge('gateway_config_refused', '1 while the newest files are not served, since they cannot run.').set(
    status.lastReload?.outcome === 'refused' ? 1 : 0,
  );
  const targets = gauge('gateway_upstream_targets', 'Targets of upstreams, by health.', ['upstream', 'healthy']);
  for (const { name, targets: all } of upstreams) {
    const healthy = all.filter(({ isHealthy }) => isHealthy).length;
    targets.set({ upstream: name, healthy: 'true' }, healthy);
    targets.set({ upstream: name, healthy: 'false' }, all.length - healthy);
  }
  const added = AggregatorRegistry.aggregate(workers as Parameters<typeof AggregatorRegistry.aggregate>[0]);
  return `${await registry.metrics()}\n${await added.metrics()}`;
}
