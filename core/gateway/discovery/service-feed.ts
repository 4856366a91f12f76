import { setTimeout } from 'node:timers/promises';
import type { Log, ServiceInstance } from '@backplane/sdk';
import { withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import type { TargetModel, TargetSource } from '../model/upstream-model.ts';
import type { DiscoveryDesk } from './discovery-desk.ts';
import { instanceTarget } from './instance-target.ts';

export type DiscoverySource = TargetSource & { readonly kind: 'discovery' };

export interface FeedState {
  readonly upstream: string;
  readonly use: string;
  readonly service: string;
  readonly targets: number;
  /** Epoch milliseconds of the last list; absent: there was none yet. */
  readonly heardAt?: number;
  /** Why the list may be old. */
  readonly stale?: string;
}

/** Milliseconds; the last one again and again. */
const RETRY_MS = [250, 1_000, 2_000, 5_000, 10_000] as const;
/** Registries that end their lists at once are not asked in a circle. */
const PAUSE_MS = 50;
const STOP_MS = 2_000;

/** Follows one service in its registry. While that cannot be asked, the last list holds. */
export class ServiceFeed {
  readonly #upstream: string;
  readonly #source: DiscoverySource;
  readonly #desk: DiscoveryDesk;
  readonly #log: Log;
  readonly #tell: (targets: readonly TargetModel[]) => void;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #told = '';
  #count = 0;
  #heardAt: number | undefined;
  #stale: string | undefined;
  #failures = 0;

  constructor(given: {
    readonly upstream: string;
    readonly source: DiscoverySource;
    readonly desk: DiscoveryDesk;
    readonly log: Log;
    tell(targets: readonly TargetModel[]): void;
  }) {
    this.#upstream = given.upstream;
    this.#source = given.source;
    this.#desk = given.desk;
    this.#log = given.log;
    this.#tell = given.tell;
    this.#done = this.#run(this.#stopping.signal);
  }

  state(): FeedState {
    const { use, service } = this.#source;
    return {
      upstream: this.#upstream,
      use,
      service,
      targets: this.#count,
      ...(this.#heardAt !== undefined && { heardAt: this.#heardAt }),
      ...(this.#stale !== undefined && { stale: this.#stale }),
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // A registry that does not hear the signal is left behind.
    await withinDeadline(this.#done, STOP_MS);
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { discovery, gone } = await this.#desk.lend(this.#source);
        await this.#listen(discovery, AbortSignal.any([signal, gone]));
        if (!gone.aborted) await pause(PAUSE_MS, signal);
      } catch (problem) {
        if (signal.aborted) return;
        this.#failed(problem);
        const waitMs = RETRY_MS[Math.min(this.#failures - 1, RETRY_MS.length - 1)]!;
        const early = new AbortController();
        // The wait is over, too, when a plugin comes that may bring the registry.
        await Promise.race([
          pause(waitMs, AbortSignal.any([signal, early.signal])),
          this.#desk.changed(AbortSignal.any([signal, early.signal])),
        ]);
        early.abort();
      }
    }
  }

  async #listen(
    discovery: Awaited<ReturnType<DiscoveryDesk['lend']>>['discovery'],
    signal: AbortSignal,
  ): Promise<void> {
    const { service, namespace, tags, pollMs } = this.#source;
    const query = { service, tags, ...(namespace !== undefined && { namespace }) };
    if (discovery.watch !== undefined) {
      for await (const instances of discovery.watch(query, signal)) {
        if (signal.aborted) return;
        this.#heard(instances);
      }
      return;
    }
    while (!signal.aborted) {
      this.#heard(await discovery.resolve(query, signal));
      await pause(pollMs, signal);
    }
  }

  #heard(instances: readonly ServiceInstance[]): void {
    const targets = instances.flatMap((instance) => {
      const target = instanceTarget(instance, this.#source.scheme);
      if (target === undefined) {
        const { upstream, ...facts } = {
          upstream: this.#upstream,
          id: instance.id,
          host: instance.host,
          port: instance.port,
        };
        this.#log.warn('an instance has no usable address and is left out', { upstream, ...facts });
      }
      return target ?? [];
    });
    if (this.#stale !== undefined) this.#log.info('the registry answers again', { upstream: this.#upstream });
    this.#failures = 0;
    this.#stale = undefined;
    this.#heardAt = Date.now();
    this.#count = targets.length;
    // Registries tell lists in any order; only a change is news.
    const sorted = targets.toSorted((a, b) => (`${a.host}:${a.port}` < `${b.host}:${b.port}` ? -1 : 1));
    const told = JSON.stringify(sorted);
    if (told === this.#told) return;
    this.#told = told;
    this.#tell(sorted);
  }

  #failed(problem: unknown): void {
    this.#failures += 1;
    const because = problem instanceof Error ? problem.message : String(problem);
    if (this.#stale !== because) {
      this.#log.warn('a registry cannot be asked; what it said last holds', { upstream: this.#upstream, because });
    }
    this.#stale = because;
  }
}

/** Ends early, and without a word, when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
