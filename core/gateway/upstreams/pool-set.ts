import { connectionTarget } from '../connections/connection-target.ts';
import type { Connections } from '../connections/connections.ts';
import { Http1Connections } from '../connections/http1-connections.ts';
import { Http2Connections } from '../connections/http2-connections.ts';
import type { PoolModel, TargetModel } from '../model/upstream-model.ts';

export interface PoolLease {
  readonly connections: Connections;
  release(): void;
}

/** Connections to targets, shared by all upstreams that reach the same one in the same way, and kept over reloads. */
export class PoolSet {
  readonly #pools = new Map<string, { readonly connections: Connections; users: number }>();

  lease(target: Pick<TargetModel, 'scheme' | 'host' | 'port'>, model: PoolModel): PoolLease {
    const key = JSON.stringify([target.scheme, target.host, target.port, model]);
    const pool = this.#pools.get(key) ?? { connections: openConnections(target, model), users: 0 };
    this.#pools.set(key, pool);
    pool.users += 1;
    let isReleased = false;
    return {
      connections: pool.connections,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        pool.users -= 1;
        if (pool.users > 0) return;
        this.#pools.delete(key);
        pool.connections.close();
      },
    };
  }
}

function openConnections(target: Pick<TargetModel, 'scheme' | 'host' | 'port'>, model: PoolModel): Connections {
  const where = connectionTarget(target, model);
  const isHttp2 = target.scheme === 'h2' || target.scheme === 'h2c';
  return isHttp2 ? new Http2Connections(where) : new Http1Connections(where);
}
