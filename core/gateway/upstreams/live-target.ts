import { originOf } from '../connections/connection-target.ts';
import type { Connections } from '../connections/connections.ts';
import type { TargetModel } from '../model/upstream-model.ts';
import type { PoolLease } from './pool-set.ts';
import type { Target, TargetState, TryOutcome } from './upstream.ts';

/** A target with what is known of it. The same object as long as its upstream has it. */
export class LiveTarget implements Target {
  readonly id: string;
  readonly origin: string;
  readonly lease: PoolLease;
  readonly connections: Connections;
  weight: number;
  metadata: Readonly<Record<string, string>>;
  active = 0;
  /** Active checks say so. */
  isUnhealthy = false;
  /** In a row. */
  failures = 0;
  /** How often it was left out in a row. */
  ejections = 0;
  /** Epoch milliseconds until when it is left out; 0: it is not. */
  outUntil = 0;
  /** Epoch milliseconds at which it began to serve, or did again; 0: it always has. */
  since = 0;
  /** Told how each try ended, where failures count. */
  note: ((outcome: TryOutcome) => void) | undefined;

  constructor(model: TargetModel, lease: PoolLease) {
    this.origin = originOf(model);
    this.id = this.origin;
    this.weight = model.weight;
    this.metadata = model.metadata;
    this.lease = lease;
    this.connections = lease.connections;
  }

  get isHealthy(): boolean {
    return !this.isUnhealthy && this.outUntil === 0;
  }

  state(): TargetState {
    const { id, weight, active, isHealthy } = this;
    const because = this.#whyOut();
    return { id, weight, active, isHealthy, ...(because !== undefined && { because }) };
  }

  #whyOut(): string | undefined {
    if (this.isUnhealthy) return 'its health check fails';
    if (this.outUntil > 0)
      return `it failed ${this.failures} times in a row and is left out until ${new Date(this.outUntil).toISOString()}`;
    return this.weight === 0 ? 'its weight is 0' : undefined;
  }
}
