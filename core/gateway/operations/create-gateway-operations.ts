import { givenGatewaySources } from '../files/gateway-sources.ts';
import { compileProblems, inSettings, isError } from './compile-problems.ts';
import type { GatewayOperations } from './gateway-operations.ts';
import type { LiveGateway, LiveGatewayOptions } from './live-gateway.ts';
import { mergePolicies, mergeUpstreams, routeViews } from './merge-states.ts';
import { softened, standInEnvironment, standInSecrets } from './stand-ins.ts';

/** What administrators ask of a gateway. */
export function createGatewayOperations(
  gateway: LiveGateway,
  options: Pick<LiveGatewayOptions, 'environment' | 'readSecret'>,
): GatewayOperations {
  const isRunning = () => gateway.status().state === 'serving';
  return {
    status: () => gateway.status(),
    routes: () => routeViews(gateway.model),
    upstreams: async () => mergeUpstreams(await gateway.workers.upstreams()),
    policies: async () => mergePolicies(await gateway.workers.policies()),
    async explain(request) {
      const [explanation, states] = await Promise.all([gateway.workers.explain(request), gateway.workers.policies()]);
      const verdicts = new Map(mergePolicies(states).map((one) => [one.id, one.verdicts]));
      const chain = explanation.chain.map(({ phase, steps }) => ({
        phase,
        steps: steps.map((step) => ({ ...step, verdicts: verdicts.get(step.use) ?? step.verdicts })),
      }));
      return { ...explanation, chain };
    },
    async check(files) {
      const { prepareConfiguration } = await import('./prepare-configuration.ts');
      // Whoever may ask need not be somebody who may know what stands in the environment and in secrets.
      const { written, model, problems, runs } = await prepareConfiguration(givenGatewaySources(files), {
        environment: standInEnvironment(options.environment),
        readSecret: standInSecrets(options.readSecret),
      });
      if (!runs || !isRunning()) return { problems, policiesChecked: false };
      const refused = await gateway.workers.check(model).then(() => [], compileProblems);
      return { problems: [...problems, ...inSettings(softened(refused, written), files)], policiesChecked: true };
    },
    async importOcelot(files, asked) {
      const { importFiles } = await import('./import-files.ts');
      return importFiles(files, asked);
    },
    reload: (why) => gateway.reload(why),
    emptyCache: (region) => gateway.workers.emptyCache(region),
    async degraded() {
      const { state, workers, lastReload, retryAt } = gateway.status();
      if (state === 'off' || state === 'waiting') return [];
      const codes = lastReload?.problems.filter(isError).map(({ code }) => code);
      if (state === 'failed' && retryAt !== undefined)
        return [`gateway: it cannot listen and tries again (${codes?.join(', ')})`];
      if (state === 'failed') return ['gateway: its files cannot run'];
      const lines: string[] = [];
      if (lastReload?.outcome === 'refused')
        lines.push(
          codes?.includes('GATEWAY_CERTIFICATE_INVALID')
            ? 'gateway: a certificate that has changed cannot be served; the one before is'
            : 'gateway: its newest files cannot run; those before are served',
        );
      if (workers.running < workers.wanted) lines.push(`gateway: ${workers.running} of ${workers.wanted} workers run`);
      // What callers name is theirs to know, not the administrator's.
      for (const { name, targets, isFound } of mergeUpstreams(await gateway.workers.upstreams()))
        if (isFound !== true && !targets.some(({ isHealthy }) => isHealthy))
          lines.push(`gateway: no target of ${name} is healthy`);
      return lines;
    },
    async metrics() {
      if (!isRunning()) return '';
      const { workers } = gateway;
      const [metrics, upstreams] = await Promise.all([workers.metrics(), workers.upstreams()]);
      const { gatewayMetrics } = await import('./gateway-metrics.ts');
      return gatewayMetrics({ status: gateway.status(), upstreams: mergeUpstreams(upstreams), workers: metrics });
    },
  };
}
