import type { PolicyTarget } from '@backplane/sdk';
import { originOf } from '../connections/connection-target.ts';
import type { HealthModel, PoolModel, TargetModel, TargetSource, UpstreamModel } from '../model/upstream-model.ts';
import type { Balancer } from './balancers/balancer.ts';
import { createBalancer } from './balancers/create-balancer.ts';
import type { StickySessions } from './balancers/sticky-sessions.ts';
import { LiveTarget } from './live-target.ts';
import { noteOutcome } from './outliers.ts';
import type { PoolSet } from './pool-set.ts';
import type { BalancedRequest, Target, TryOutcome, Upstream, UpstreamState } from './upstream.ts';

export interface LiveUpstreamOptions {
  readonly pools: PoolSet;
  readonly sessions: StickySessions;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** An upstream with its targets as they are right now. */
export class LiveUpstream implements Upstream {
  readonly name: string;
  readonly pool: PoolModel;
  readonly cookieFor?: (request: BalancedRequest, target: Target) => string | undefined;
  /** Asked while this one has no healthy target. */
  standIn: LiveUpstream | undefined;
  readonly #source: TargetSource;
  readonly #health: HealthModel;
  readonly #pools: PoolSet;
  readonly #balancer: Balancer;
  readonly #now: () => number;
  readonly #random: () => number;
  #models: readonly TargetModel[] = [];
  #all: readonly LiveTarget[] = [];
  #unhealthy: ReadonlySet<string> = new Set();
  /** Healthy ones with a weight. */
  #ready: readonly LiveTarget[] = [];
  /** Epoch milliseconds at which the next one that was left out comes back; Infinity: none is out. */
  #nextBack = Number.POSITIVE_INFINITY;
  /** Epoch milliseconds until when some of them start slowly. */
  #slowUntil = 0;

  constructor(model: UpstreamModel, { pools, sessions, now = Date.now, random = Math.random }: LiveUpstreamOptions) {
    this.name = model.name;
    this.pool = model.pool;
    this.#source = model.targets;
    this.#health = model.health;
    this.#pools = pools;
    this.#now = now;
    this.#random = random;
    const balancer = createBalancer(model.balancer, sessions, random);
    this.#balancer = balancer;
    if (balancer.cookieFor !== undefined) {
      this.cookieFor = (request, target) =>
        this.#all.includes(target as LiveTarget) ? balancer.cookieFor!(request, target) : undefined;
    }
    if (model.targets.kind === 'static') this.setTargets(model.targets.targets);
  }

  get targets(): readonly Target[] {
    this.#letBack();
    if (this.#ready.length > 0) return this.#ready;
    return this.#standInWithTargets()?.targets ?? this.#lastResort();
  }

  /** Puts other targets in the place of those before; the same ones go on with their connections. */
  setTargets(models: readonly TargetModel[]): void {
    this.#models = models;
    const before = new Map(this.#all.map((target) => [target.id, target]));
    const isFirst = before.size === 0;
    const next = new Map<string, LiveTarget>();
    for (const model of models) {
      const id = originOf(model);
      const twice = next.get(id);
      if (twice !== undefined) {
        twice.weight += model.weight;
        continue;
      }
      const known = before.get(id);
      // A lease is taken even of a target that is known: its scheme may have changed.
      const lease = this.#pools.lease(model, this.pool);
      if (known?.connections === lease.connections) {
        lease.release();
        known.weight = model.weight;
        known.metadata = model.metadata;
        next.set(id, known);
        before.delete(id);
        continue;
      }
      const target = new LiveTarget(model, lease);
      target.isUnhealthy = this.#unhealthy.has(id);
      this.#watch(target);
      if (!isFirst) this.#startSlowly(target);
      next.set(id, target);
    }
    this.#all = [...next.values()];
    for (const { lease } of before.values()) lease.release();
    this.#sort();
  }

  /** Takes over what checks and the registry have found for the one before it. */
  goOnFrom(before: LiveUpstream): void {
    if (this.#source.kind === 'discovery' && JSON.stringify(this.#source) === JSON.stringify(before.#source))
      this.setTargets(before.#models);
    if (this.#health.active !== undefined) this.setUnhealthy([...before.#unhealthy]);
  }

  setUnhealthy(ids: readonly string[]): void {
    this.#unhealthy = new Set(ids);
    for (const target of this.#all) {
      const was = target.isUnhealthy;
      target.isUnhealthy = this.#unhealthy.has(target.id);
      if (was && !target.isUnhealthy) this.#startSlowly(target);
    }
    this.#sort();
  }

  pick(request: BalancedRequest, tried: readonly PolicyTarget[] = []): Target | undefined {
    this.#letBack();
    if (this.#ready.length > 0) return this.#balance(this.#ready, request, tried);
    const standIn = this.#standInWithTargets();
    if (standIn !== undefined) return standIn.#balance(standIn.#ready, request, tried);
    const ill = this.#lastResort();
    return ill.length === 0 ? undefined : this.#balance(ill, request, tried);
  }

  targetOf(chosen: PolicyTarget): Target | undefined {
    return this.#all.find(({ id }) => id === chosen.id) ?? this.#standInWithTargets()?.targetOf(chosen);
  }

  state(): UpstreamState {
    this.#letBack();
    return { name: this.name, targets: this.#all.map((target) => target.state()) };
  }

  begun(target: Target): void {
    target.active += 1;
  }

  ended(target: Target, outcome: TryOutcome, _milliseconds: number): void {
    target.active -= 1;
    (target as LiveTarget).note?.(outcome);
  }

  close(): void {
    for (const { lease } of this.#all) lease.release();
    this.#all = [];
    this.#ready = [];
  }

  #balance(all: readonly LiveTarget[], request: BalancedRequest, tried: readonly PolicyTarget[]): Target {
    const fresh = tried.length === 0 ? all : all.filter(({ id }) => tried.every((target) => target.id !== id));
    const candidates = fresh.length > 0 ? fresh : all;
    return this.#balancer.pick(this.#slowUntil === 0 ? candidates : this.#withoutSlow(candidates), request);
  }

  /** A target that is thought to be ill may answer, a refusal never does. Those that only failed come before those whose check fails. */
  #lastResort(): readonly LiveTarget[] {
    const weighty = this.#all.filter(({ weight }) => weight > 0);
    const failing = weighty.filter(({ isUnhealthy }) => !isUnhealthy);
    return failing.length > 0 ? failing : weighty;
  }

  #standInWithTargets(): LiveUpstream | undefined {
    const seen = new Set<LiveUpstream>([this]);
    for (let next = this.standIn; next !== undefined && !seen.has(next); next = next.standIn) {
      next.#letBack();
      if (next.#ready.length > 0) return next;
      seen.add(next);
    }
    return undefined;
  }

  #letBack(): void {
    if (this.#nextBack === Number.POSITIVE_INFINITY) return;
    const now = this.#now();
    if (now < this.#nextBack) return;
    for (const target of this.#all) {
      if (target.outUntil === 0 || target.outUntil > now) continue;
      target.outUntil = 0;
      target.failures = 0;
      this.#startSlowly(target);
    }
    this.#sort();
  }

  #watch(target: LiveTarget): void {
    const { outlier } = this.#health;
    if (outlier === undefined) return;
    target.note = (outcome) => {
      if (noteOutcome(outlier, target, this.#all, outcome, this.#now())) this.#sort();
    };
  }

  #sort(): void {
    this.#ready = this.#all.filter(({ weight, isHealthy }) => weight > 0 && isHealthy);
    this.#nextBack = Math.min(...this.#all.flatMap(({ outUntil }) => (outUntil > 0 ? [outUntil] : [])));
  }

  #startSlowly(target: LiveTarget): void {
    target.since = this.#now();
    const { slowStartMs = 0 } = this.#health;
    if (slowStartMs > 0 && this.#balancer.keepsCallers !== true) this.#slowUntil = target.since + slowStartMs;
  }

  /** A target that has just begun is passed over by chance: rarely at the end of its time, mostly at the beginning. */
  #withoutSlow(targets: readonly LiveTarget[]): readonly LiveTarget[] {
    const now = this.#now();
    if (now >= this.#slowUntil) {
      this.#slowUntil = 0;
      return targets;
    }
    const { slowStartMs = 0 } = this.#health;
    const kept = targets.filter(({ since }) => (now - since) / slowStartMs >= this.#random());
    return kept.length > 0 ? kept : targets;
  }
}
