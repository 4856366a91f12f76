import type { TierLimits } from '../tier.ts';
import { LivingResult } from './living-result.ts';
import type { RemoteCall } from './remote-call.ts';

interface Surroundings {
  readonly plugin: string;
  readonly limits: TierLimits;
  cancel(id: number, why: string): void;
  over(id: number): void;
}

/** What the calls of one plugin have left behind, by the numbers of the calls. */
export class LivingResults {
  readonly #around: Surroundings;
  readonly #living = new Map<number, LivingResult>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  of(id: number): LivingResult | undefined {
    return this.#living.get(id);
  }

  keep(id: number, call: Pick<RemoteCall, 'action' | 'log' | 'ports' | 'signal'>): void {
    const { plugin, limits, cancel } = this.#around;
    const around = { plugin, limits, cancel: (why: string) => cancel(id, why), over: () => this.release(id) };
    this.#living.set(id, new LivingResult(call, around));
  }

  /** Nothing of it is needed any more. */
  release(id: number): void {
    const living = this.#living.get(id);
    if (living === undefined) return;
    this.#living.delete(id);
    living.end();
    this.#around.over(id);
  }

  /** The plugin is gone, and all of it with it. */
  clear(): void {
    for (const living of this.#living.values()) living.end();
    this.#living.clear();
  }
}
