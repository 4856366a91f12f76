import { type Dispatcher, Pool } from 'undici';
import type { PoolModel, TargetModel } from '../model/upstream-model.ts';

/** Requests at once over one connection of HTTP/2; most servers take a hundred. */
const STREAMS = 100;

export interface PoolLease {
  readonly dispatcher: Dispatcher;
  release(): void;
}

/** Connections to targets, shared by all upstreams that reach the same one in the same way, and kept over reloads. */
export class PoolSet {
  readonly #pools = new Map<string, { readonly dispatcher: Dispatcher; users: number }>();

  lease(target: Pick<TargetModel, 'scheme' | 'host' | 'port'>, model: PoolModel): PoolLease {
    const key = JSON.stringify([target.scheme, target.host, target.port, model]);
    const pool = this.#pools.get(key) ?? { dispatcher: openPool(target, model), users: 0 };
    this.#pools.set(key, pool);
    pool.users += 1;
    let isReleased = false;
    return {
      dispatcher: pool.dispatcher,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        pool.users -= 1;
        if (pool.users > 0) return;
        this.#pools.delete(key);
        // Requests under way finish.
        pool.dispatcher.close().catch(() => undefined);
      },
    };
  }
}

export function originOf({ scheme, host, port }: Pick<TargetModel, 'scheme' | 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${scheme === 'https' || scheme === 'h2' ? 'https' : 'http'}://${name}:${port}`;
}

function openPool(target: Pick<TargetModel, 'scheme' | 'host' | 'port'>, model: PoolModel): Dispatcher {
  const { connections, keepAliveMs, connectTimeoutMs, tls } = model;
  return new Pool(originOf(target), {
    connections,
    // Requests share a connection of HTTP/2, which keeps them apart; one of HTTP/1.1 does not.
    pipelining: target.scheme === 'h2' || target.scheme === 'h2c' ? STREAMS : 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: Math.max(keepAliveMs, 600_000),
    allowH2: target.scheme === 'h2',
    ...(target.scheme === 'h2c' && { useH2c: true }),
    connect: {
      timeout: connectTimeoutMs,
      ...(tls && {
        rejectUnauthorized: tls.verify,
        ...(tls.serverName !== undefined && { servername: tls.serverName }),
        ...(tls.authority !== undefined && { ca: tls.authority }),
        ...(tls.certificate !== undefined && { cert: tls.certificate }),
        ...(tls.key !== undefined && { key: tls.key }),
      }),
    },
  } as Pool.Options);
}
