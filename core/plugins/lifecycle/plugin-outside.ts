import type { Log } from '@backplane/sdk';
import type { RunnableAction } from '../../registry/runnable-action.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { usedPorts } from '../actions/call-ports.ts';
import type { ActionOwner } from '../actions/plugin-action.ts';
import { pluginTemplates } from '../actions/plugin-templates.ts';
import type { AdoptedPlugin } from '../adopt-plugin.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Provider } from '../contracts/bind-dependencies.ts';
import type { MountOwner } from '../contributions/contribution-board.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { compileRange } from '../manifest/version-range.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { thrownText } from '../thrown-text.ts';
import { CleanupStack } from './cleanup-stack.ts';
import { grantedUses } from './granted-actions.ts';
import type { PluginSurroundings } from './plugin-settings.ts';
import { startPlugin } from './start-plugin.ts';

/** The plugin as far as it matters here; asked each time. */
export interface InsidePlugin {
  readonly id: string;
  readonly version: string;
  readonly manifest: Manifest | undefined;
  readonly folder: string | undefined;
  readonly candidate: Candidate;
  /** Granted. */
  readonly capabilities: Capabilities;
}

export interface OutsideOptions {
  readonly surroundings: PluginSurroundings;
  readonly log: Log;
  /** Aborts when the plugin stops. */
  readonly signal: AbortSignal;
}

/** What a plugin is handed of the host and of other plugins, in each role that its code has. Its manifest must be a good one. */
export class PluginOutside {
  readonly #plugin: InsidePlugin;
  readonly #options: OutsideOptions;

  constructor(plugin: InsidePlugin, options: OutsideOptions) {
    this.#plugin = plugin;
    this.#options = options;
  }

  actionOwner(started: () => Promise<void>): ActionOwner {
    const { id, version, candidate } = this.#plugin;
    const { ports } = this.#options.surroundings;
    const versioned = candidate.origin.from === 'store';
    const provider = (other: string) => this.#provider(other);
    return { id, version, versioned, ...this.#source(), ports, provider, started };
  }

  templates(): RunnableAction[] {
    const { manifest, folder } = this.#plugin;
    const { registry } = this.#options.surroundings;
    return pluginTemplates(manifest!, { folder: folder!, registry, ...this.#source() });
  }

  mountOwner(): MountOwner {
    const { id, version, manifest, folder } = this.#plugin;
    const { surroundings, log, signal } = this.#options;
    return { id, version, manifest: manifest!, folder: folder!, ports: surroundings.ports, log, signal };
  }

  /** Throws as {@link startPlugin}. */
  start(code: AdoptedPlugin, defer: (cleanup: () => unknown) => void): Promise<void> {
    const { id, manifest, candidate, capabilities } = this.#plugin;
    const { surroundings, log, signal } = this.#options;
    const caller = { plugin: id, action: 'start', workspace: DEFAULT_WORKSPACE, environment: 'default', signal };
    return startPlugin(code, {
      id,
      setting: candidate.setting,
      describesConfig: manifest!.config !== undefined,
      log,
      signal,
      defer,
      provider: (other) => this.#provider(other),
      ports: () => usedPorts({ name: 'start', uses: grantedUses(code.uses, capabilities) }, surroundings.ports, caller),
      limitMs: surroundings.deadlines.startMs,
    });
  }

  /** What its code asks to be called back for when it ends. */
  newCleanups(): CleanupStack {
    const { surroundings, log } = this.#options;
    return new CleanupStack(surroundings.deadlines.stopMs, (problem) => {
      log.warn('a clean-up of the plugin failed', { problem: thrownText(problem) });
    });
  }

  #source(): Pick<ActionOwner, 'source'> {
    const { origin } = this.#plugin.candidate;
    if (origin.from !== 'store') return {};
    const { text: use, commit } = origin;
    return { source: { use, ...(commit !== undefined && { commit }) } };
  }

  /** Another plugin, when this one names it and it runs in a version that fits. */
  #provider(id: string): Provider | undefined {
    const { requires, optional } = this.#plugin.manifest!;
    const range = requires[id] ?? optional[id];
    return range === undefined ? undefined : this.#options.surroundings.provider(id, compileRange(range)!);
  }
}
