import type { Resolver } from 'node:dns/promises';
import type { ServiceInstance } from '@backplane/sdk';
import type { Settings } from './settings.ts';

export interface Resolved {
  readonly instances: readonly ServiceInstance[];
  /** Milliseconds for which it holds, at most. */
  readonly ttlMs: number;
}

interface Address {
  readonly host: string;
  readonly ttlMs: number;
}

/** The name is known, but has no such records; or it is not known. */
const NOBODY = new Set(['ENOTFOUND', 'ENODATA']);
/** SRV says that a target with weight 0 is chosen rarely, not never. */
const LEAST_WEIGHT = 0.1;

/** `_http._tcp.orders.example.com` by its SRV records, `orders.example.com:8080` by its addresses. Rejects when the servers do not answer. */
export function resolveName(resolver: Resolver, service: string, settings: Settings): Promise<Resolved> {
  return service.startsWith('_') ? bySrv(resolver, service, settings) : byAddress(resolver, service, settings);
}

async function byAddress(resolver: Resolver, service: string, settings: Settings): Promise<Resolved> {
  const [, name = service, port] = /^(.*?)(?::(\d+))?$/.exec(service) ?? [];
  const addresses = await addressesOf(resolver, name, settings);
  const instances = addresses.map(({ host }) => instance(host, port === undefined ? settings.port : Number(port)));
  return { instances, ttlMs: Math.min(settings.maxTtl, ...addresses.map(({ ttlMs }) => ttlMs)) };
}

async function bySrv(resolver: Resolver, service: string, settings: Settings): Promise<Resolved> {
  const records = await orNobody(resolver.resolveSrv(service));
  // Others are only for when these are gone, which the DNS does not tell.
  const first = Math.min(...records.map(({ priority }) => priority));
  const wanted = records.filter(({ priority, name }) => priority === first && name !== '');
  const isWeighted = wanted.some(({ weight }) => weight > 0);
  const found = await Promise.all(
    wanted.map(async ({ name, port, weight }) => {
      const addresses = await addressesOf(resolver, name, settings);
      const share = isWeighted ? Math.max(weight, LEAST_WEIGHT) / Math.max(1, addresses.length) : 1;
      return {
        ttls: addresses.map(({ ttlMs }) => ttlMs),
        instances: addresses.map(({ host }) => instance(host, port, share, name)),
      };
    }),
  );
  return {
    instances: found.flatMap(({ instances }) => instances),
    ttlMs: Math.min(settings.maxTtl, ...found.flatMap(({ ttls }) => ttls)),
  };
}

async function addressesOf(resolver: Resolver, name: string, { family }: Settings): Promise<readonly Address[]> {
  const options = { ttl: true } as const;
  const asked = await Promise.allSettled([
    ...(family === '6' ? [] : [orNobody(resolver.resolve4(name, options))]),
    ...(family === '4' ? [] : [orNobody(resolver.resolve6(name, options))]),
  ]);
  const answers = asked.filter((answer) => answer.status === 'fulfilled');
  // One family is enough; where neither was answered, nothing is known.
  if (answers.length === 0) throw (asked[0] as PromiseRejectedResult).reason;
  return answers.flatMap(({ value }) => value.map(({ address, ttl }) => ({ host: address, ttlMs: ttl * 1_000 })));
}

function instance(host: string, port: number, weight = 1, name?: string): ServiceInstance {
  return { id: `${host}:${port}`, host, port, weight, ...(name !== undefined && { metadata: { name } }) };
}

async function orNobody<T>(asking: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asking;
  } catch (problem) {
    if (NOBODY.has((problem as NodeJS.ErrnoException).code ?? '')) return [];
    throw problem;
  }
}
