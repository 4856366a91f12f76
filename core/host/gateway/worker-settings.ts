import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { HostConfig } from '../../config/host-config.ts';
import type { EndpointOptions, ListenerOptions, TlsOptions } from '../../gateway/listener/listener-options.ts';
import type { WorkerSettings } from '../../gateway/worker/worker-contract.ts';

const MS = 1_000;

/** What each worker of the gateway is told of the configuration of its host. Files are meant from `folder`. */
export function workerSettings(
  { gateway, log, egress, redis }: HostConfig,
  folder: string,
): Omit<WorkerSettings, 'isAlone'> {
  return {
    listener: listenerOptions(gateway, folder),
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

function listenerOptions(gateway: GatewayConfig, folder: string): ListenerOptions {
  const { maxConnections } = gateway;
  return {
    ...endpoint(gateway, folder),
    also: gateway.also.map((one) => endpoint(one, folder)),
    headersTimeoutMs: gateway.headersTimeoutSeconds * MS,
    requestTimeoutMs: gateway.requestTimeoutSeconds * MS,
    keepAliveMs: gateway.keepAliveSeconds * MS,
    maxHeaderBytes: gateway.maxHeaderBytes,
    stalledMs: gateway.stalledSeconds * MS,
    minBodyRate: gateway.minBodyRate,
    ...(maxConnections !== undefined && { maxConnections }),
  };
}

function endpoint(
  { host, port, tls, h2c, proxyProtocol }: Pick<GatewayConfig, 'host' | 'port' | 'tls' | 'h2c' | 'proxyProtocol'>,
  folder: string,
): EndpointOptions {
  return {
    host,
    port,
    h2c,
    ...(tls && { tls: tlsOptions(tls, folder) }),
    ...(proxyProtocol && { proxyProtocol }),
  };
}

function tlsOptions(
  { certificates, minVersion, clients, http2 }: NonNullable<GatewayConfig['tls']>,
  folder: string,
): TlsOptions {
  return {
    certificates: certificates.map(({ certificate, key }) => ({
      certificate: resolve(folder, certificate),
      key: resolve(folder, key),
    })),
    minVersion,
    http2,
    ...(clients && { clients: { ...clients, authority: resolve(folder, clients.authority) } }),
  };
}
