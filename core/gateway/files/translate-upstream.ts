import { raise } from '../../errors/catalogue.ts';
import type { Place } from '../model/place.ts';
import type { BalancerModel, TargetModel, TargetSource, UpstreamModel } from '../model/upstream-model.ts';
import { gatewayFileSchema, type UpstreamEntry } from './gateway-file-schema.ts';
import { targetUrl } from './target-url.ts';

/** One entry of `upstreams`. Throws GATEWAY_TARGET_INVALID. */
export function translateUpstream(name: string, entry: UpstreamEntry, place: Place): UpstreamModel {
  const { health, pool, failover } = entry;
  const { active, outlier, slowStart } = health;
  return {
    name,
    place,
    targets: translateTargets(entry),
    balancer: translateBalancer(entry.balancer),
    health: {
      ...(active && {
        active: {
          path: active.path,
          method: active.method,
          everyMs: active.every,
          timeoutMs: active.timeout,
          healthyAfter: active.healthyAfter,
          unhealthyAfter: active.unhealthyAfter,
          statuses: active.statuses,
        },
      }),
      ...(outlier && {
        outlier: {
          consecutiveFailures: outlier.failures,
          ejectMs: outlier.eject,
          maxEjectedPercent: outlier.maxEjected,
          statuses: outlier.statuses,
        },
      }),
      ...(slowStart !== undefined && { slowStartMs: slowStart }),
    },
    pool: {
      connections: pool.connections,
      keepAliveMs: pool.keepAlive,
      connectTimeoutMs: pool.connectTimeout,
      bodyTimeoutMs: pool.bodyTimeout,
      ...(pool.tls && { tls: withoutAbsent(pool.tls) }),
    },
    ...(failover !== undefined && { failover }),
  };
}

/** The upstream of a route that names a URL. Throws GATEWAY_TARGET_INVALID. */
export function upstreamOfUrl(url: string, place: Place): UpstreamModel {
  const { upstreams } = gatewayFileSchema.parse({ upstreams: { it: { targets: [url] } } });
  return translateUpstream(url, upstreams['it']!, place);
}

function translateTargets({ targets, discovery }: UpstreamEntry): TargetSource {
  if (discovery === undefined) return { kind: 'static', targets: (targets ?? []).map(translateTarget) };
  const { use, config, service, namespace, tags, scheme, poll, services } = discovery;
  if (services !== undefined) {
    const { only, except, most, idle, beforeDot } = services;
    return {
      kind: 'services',
      ...{ use, config, service, tags, scheme, only, except, most, beforeDot },
      ...(namespace !== undefined && { namespace }),
      pollMs: poll,
      idleMs: idle,
    };
  }
  return {
    kind: 'discovery',
    use,
    config,
    service,
    tags,
    scheme,
    pollMs: poll,
    ...(namespace !== undefined && { namespace }),
  };
}

function translateTarget(given: NonNullable<UpstreamEntry['targets']>[number]): TargetModel {
  const { url, weight, metadata } = typeof given === 'string' ? { url: given, weight: 1, metadata: {} } : given;
  const address = targetUrl(url);
  if (address === undefined) throw raise.GATEWAY_TARGET_INVALID({ url });
  return { ...address, weight, metadata };
}

function translateBalancer(balancer: UpstreamEntry['balancer']): BalancerModel {
  if (typeof balancer === 'string') return { type: balancer };
  if (balancer.type === 'consistent-hash') return balancer;
  return { type: 'sticky-cookie', cookie: balancer.cookie, ttlMs: balancer.ttl, ocelot: false };
}

function withoutAbsent<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
