import type { PolicyTarget } from '@backplane/sdk';
import type { PoolModel, TargetModel, UpstreamModel } from '../model/upstream-model.ts';
import type { Balancer } from './balancers/balancer.ts';
import { createBalancer } from './balancers/create-balancer.ts';
import { originOf, type PoolLease, type PoolSet } from './pool-set.ts';
import type { BalancedRequest, Target, TryOutcome, Upstream, UpstreamState } from './upstream.ts';

interface LiveTarget extends Target {
  readonly lease: PoolLease;
}

/** An upstream with its targets as they are right now. */
export class LiveUpstream implements Upstream {
  readonly name: string;
  readonly pool: PoolModel;
  readonly #pools: PoolSet;
  readonly #balancer: Balancer;
  #targets: readonly LiveTarget[] = [];
  #unhealthy: ReadonlySet<string> = new Set();

  constructor(model: UpstreamModel, pools: PoolSet) {
    this.name = model.name;
    this.pool = model.pool;
    this.#pools = pools;
    this.#balancer = createBalancer(model.balancer);
    if (model.targets.kind === 'static') this.setTargets(model.targets.targets);
  }

  get targets(): readonly Target[] {
    if (this.#unhealthy.size === 0) return this.#targets;
    return this.#targets.filter(({ id }) => !this.#unhealthy.has(id));
  }

  /** Puts other targets in the place of those before; the same ones go on with their connections. */
  setTargets(models: readonly TargetModel[]): void {
    const before = this.#targets;
    this.#targets = models.map((model) => {
      const origin = originOf(model);
      const lease = this.#pools.lease(model, this.pool);
      const known = before.find((target) => target.origin === origin);
      const { weight, metadata } = model;
      return { id: origin, origin, weight, metadata, active: known?.active ?? 0, dispatcher: lease.dispatcher, lease };
    });
    for (const { lease } of before) lease.release();
  }

  pick(request: BalancedRequest, tried: readonly PolicyTarget[] = []): Target | undefined {
    const all = this.targets.filter(({ weight }) => weight > 0) as readonly Target[];
    const fresh = tried.length === 0 ? all : all.filter(({ id }) => tried.every((target) => target.id !== id));
    const candidates = fresh.length > 0 ? fresh : all;
    return candidates.length === 0 ? undefined : this.#balancer.pick(candidates, request);
  }

  targetOf(chosen: PolicyTarget): Target | undefined {
    return this.#targets.find(({ id }) => id === chosen.id);
  }

  setUnhealthy(ids: readonly string[]): void {
    this.#unhealthy = new Set(ids);
  }

  state(): UpstreamState {
    const targets = this.#targets.map(({ id, weight, active }) => {
      const isHealthy = !this.#unhealthy.has(id);
      return { id, weight, active, isHealthy, ...(!isHealthy && { because: 'its health check fails' }) };
    });
    return { name: this.name, targets };
  }

  begun(target: Target): void {
    target.active += 1;
  }

  ended(target: Target, _outcome: TryOutcome, _milliseconds: number): void {
    target.active -= 1;
  }

  close(): void {
    for (const { lease } of this.#targets) lease.release();
    this.#targets = [];
  }
}
