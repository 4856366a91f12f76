import { type AdoptedPlugin, adoptPlugin } from '../adopt-plugin.ts';
import type { ResolvedManifest } from '../manifest/resolve-manifest.ts';
import type { TierInstance, TierName } from '../tiers/tier.ts';
import { trusted } from '../tiers/trusted.ts';
import { loadInTier, tierRequest } from './load-in-tier.ts';
import type { InsidePlugin } from './plugin-outside.ts';
import type { PluginSurroundings } from './plugin-settings.ts';
import { signOfLife } from './sign-of-life.ts';

export interface CodeOptions extends Pick<PluginSurroundings, 'tiers' | 'deadlines'> {
  /** Aborts when the plugin stops. */
  readonly signal: AbortSignal;
  /** It is gone from its tier without being told to. */
  lost(reason: string): void;
}

/** The code of one version of a plugin, in its tier. */
export class PluginCode {
  readonly #plugin: InsidePlugin;
  readonly #options: CodeOptions;
  #entry: string | undefined;
  #tier: TierName = 'trusted';
  #adopted: AdoptedPlugin | undefined;
  #instance: TierInstance | undefined;

  constructor(plugin: InsidePlugin, options: CodeOptions) {
    this.#plugin = plugin;
    this.#options = options;
  }

  get tier(): TierName {
    return this.#tier;
  }

  /** What it brings; undefined until it is loaded. */
  get adopted(): AdoptedPlugin | undefined {
    return this.#adopted;
  }

  /** True while only what it said of itself before is known. */
  get isAsleep(): boolean {
    return this.#instance?.asleep === true;
  }

  /** True once code of it ran in the host process, which never forgets code. */
  get heldByHost(): boolean {
    return this.#tier === 'trusted' && this.#adopted !== undefined;
  }

  settle({ entry, tier }: Pick<ResolvedManifest, 'entry' | 'tier'>): void {
    this.#entry = entry;
    this.#tier = tier;
  }

  /** Gives what it brings; undefined when the plugin stops meanwhile. Throws as {@link loadInTier}. */
  async load(onUse = false): Promise<AdoptedPlugin | undefined> {
    const { candidate, manifest, folder, capabilities } = this.#plugin;
    const { tiers, deadlines, signal, lost } = this.#options;
    const instance = await loadInTier(tiers.get(this.#tier)!, {
      ...tierRequest(candidate, manifest!, folder!, onUse),
      granted: capabilities,
      limitMs: deadlines.loadMs,
      signal,
    });
    if (instance === undefined) return undefined;
    this.#instance = instance;
    this.#adopted = instance.plugin;
    void instance.lost.then((reason) => {
      if (instance === this.#instance) lost(reason);
    });
    return instance.plugin;
  }

  /** In the host process, at once. */
  loadNow(): AdoptedPlugin {
    this.#adopted = adoptPlugin(trusted.loadNow(this.#entry!), this.#plugin.manifest!);
    return this.#adopted;
  }

  /** Waits until it answers. Throws PLUGIN_UNHEALTHY. */
  async healthy(): Promise<void> {
    const { id, version } = this.#plugin;
    const { deadlines, signal } = this.#options;
    await signOfLife(this.#instance, { id, version, limitMs: deadlines.healthMs, signal });
  }

  /** Keeps what it says of itself for a start that need not load it. */
  remember(): void {
    const described = this.#instance?.described;
    if (described !== undefined) this.#plugin.candidate.recall?.remember(described);
  }

  async end(): Promise<void> {
    await this.#instance?.[Symbol.asyncDispose]();
  }
}
