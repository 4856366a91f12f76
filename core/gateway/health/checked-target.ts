import { ask } from '../connections/ask.ts';
import type { HealthModel } from '../model/upstream-model.ts';
import type { PoolLease } from '../upstreams/pool-set.ts';

export type ActiveCheck = NonNullable<HealthModel['active']>;

export interface CheckState {
  readonly id: string;
  readonly isHealthy: boolean;
  /** Epoch milliseconds of the last answer or failure. */
  readonly checkedAt?: number;
  /** What the last check found, where it failed. */
  readonly because?: string;
}

/** The first check comes soon, but not to all targets at once. */
const FIRST_WITHIN_MS = 500;
/** Checks of many targets and hosts shall not come together: a tenth earlier or later. */
const JITTER = 0.1;
const CHECK_HEADERS = ['user-agent', 'backplane-health-check', 'accept', '*/*'];

/** A target that is asked again and again whether it serves. Healthy until it has failed. */
export class CheckedTarget {
  readonly id: string;
  isHealthy = true;
  readonly #check: ActiveCheck;
  readonly #lease: PoolLease;
  readonly #random: () => number;
  readonly #changed: (isHealthy: boolean, because: string | undefined) => void;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** Results in a row that speak against what it is taken for. */
  #against = 0;
  #checkedAt: number | undefined;
  #because: string | undefined;

  constructor(given: {
    readonly id: string;
    readonly check: ActiveCheck;
    readonly lease: PoolLease;
    readonly random: () => number;
    changed(isHealthy: boolean, because: string | undefined): void;
  }) {
    this.id = given.id;
    this.#check = given.check;
    this.#lease = given.lease;
    this.#random = given.random;
    this.#changed = given.changed;
    this.#after(Math.min(FIRST_WITHIN_MS, given.check.everyMs) * given.random());
  }

  state(): CheckState {
    return {
      id: this.id,
      isHealthy: this.isHealthy,
      ...(this.#checkedAt !== undefined && { checkedAt: this.#checkedAt }),
      ...(this.#because !== undefined && { because: this.#because }),
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopping.abort();
    this.#lease.release();
  }

  #after(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#run(), ms).unref();
  }

  async #run(): Promise<void> {
    const because = await this.#ask();
    if (this.#stopping.signal.aborted) return;
    this.#checkedAt = Date.now();
    this.#because = because;
    this.#weigh(because === undefined);
    this.#after(this.#check.everyMs * (1 - JITTER + 2 * JITTER * this.#random()));
  }

  #weigh(isGood: boolean): void {
    this.#against = isGood === this.isHealthy ? 0 : this.#against + 1;
    const { healthyAfter, unhealthyAfter } = this.#check;
    if (this.#against < (isGood ? healthyAfter : unhealthyAfter)) return;
    if (isGood === this.isHealthy) return;
    this.#against = 0;
    this.isHealthy = isGood;
    this.#changed(isGood, this.#because);
  }

  /** What is wrong; undefined: it serves. */
  async #ask(): Promise<string | undefined> {
    const { path, method, timeoutMs, statuses } = this.#check;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const { status } = await ask(
        this.#lease.connections,
        { path, method, headers: CHECK_HEADERS, headTimeoutMs: 0, bodyTimeoutMs: 0 },
        // Only the status counts; a long body costs the connection, not the memory.
        { signal: AbortSignal.any([late, this.#stopping.signal]), maxBytes: 65_536 },
      );
      if (statuses.some(([from, to]) => status >= from && status <= to)) return undefined;
      return `it answered ${status}`;
    } catch (problem) {
      if (late.aborted) return `it did not answer within ${timeoutMs} ms`;
      return problem instanceof Error ? ((problem as { code?: string }).code ?? problem.message) : String(problem);
    }
  }
}
