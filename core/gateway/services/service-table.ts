import type { UpstreamSet } from '../upstreams/upstream-set.ts';
import { ExpiringNames } from './expiring-names.ts';
import type { FoundService } from './found-service.ts';
import { type NotFound, notFoundError, type ServiceAnswer } from './service-answer.ts';
import { type NamedService, serviceUpstreamName } from './service-name.ts';

/** Asks the host. Rejects where that is not possible. */
export type FindService = (upstream: string, named: NamedService) => Promise<ServiceAnswer>;

/** Who holds services of a snapshot. */
export interface ServiceHolder {
  letGo(name: string): void;
  /** Milliseconds since the last request, by the name of the upstream. */
  idle(now: number): Iterable<readonly [name: string, idleMs: number]>;
}

const MOST_UNKNOWN = 2_000;

/** What a worker knows of services that callers name, over reloads. Only what it does not know it asks its host. */
export class ServiceTable {
  readonly #upstreams: UpstreamSet;
  readonly #find: FindService;
  readonly #told = new Map<string, FoundService>();
  readonly #unhealthy = new Map<string, readonly string[]>();
  readonly #notFound = new ExpiringNames<NotFound>({ most: MOST_UNKNOWN });
  readonly #asking = new Map<string, Promise<FoundService>>();
  readonly #holders = new Set<ServiceHolder>();

  constructor(upstreams: UpstreamSet, find: FindService) {
    this.#upstreams = upstreams;
    this.#find = find;
  }

  /** What the host says; undefined: it no longer follows the service. */
  tell(name: string, found: FoundService | undefined): void {
    if (found === undefined) {
      this.#told.delete(name);
      this.#unhealthy.delete(name);
      for (const holder of this.#holders) holder.letGo(name);
      return;
    }
    this.#told.set(name, found);
    this.#upstreams.setTargets(name, found.targets);
  }

  /** Targets that active checks have found unhealthy, by id. */
  tellUnhealthy(name: string, targets: readonly string[]): void {
    if (this.#told.has(name)) this.#unhealthy.set(name, targets);
  }

  unhealthy(name: string): readonly string[] {
    return this.#unhealthy.get(name) ?? [];
  }

  /** What the host has said last. */
  told(name: string): FoundService | undefined {
    return this.#told.get(name);
  }

  /** The services of an upstream that the host follows. */
  known(family: string): readonly FoundService[] {
    return [...this.#told.values()].filter((found) => found.family === family);
  }

  /** Rejects with GATEWAY_SERVICE_UNKNOWN, GATEWAY_REGISTRY_UNREACHABLE, GATEWAY_SERVICES_FULL or GATEWAY_SERVICES_BUSY. */
  async get(family: string, named: NamedService, source: string): Promise<FoundService> {
    const known = this.#told.get(serviceUpstreamName(family, named));
    if (known?.source === source) return known;
    const asked = JSON.stringify([family, named.namespace, named.service, source]);
    const refused = this.#notFound.get(asked);
    if (refused !== undefined) throw notFoundError(family, named, refused);
    const asking = this.#asking.get(asked) ?? this.#ask(family, named, source, asked);
    this.#asking.set(asked, asking);
    return asking;
  }

  hold(holder: ServiceHolder): Disposable {
    this.#holders.add(holder);
    return { [Symbol.dispose]: () => void this.#holders.delete(holder) };
  }

  /** Milliseconds since a request was for a service that this worker serves. */
  idle(): ReadonlyMap<string, number> {
    const now = performance.now();
    const all = new Map<string, number>();
    for (const holder of this.#holders) {
      for (const [name, idleMs] of holder.idle(now)) all.set(name, Math.min(idleMs, all.get(name) ?? idleMs));
    }
    return all;
  }

  async #ask(family: string, named: NamedService, source: string, asked: string): Promise<FoundService> {
    try {
      const answer = await this.#find(family, named).catch((): NotFound => ({ is: 'busy', forMs: 0 }));
      if (answer.is === 'found') {
        const told = this.#told.get(serviceUpstreamName(family, named));
        if (told?.source === source) return told;
        // The host follows another configuration for a moment.
        throw notFoundError(family, named, { is: 'busy', forMs: 0 });
      }
      if (answer.forMs > 0) this.#notFound.set(asked, answer, answer.forMs);
      throw notFoundError(family, named, answer);
    } finally {
      this.#asking.delete(asked);
    }
  }
}
