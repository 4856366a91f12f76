import type { TargetModel, UpstreamModel } from '../model/upstream-model.ts';
import { StickySessions } from './balancers/sticky-sessions.ts';
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
  readonly #sessions = new StickySessions();
  readonly #kept = new Map<string, Kept>();

  /** Where the targets of an upstream are now, by its registry. */
  setTargets(name: string, targets: readonly TargetModel[]): void {
    for (const { upstream } of this.#kept.values()) if (upstream.name === name) upstream.setTargets(targets);
  }

  /** Targets that active checks have found unhealthy, by id. */
  setUnhealthy(name: string, targets: readonly string[]): void {
    for (const { upstream } of this.#kept.values()) if (upstream.name === name) upstream.setUnhealthy(targets);
  }

  /** Of services that callers name each is leased when it is found. */
  lease(all: readonly UpstreamModel[]): UpstreamLease {
    const models = all.filter(({ targets }) => targets.kind !== 'services');
    const byName = new Map(models.map((model) => [model.name, model]));
    const taken: [string, Kept][] = models.map((model) => {
      const key = JSON.stringify(chainOf(model, byName).map(({ place: _, ...rest }) => rest));
      const kept = this.#kept.get(key) ?? { upstream: this.#open(model), users: 0 };
      kept.users += 1;
      this.#kept.set(key, kept);
      return [key, kept];
    });
    const upstreams = new Map(taken.map(([, { upstream }]) => [upstream.name, upstream]));
    for (const { name, failover } of models) {
      if (failover !== undefined) upstreams.get(name)!.standIn = upstreams.get(failover);
    }
    return {
      upstreams,
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

  /** What is known of the upstream that it replaces stays known: a reload is no reason to have no targets for a moment. */
  #open(model: UpstreamModel): LiveUpstream {
    const upstream = new LiveUpstream(model, { pools: this.#pools, sessions: this.#sessions });
    const before = [...this.#kept.values()].find(({ upstream: { name } }) => name === model.name);
    if (before !== undefined) upstream.goOnFrom(before.upstream);
    return upstream;
  }
}

/** An upstream and those that stand in for it, in their order: an upstream is the same one only while all of them are. */
function chainOf(model: UpstreamModel, byName: ReadonlyMap<string, UpstreamModel>): readonly UpstreamModel[] {
  const chain = new Set<UpstreamModel>();
  for (let next: UpstreamModel | undefined = model; next !== undefined && !chain.has(next); ) {
    chain.add(next);
    next = next.failover === undefined ? undefined : byName.get(next.failover);
  }
  return [...chain];
}
