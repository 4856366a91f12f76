import { availableParallelism } from 'node:os';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { HostConfig } from '../../config/host-config.ts';
import type { WorkerSettings } from '../../gateway/worker/worker-contract.ts';

const MS = 1_000;

/** What each worker of the gateway is told of the configuration of its host. */
export function workerSettings({ gateway, log, egress, redis }: HostConfig): Omit<WorkerSettings, 'isAlone'> {
  return {
    listener: {
      host: gateway.host,
      port: gateway.port,
      headersTimeoutMs: gateway.headersTimeoutSeconds * MS,
      requestTimeoutMs: gateway.requestTimeoutSeconds * MS,
      keepAliveMs: gateway.keepAliveSeconds * MS,
      maxHeaderBytes: gateway.maxHeaderBytes,
    },
    trustedProxies: gateway.trustedProxies,
    maxBodyBytes: gateway.maxBodyBytes,
    policyLimitMs: gateway.policySeconds * MS,
    drainMs: gateway.drainSeconds * MS,
    logLevel: log.level,
    egress,
    redisUrl: redis.url,
  };
}

export function workerCount({ workers }: GatewayConfig): number {
  return workers === 'auto' ? availableParallelism() : workers;
}
