import type { TargetModel, UpstreamModel } from '../model/upstream-model.ts';
import { LiveUpstream } from './live-upstream.ts';
import { PoolSet } from './pool-set.ts';
import type { Upstream } from './upstream.ts';

export interface UpstreamLease {
  readonly upstreams: ReadonlyMap<string, Upstream>;
  release(): Promise<void>;
}

interface Kept {
  readonly upstream: LiveUpstream;
  users: number;
}

/** Upstreams over reloads: one that stays as it is keeps its connections and what is known of its health. */
export class UpstreamSet {
  readonly #pools = new PoolSet();
  readonly #kept = new Map<string, Kept>();

  /** Where the targets of an upstream are now, by its registry. */
  setTargets(name: string, targets: readonly TargetModel[]): void {
    for (const { upstream } of this.#kept.values()) if (upstream.name === name) upstream.setTargets(targets);
  }

  /** Targets that active checks have found unhealthy, by id. */
  setUnhealthy(name: string, targets: readonly string[]): void {
    for (const { upstream } of this.#kept.values()) if (upstream.name === name) upstream.setUnhealthy(targets);
  }

  lease(models: readonly UpstreamModel[]): UpstreamLease {
    const taken: [string, Kept][] = models.map((model) => {
      const { place: _, ...rest } = model;
      const key = JSON.stringify(rest);
      const kept = this.#kept.get(key) ?? { upstream: new LiveUpstream(model, this.#pools), users: 0 };
      kept.users += 1;
      this.#kept.set(key, kept);
      return [key, kept];
    });
    return {
      upstreams: new Map(taken.map(([, { upstream }]) => [upstream.name, upstream])),
      release: async () => {
        for (const [key, kept] of taken.splice(0)) {
          kept.users -= 1;
          if (kept.users > 0) continue;
          this.#kept.delete(key);
          kept.upstream.close();
        }
      },
    };
  }
}
