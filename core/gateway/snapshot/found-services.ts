import { type ChainParts, compileChain } from '../chain/compile-chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import type { ServicesSource, UpstreamModel } from '../model/upstream-model.ts';
import type { CompiledRoute, Params, RouteServices } from '../router/compiled-route.ts';
import type { FoundService } from '../services/found-service.ts';
import {
  allows,
  type NamedService,
  serviceNamer,
  serviceUpstream,
  serviceUpstreamName,
  sourceText,
} from '../services/service-name.ts';
import type { ServiceHolder, ServiceTable } from '../services/service-table.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import type { UpstreamSet } from '../upstreams/upstream-set.ts';
import type { PolicyShelf } from './policy-shelf.ts';

export interface FoundServicesOptions {
  /** The route as it is written: for requests whose service is not known yet. */
  readonly written: Omit<CompiledRoute, 'upstream'>;
  readonly parts: ChainParts;
  readonly family: UpstreamModel;
  readonly source: ServicesSource;
  /** Upstreams that may stand in. */
  readonly models: readonly UpstreamModel[];
  readonly shelf: PolicyShelf;
  readonly upstreams: UpstreamSet;
  readonly table: ServiceTable;
}

interface Found {
  readonly route: CompiledRoute;
  usedAt: number;
  release(): Promise<unknown>;
}

/** The routes to services that callers have named: each with policies, counters and an upstream of its own, as if it had been written. */
export class FoundServices implements RouteServices, ServiceHolder {
  readonly nameOf: (params: Params) => NamedService | undefined;
  readonly #options: FoundServicesOptions;
  readonly #text: string;
  readonly #found = new Map<string, Found>();
  readonly #making = new Map<string, Promise<CompiledRoute>>();
  readonly #holding: Disposable;
  #isClosed = false;

  constructor(options: FoundServicesOptions) {
    this.#options = options;
    this.#text = sourceText(options.source);
    this.nameOf = serviceNamer(options.source);
    this.#holding = options.table.hold(this);
  }

  get upstreams(): readonly Upstream[] {
    return [...this.#found.values()].flatMap(({ route }) => route.upstream ?? []);
  }

  known(named: NamedService): CompiledRoute | undefined {
    const found = this.#found.get(serviceUpstreamName(this.#options.family.name, named));
    if (found === undefined) return undefined;
    found.usedAt = performance.now();
    return found.route;
  }

  async find(named: NamedService): Promise<CompiledRoute> {
    const { table, family } = this.#options;
    const told = await table.get(family.name, named, this.#text);
    return this.known(named) ?? this.#make(told);
  }

  /** Makes the routes of services that are known already, so that a reload changes nothing for them. */
  async takeOver(): Promise<void> {
    const { table, family, source } = this.#options;
    for (const found of table.known(family.name)) {
      if (found.source !== this.#text || !allows(source, found.named)) continue;
      // What cannot be made says so to the request that needs it.
      await this.#make(found).catch(() => undefined);
    }
  }

  letGo(name: string): void {
    const found = this.#found.get(name);
    this.#found.delete(name);
    void found?.release();
  }

  *idle(now: number): Generator<readonly [name: string, idleMs: number]> {
    for (const [name, { route, usedAt }] of this.#found) {
      const isBusy = route.upstream?.state().targets.some(({ active }) => active > 0) === true;
      yield [name, isBusy ? 0 : now - usedAt];
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#holding[Symbol.dispose]();
    await Promise.allSettled(this.#making.values());
    const all = [...this.#found.values()];
    this.#found.clear();
    await Promise.all(all.map((found) => found.release()));
  }

  #make(found: FoundService): Promise<CompiledRoute> {
    const name = serviceUpstreamName(found.family, found.named);
    const making = this.#making.get(name) ?? this.#compile(name, found).finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  async #compile(name: string, { named, targets }: FoundService): Promise<CompiledRoute> {
    const { written, parts, family, source, shelf, upstreams, table } = this.#options;
    const policies = shelf.lease();
    const model = serviceUpstream(family, source, named);
    const lease = upstreams.lease([model, ...this.#standIns(model)]);
    const release = () => Promise.all([policies.release(), lease.release()]);
    // At once: what the host says from now on comes by itself.
    upstreams.setTargets(name, table.told(name)?.targets ?? targets);
    upstreams.setUnhealthy(name, table.unhealthy(name));
    try {
      const own: PolicyInstance[] = [];
      for (const instance of parts.own) {
        const use = { ...instance.use, id: `${instance.use.id}@${named.key}` };
        const { hooks } = await policies.take(use);
        // Place and notes are those of the route as it is written: of one exchange only one of them has a part.
        own.push({ ...instance, use, hooks });
      }
      const { to } = written.model;
      const route: CompiledRoute = {
        ...written,
        model: {
          ...written.model,
          id: `${written.model.id}/${named.key}`,
          to: to.kind === 'upstream' ? { ...to, upstream: name } : to,
        },
        chain: compileChain({ ...parts, own }),
        upstream: lease.upstreams.get(name),
      };
      const found = { route, usedAt: performance.now(), release };
      // It may have been let go meanwhile: nobody would say any more where it is.
      if (this.#isClosed || table.told(name) === undefined) void release();
      else this.#found.set(name, found);
      return route;
    } catch (problem) {
      await release();
      throw problem;
    }
  }

  #standIns({ failover }: UpstreamModel): UpstreamModel[] {
    const all = new Set<UpstreamModel>();
    for (let next = failover; next !== undefined; ) {
      const model = this.#options.models.find(({ name }) => name === next);
      if (model === undefined || all.has(model)) break;
      all.add(model);
      next = model.failover;
    }
    return [...all];
  }
}
