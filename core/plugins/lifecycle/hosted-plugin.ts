import { realpathSync } from 'node:fs';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { RunnableAction } from '../../registry/runnable-action.ts';
import { lazyAction } from '../actions/lazy-action.ts';
import { type ActionOwner, pluginAction } from '../actions/plugin-action.ts';
import { type AdoptedPlugin, adoptPlugin } from '../adopt-plugin.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { resolveManifest } from '../manifest/resolve-manifest.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { thrownText } from '../thrown-text.ts';
import { trusted } from '../tiers/trusted.ts';
import { CleanupStack } from './cleanup-stack.ts';
import { loadFailure } from './load-failure.ts';
import type { PluginRecord, PluginState } from './plugin-record.ts';
import type { PluginSurroundings } from './plugin-settings.ts';
import { startPlugin } from './start-plugin.ts';
import { LATE, withinDeadline } from './within-deadline.ts';

/** One plugin and its life on this host. No method lets anything that the plugin throws through; it shows in the record. */
export class HostedPlugin {
  readonly id: string;
  readonly candidate: Candidate;
  /** Its real folder, once resolved. */
  folder: string | undefined;
  readonly #surroundings: PluginSurroundings;
  readonly #log: Log;
  readonly #registered = new DisposableStack();
  readonly #cleanups: CleanupStack;
  readonly #stopping = new AbortController();
  #state: PluginState = 'discovered';
  #since = now();
  #error: BackplaneError | undefined;
  #entry = '';
  #adopted: AdoptedPlugin | undefined;
  #starting: Promise<void> | undefined;
  #faults = 0;

  constructor(candidate: Candidate, surroundings: PluginSurroundings) {
    this.id = candidate.id;
    this.candidate = candidate;
    this.#surroundings = surroundings;
    this.#log = withField(surroundings.log, { plugin: candidate.id });
    this.#cleanups = new CleanupStack(surroundings.deadlines.stopMs, (problem) => {
      this.#log.warn('a clean-up of the plugin failed', { problem: thrownText(problem) });
    });
  }

  get state(): PluginState {
    return this.#state;
  }

  get error(): BackplaneError | undefined {
    return this.#error;
  }

  get manifest(): Manifest | undefined {
    return isManifest(this.candidate.manifest) ? this.candidate.manifest : undefined;
  }

  record(): PluginRecord {
    const { origin, setting } = this.candidate;
    return {
      id: this.id,
      version: this.manifest?.version ?? 'unknown',
      origin,
      tier: 'trusted',
      state: this.#state,
      since: this.#since,
      required: setting?.required ?? false,
      codeLoaded: this.#adopted !== undefined,
      contributions: { actions: this.manifest?.contributes.actions ?? [] },
      faults: this.#faults,
      ...(this.#error === undefined ? {} : { error: toErrorRecord(this.#error) }),
    };
  }

  /** Decides from its manifest alone whether it may run. `claimed` holds the names that earlier plugins have taken. */
  resolve(claimed: Map<string, string>): void {
    const { manifest, setting, wanted } = this.candidate;
    if (!wanted) return;
    if (setting?.enabled === false) {
      this.#become('disabled');
      return;
    }
    try {
      if (!isManifest(manifest)) throw manifest;
      this.#entry = resolveManifest(
        this.candidate,
        manifest,
        this.#surroundings.config,
        this.#surroundings.hostVersion,
      );
      this.folder = realpathSync((this.candidate.origin as { readonly path: string }).path);
      this.#claimNames(manifest, claimed);
      this.#become('resolved');
    } catch (thrown) {
      this.#fail(thrown, 'load');
    }
  }

  /** Makes its actions callable by what its manifest says; its code is loaded on first use. */
  activateOnUse(): void {
    const { contributes } = this.manifest!;
    const aliasesOf = (name: string) =>
      Object.keys(contributes.aliases).filter((alias) => contributes.aliases[alias] === name);
    try {
      let actions: ReadonlyMap<string, RunnableAction> | undefined;
      const load = (name: string) => {
        if (this.#error !== undefined) throw this.#error;
        actions ??= this.#loadNow();
        return actions.get(name)!;
      };
      this.#register(
        contributes.actions.map((name) => {
          const indexed = { name, aliases: aliasesOf(name), origin: this.#origin, group: this.id };
          return lazyAction(indexed, () => load(name));
        }),
      );
      this.#become('active');
    } catch (thrown) {
      this.#fail(thrown, 'load');
    }
  }

  /** Loads and starts it now, each within its deadline. */
  async activate(): Promise<void> {
    let step: 'load' | 'start' = 'load';
    try {
      const { loadMs } = this.#surroundings.deadlines;
      const exported = await withinDeadline(trusted.load(this.#entry), loadMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      if (exported === LATE) throw raise.PLUGIN_LOAD_TIMEOUT({ id: this.id, limitMs: loadMs });
      const adopted = adoptPlugin(exported, this.manifest!);
      this.#adopted = adopted;
      this.#become('loaded');
      step = 'start';
      await this.#started();
      if (this.#stopping.signal.aborted) return;
      step = 'load';
      this.#register(adopted.actions.map((action) => pluginAction(action, this.#owner)));
      this.#become('active');
    } catch (thrown) {
      if (this.#stopping.signal.aborted) return;
      this.#fail(thrown, step);
      await this.#tearDown();
    }
  }

  noteFault(problem: unknown): void {
    this.#faults += 1;
    this.#log.error('the plugin failed outside any call', { problem: thrownText(problem) });
  }

  async stop(): Promise<void> {
    await this.#tearDown();
    if (this.#state === 'active' || this.#state === 'loaded') this.#become('stopped');
  }

  async #tearDown(): Promise<void> {
    this.#stopping.abort();
    this.#registered.dispose();
    await this.#cleanups[Symbol.asyncDispose]();
  }

  get #origin(): string {
    return `${this.id}@${this.manifest!.version}`;
  }

  get #owner(): ActionOwner {
    const { ports } = this.#surroundings;
    return { id: this.id, version: this.manifest!.version, ports, started: () => this.#started() };
  }

  #loadNow(): ReadonlyMap<string, RunnableAction> {
    try {
      const adopted = adoptPlugin(trusted.loadNow(this.#entry), this.manifest!);
      this.#adopted = adopted;
      return new Map(adopted.actions.map((action) => [action.name, pluginAction(action, this.#owner)]));
    } catch (thrown) {
      throw this.#fail(thrown, 'load');
    }
  }

  /** Starts once; every caller waits for the same start. */
  #started(): Promise<void> {
    this.#starting ??= startPlugin(this.#adopted!, {
      id: this.id,
      setting: this.candidate.setting,
      describesConfig: this.manifest!.config !== undefined,
      log: this.#log,
      signal: this.#stopping.signal,
      defer: (cleanup) => this.#cleanups.add(cleanup),
      limitMs: this.#surroundings.deadlines.startMs,
    }).catch((thrown) => {
      if (this.#stopping.signal.aborted) throw thrown;
      throw this.#fail(thrown, 'start');
    });
    return this.#starting;
  }

  #claimNames({ contributes }: Manifest, claimed: Map<string, string>): void {
    const names = [...contributes.actions, ...Object.keys(contributes.aliases)];
    for (const name of names) {
      const first = claimed.get(name);
      if (first !== undefined) throw raise.ACTION_DUPLICATE({ name, first, second: this.#origin });
    }
    for (const name of names) claimed.set(name, this.#origin);
  }

  /** All or none. */
  #register(actions: readonly RunnableAction[]): void {
    using added = new DisposableStack();
    for (const action of actions) added.use(this.#surroundings.registry.add(action));
    this.#registered.use(added.move());
  }

  #fail(thrown: unknown, step: 'load' | 'start'): BackplaneError {
    if (this.#error !== undefined) return this.#error;
    const error = loadFailure(this.id, this.folder, thrown, step);
    this.#error = error;
    this.#registered.dispose();
    this.#become('failed');
    return error;
  }

  #become(state: PluginState): void {
    this.#state = state;
    this.#since = now();
    const error = state === 'failed' ? this.#error : undefined;
    if (error === undefined) this.#log.debug('the plugin changed its state', { state });
    else
      this.#log.error('the plugin failed; everything else goes on', {
        code: error.code,
        problem: error.message,
        position: error.facts.position,
      });
  }
}

function isManifest(manifest: Candidate['manifest']): manifest is Manifest {
  return !(manifest instanceof BackplaneError);
}

function now(): string {
  return Temporal.Now.instant().toString({ smallestUnit: 'millisecond' });
}

function withField(log: Log, extra: object): Log {
  return {
    debug: (message, fields) => log.debug(message, { ...fields, ...extra }),
    info: (message, fields) => log.info(message, { ...fields, ...extra }),
    warn: (message, fields) => log.warn(message, { ...fields, ...extra }),
    error: (message, fields) => log.error(message, { ...fields, ...extra }),
  };
}
