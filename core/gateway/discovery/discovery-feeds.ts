import type { Log } from '@backplane/sdk';
import type { TargetModel, UpstreamModel } from '../model/upstream-model.ts';
import type { DiscoveryDesk } from './discovery-desk.ts';
import { type DiscoverySource, type FeedState, ServiceFeed } from './service-feed.ts';

export interface DiscoveryFeedsOptions {
  readonly desk: DiscoveryDesk;
  readonly log: Log;
  /** Where the targets of an upstream are now. */
  tell(upstream: string, targets: readonly TargetModel[]): void;
}

/** Keeps the targets of all upstreams that a registry knows, once for all workers. */
export class DiscoveryFeeds implements AsyncDisposable {
  readonly #options: DiscoveryFeedsOptions;
  readonly #feeds = new Map<string, { readonly source: string; readonly feed: ServiceFeed }>();

  constructor(options: DiscoveryFeedsOptions) {
    this.#options = options;
  }

  /** The upstreams that there are from now on. A feed whose source stays as it is goes on. */
  follow(models: readonly UpstreamModel[]): void {
    const wanted = new Map(
      models.flatMap(({ name, targets }) => (targets.kind === 'discovery' ? [[name, targets] as const] : [])),
    );
    for (const [name, { source, feed }] of this.#feeds) {
      const now = wanted.get(name);
      if (now !== undefined && JSON.stringify(now) === source) continue;
      this.#feeds.delete(name);
      void feed.stop();
    }
    for (const [name, source] of wanted) if (!this.#feeds.has(name)) this.#follow(name, source);
  }

  state(): readonly FeedState[] {
    return [...this.#feeds.values()].map(({ feed }) => feed.state());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    await Promise.all(feeds.map(({ feed }) => feed.stop()));
  }

  #follow(upstream: string, source: DiscoverySource): void {
    const { desk, log, tell } = this.#options;
    const feed: ServiceFeed = new ServiceFeed({
      upstream,
      source,
      desk,
      log,
      tell: (targets) => {
        if (this.#feeds.get(upstream)?.feed === feed) tell(upstream, targets);
      },
    });
    this.#feeds.set(upstream, { source: JSON.stringify(source), feed });
  }
}
