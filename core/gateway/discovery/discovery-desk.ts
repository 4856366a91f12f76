import type { Discovery } from '@backplane/sdk';
import type { ContributionBoard, Posted } from '../../plugins/contributions/contribution-board.ts';
import { withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import { openDiscovery } from './open-discovery.ts';

const CLOSE_MS = 5_000;

/** Which registry is asked, and how. */
export interface DiscoveryUse {
  readonly use: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Where registries come from. */
export interface DiscoveryPlugins {
  readonly board: ContributionBoard;
  /** Sees to it that the registry is on the board, and says which plugin's counts. */
  bring(use: string): Promise<string | undefined>;
}

interface Open {
  readonly posted: Posted<'service-discovery'>;
  readonly discovery: Promise<Discovery>;
  /** Aborts when its plugin has gone. */
  readonly gone: AbortController;
}

export interface LentDiscovery {
  readonly discovery: Discovery;
  /** Aborts when it can no longer be used: another one may take its place. */
  readonly gone: AbortSignal;
}

/** Lends the registries of active plugins: each configuration is opened once, and again after its plugin was exchanged. */
export class DiscoveryDesk implements AsyncDisposable {
  readonly #board: ContributionBoard;
  readonly #bring: DiscoveryPlugins['bring'];
  readonly #listening: Disposable;
  readonly #open = new Map<string, Open>();

  constructor({ board, bring }: DiscoveryPlugins) {
    this.#board = board;
    this.#bring = bring;
    this.#listening = board.onChange(() => {
      for (const [key, { posted }] of this.#open) {
        if (!board.of('service-discovery').some(({ contribution }) => contribution === posted.contribution))
          void this.#close(key);
      }
    });
  }

  /** Rejects while no active plugin brings it, or it cannot be opened. */
  async lend({ use, config }: DiscoveryUse): Promise<LentDiscovery> {
    const key = JSON.stringify([use, config]);
    const plugin = await this.#bring(use);
    const posted = this.#board
      .of('service-discovery')
      .find(({ owner, contribution }) => owner.id === plugin && contribution.name === use);
    if (posted === undefined) throw new Error(`no active plugin brings the service discovery ${use}`);
    let open = this.#open.get(key);
    if (open !== undefined && open.posted.contribution !== posted.contribution) {
      void this.#close(key);
      open = undefined;
    }
    if (open === undefined) {
      open = { posted, discovery: openDiscovery(posted, config), gone: new AbortController() };
      this.#open.set(key, open);
      // What could not be opened is tried again by the next one who asks.
      const failed = open;
      failed.discovery.catch(() => this.#open.get(key) === failed && this.#open.delete(key));
    }
    return { discovery: await open.discovery, gone: open.gone.signal };
  }

  /** Resolves when plugins have changed, or the signal aborts: what could not be lent may be there now. */
  changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listening = this.#board.onChange(() => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
    return promise.finally(() => listening[Symbol.dispose]());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await Promise.all([...this.#open.keys()].map((key) => this.#close(key)));
  }

  async #close(key: string): Promise<void> {
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open === undefined) return;
    open.gone.abort(new Error('the plugin of the service discovery has gone'));
    const discovery = await open.discovery.catch(() => undefined);
    await withinDeadline(Promise.resolve(discovery?.close?.()), CLOSE_MS).catch(() => undefined);
  }
}
