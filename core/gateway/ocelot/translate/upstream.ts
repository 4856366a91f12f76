import { raise } from '../../../errors/catalogue.ts';
import type { BalancerModel, HealthModel, PoolModel, TargetSource, UpstreamModel } from '../../model/upstream-model.ts';
import type { RouteOptions, Translation } from './translation.ts';

/** What .NET says with no limit at all; more connections to one target only stand in each other's way. */
const MOST_CONNECTIONS = 1_024;
/** Milliseconds. */
const IDLE_MS = 60_000;
const CONNECT_MS = 30_000;
const STICKY_MS = 1_200_000;

/** A route's targets with its balancer, pool and health check. In Ocelot each route has its own, also where others go to the same hosts. */
export function routeUpstream(translation: Translation, route: RouteOptions, targets: TargetSource): UpstreamModel {
  return {
    name: route.id,
    place: route.section.place,
    targets,
    balancer: balancerOf(translation, route),
    health: healthOf(translation, route),
    pool: poolOf(translation, route),
  };
}

function balancerOf({ findings }: Translation, route: RouteOptions): BalancerModel {
  const options = route.options('LoadBalancerOptions');
  const type = options?.text('Type') || 'NoLoadBalancer';
  switch (type.toLowerCase()) {
    case 'noloadbalancer':
      return { type: 'first' };
    case 'roundrobin':
      return { type: 'round-robin' };
    case 'leastconnection':
      return { type: 'least-connections', ties: 'first' };
    case 'cookiestickysessions':
      return {
        type: 'sticky-cookie',
        cookie: options?.text('Key') || '.AspNetCore.Session',
        ttlMs: options?.number('Expiry') || STICKY_MS,
        ocelot: true,
      };
    default:
      findings.error(options!.at('Type'), raise.OCELOT_BALANCER_UNKNOWN({ type }));
      return { type: 'first' };
  }
}

function healthOf({ mapped }: Translation, { section }: RouteOptions): HealthModel {
  const check = section.section('HealthCheck');
  const path = check?.text('Path');
  if (check === undefined || !path) return {};
  mapped.push({ place: check.place, pointer: check.pointer, to: 'active health check' });
  const timeoutMs = check.number('Timeout') || 5_000;
  return {
    active: {
      path,
      method: 'GET',
      everyMs: 30_000,
      timeoutMs,
      healthyAfter: 1,
      unhealthyAfter: 3,
      statuses: [[200, 399]],
    },
  };
}

function poolOf({ findings }: Translation, route: RouteOptions): PoolModel {
  const options = route.options('HttpHandlerOptions');
  const unsupported: readonly (readonly [name: string, instead: string])[] = [
    ['UseCookieContainer', 'cookies go between caller and service, and are not kept here'],
    ['UseProxy', 'the outbound rules of the host say which proxy is used'],
    ['UseTracing', 'use the policy `tracing`'],
  ];
  for (const [name, instead] of unsupported) {
    if (options?.flag(name) === true) {
      findings.warn(options.at(name), raise.OCELOT_OPTION_UNSUPPORTED({ name, instead }));
    }
  }
  const connections = options?.number('MaxConnectionsPerServer') ?? MOST_CONNECTIONS;
  const lifetimeMs = (options?.number('PooledConnectionLifetimeSeconds') ?? 120) * 1_000;
  const isUnverified = route.section.flag('DangerousAcceptAnyServerCertificateValidator') ?? false;
  return {
    connections: Math.max(1, Math.min(connections, MOST_CONNECTIONS)),
    keepAliveMs: lifetimeMs > 0 ? Math.min(lifetimeMs, IDLE_MS) : IDLE_MS,
    connectTimeoutMs: CONNECT_MS,
    bodyTimeoutMs: 0,
    ...(isUnverified ? { tls: { verify: false } } : {}),
  };
}
