import { LISTENER, SILENT } from '../gateway.fixture.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import { GatewayWorkers } from './gateway-workers.ts';
import type { PolicyPlugin } from './worker-contract.ts';

/** Workers of a gateway, each a process of its own, that nobody has identities or workflows for. */
export function startWorkers(
  model: Partial<GatewayModel>,
  plugins: readonly PolicyPlugin[],
  { count = 1, redisUrl }: { readonly count?: number; readonly redisUrl?: string } = {},
): Promise<GatewayWorkers> {
  return GatewayWorkers.start(
    {
      count,
      log: SILENT,
      verify: async () => undefined,
      kvOf: () => ({}) as never,
      workflowsOf: () => ({}) as never,
      settings: {
        listener: { ...LISTENER, keepAliveMs: 1_000 },
        trustedProxies: [],
        maxBodyBytes: 1_000_000,
        policyLimitMs: 5_000,
        drainMs: 2_000,
        logLevel: 'silent',
        egress: { allow: [], deny: [], allowPrivateNetworks: false },
        redisUrl,
      },
    },
    { ...EMPTY_MODEL, ...model },
    plugins,
  );
}
