import type { Log } from '@backplane/sdk';
import type { ContributionBoard } from '../../plugins/contributions/contribution-board.ts';
import { DiscoveryDesk } from '../discovery/discovery-desk.ts';
import { DiscoveryFeeds } from '../discovery/discovery-feeds.ts';
import { Registrations } from '../discovery/registrations.ts';
import { ActiveChecks } from '../health/active-checks.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { GatewayWorkers } from '../worker/gateway-workers.ts';

export interface UpstreamCareOptions {
  readonly workers: Pick<GatewayWorkers, 'setTargets' | 'setUnhealthy' | 'port'>;
  readonly board: ContributionBoard;
  readonly log: Log;
  /** The address of the gateway, for registries. */
  readonly host: string;
}

/** What is done once for all workers: targets are discovered and asked for their health, services announced. */
export class UpstreamCare implements AsyncDisposable {
  readonly #desk: DiscoveryDesk;
  readonly #checks: ActiveChecks;
  readonly #feeds: DiscoveryFeeds;
  readonly #registrations: Registrations;

  constructor({ workers, board, log, host }: UpstreamCareOptions) {
    this.#desk = new DiscoveryDesk(board);
    this.#checks = new ActiveChecks({ log, tell: (name, unhealthy) => workers.setUnhealthy(name, unhealthy) });
    this.#feeds = new DiscoveryFeeds({
      desk: this.#desk,
      log,
      tell: (name, targets) => {
        workers.setTargets(name, targets);
        this.#checks.setTargets(name, targets);
      },
    });
    this.#registrations = new Registrations({ desk: this.#desk, log, self: { host, port: workers.port } });
  }

  /** What is served from now on. */
  async follow({ upstreams, registrations }: GatewayModel): Promise<void> {
    this.#checks.follow(upstreams);
    this.#feeds.follow(upstreams);
    await this.#registrations.follow(registrations);
  }

  /** Takes back what was announced first, so that nobody calls a gateway that goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registrations[Symbol.asyncDispose]();
    await this.#feeds[Symbol.asyncDispose]();
    this.#checks[Symbol.dispose]();
    await this.#desk[Symbol.asyncDispose]();
  }
}
