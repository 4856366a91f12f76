import type { Log } from '@backplane/sdk';
import { DiscoveryDesk, type DiscoveryPlugins } from './discovery/discovery-desk.ts';
import { DiscoveryFeeds } from './discovery/discovery-feeds.ts';
import { Registrations } from './discovery/registrations.ts';
import type { FeedState } from './discovery/service-feed.ts';
import { ActiveChecks } from './health/active-checks.ts';
import type { CheckState } from './health/checked-target.ts';
import type { GatewayModel } from './model/gateway-model.ts';
import type { TargetModel, UpstreamModel } from './model/upstream-model.ts';
import { ServiceFinder, type ServiceFinderOptions } from './services/service-finder.ts';
import type { GatewayWorkers } from './worker/gateway-workers.ts';

export interface UpkeepOptions extends DiscoveryPlugins {
  readonly log: Log;
  readonly workers: Pick<
    GatewayWorkers,
    'setTargets' | 'setUnhealthy' | 'setService' | 'idleServices' | 'findServicesBy'
  >;
  /** Where the gateway listens, for registrations that do not say. */
  readonly self: { readonly host: string; readonly port: number };
}

export interface UpkeepState {
  readonly feeds: readonly FeedState[];
  /** By upstream. */
  readonly checks: ReadonlyMap<string, readonly CheckState[]>;
  readonly registrations: ReturnType<Registrations['state']>;
}

/** What a host does once for all workers of its gateway: asks registries and targets, and announces. */
export class GatewayUpkeep implements AsyncDisposable {
  readonly #desk: DiscoveryDesk;
  readonly #feeds: DiscoveryFeeds;
  readonly #checks: ActiveChecks;
  readonly #registrations: Registrations;
  readonly #finder: ServiceFinder;
  readonly #found = new Map<string, readonly TargetModel[]>();
  #upstreams: readonly UpstreamModel[] = [];

  constructor({ log, workers, self, ...plugins }: UpkeepOptions) {
    const desk = new DiscoveryDesk(plugins);
    const checks = new ActiveChecks({ log, tell: (upstream, ids) => workers.setUnhealthy(upstream, ids) });
    const tell: ConstructorParameters<typeof DiscoveryFeeds>[0]['tell'] = (upstream, targets) => {
      this.#found.set(upstream, targets);
      workers.setTargets(upstream, targets);
      checks.setTargets(upstream, targets);
    };
    this.#desk = desk;
    this.#checks = checks;
    this.#feeds = new DiscoveryFeeds({ desk, log, tell });
    this.#registrations = new Registrations({ desk, log, self });
    const audience: ServiceFinderOptions['audience'] = {
      setService: (name, found) => workers.setService(name, found),
      idleServices: () => workers.idleServices(),
      changed: () => this.#check(),
    };
    const finder = new ServiceFinder({ desk, log, audience });
    this.#finder = finder;
    workers.findServicesBy((upstream, named) => finder.find(upstream, named));
  }

  /** After the workers have taken a configuration. */
  async follow({ upstreams, registrations }: GatewayModel): Promise<void> {
    this.#upstreams = upstreams.filter(({ targets }) => targets.kind !== 'services');
    this.#check();
    this.#feeds.follow(upstreams);
    this.#finder.follow(upstreams);
    await this.#registrations.follow(registrations);
  }

  state(): UpkeepState {
    return {
      feeds: [...this.#feeds.state(), ...this.#finder.state()],
      checks: this.#checks.state(),
      registrations: this.#registrations.state(),
    };
  }

  /** Takes registrations back first: no new callers come while the gateway still serves those it has. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registrations[Symbol.asyncDispose]();
    await this.#finder[Symbol.asyncDispose]();
    await this.#feeds[Symbol.asyncDispose]();
    this.#checks[Symbol.dispose]();
    await this.#desk[Symbol.asyncDispose]();
  }

  #check(): void {
    const { found } = this.#finder;
    this.#checks.follow([...this.#upstreams, ...found.map(({ model }) => model)]);
    // A feed that goes on has nothing new to say, though a check may be new.
    for (const [upstream, targets] of this.#found) this.#checks.setTargets(upstream, targets);
    for (const { model, targets } of found) this.#checks.setTargets(model.name, targets);
  }
}
