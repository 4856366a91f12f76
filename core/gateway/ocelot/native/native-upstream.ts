import type { ServicesSource, TargetModel, TargetSource, UpstreamModel } from '../../model/upstream-model.ts';

/** Where a route goes in Backplane's own words: a URL, or an upstream that stands under its name. */
export function nativeUpstream(upstream: UpstreamModel): string | Readonly<Record<string, unknown>> {
  const { targets, balancer, health, pool } = upstream;
  const single = targets.kind === 'static' && targets.targets.length === 1 ? targets.targets[0] : undefined;
  if (single !== undefined && health.active === undefined && pool.tls === undefined && pool.connections >= 1_024) {
    return urlOf(single);
  }
  const { active } = health;
  return {
    ...(targets.kind === 'static' ? { targets: targets.targets.map(urlOf) } : { discovery: discoveryOf(targets) }),
    balancer:
      balancer.type === 'sticky-cookie'
        ? { type: balancer.type, cookie: cookieName(balancer.cookie), ttl: `${balancer.ttlMs}ms` }
        : balancer.type,
    ...(active === undefined
      ? {}
      : { health: { active: { path: active.path, every: `${active.everyMs}ms`, timeout: `${active.timeoutMs}ms` } } }),
    ...(pool.tls === undefined && pool.connections >= 1_024
      ? {}
      : {
          pool: {
            ...(pool.connections < 1_024 ? { connections: pool.connections } : {}),
            ...(pool.tls === undefined ? {} : { tls: { verify: pool.tls.verify } }),
          },
        }),
  };
}

function urlOf({ scheme, host, port }: TargetModel): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A token is never written out: who keeps the file in Git would publish it. */
function discoveryOf(source: (TargetSource & { kind: 'discovery' }) | ServicesSource) {
  const { use, config, service, namespace, scheme, pollMs } = source;
  return {
    use,
    config: 'token' in config ? { ...config, token: `secret:${use}.TOKEN` } : config,
    service,
    ...(namespace === undefined ? {} : { namespace }),
    scheme,
    poll: `${pollMs}ms`,
    ...(source.kind === 'services' ? { services: servicesOf(source) } : {}),
  };
}

function servicesOf({ only, except, most, idleMs, beforeDot }: ServicesSource) {
  return {
    only,
    ...(except.length === 0 ? {} : { except }),
    most,
    idle: `${idleMs}ms`,
    ...(beforeDot === 'name' ? {} : { beforeDot }),
  };
}

/** Names begin with a letter or digit here. */
const cookieName = (name: string) => name.replace(/^[^A-Za-z0-9]+/, '');
