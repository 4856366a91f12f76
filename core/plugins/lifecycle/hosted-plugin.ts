import { realpathSync } from 'node:fs';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { RunnableAction } from '../../registry/runnable-action.ts';
import { awaitedActions, lazyActions } from '../actions/lazy-action.ts';
import { pluginAction } from '../actions/plugin-action.ts';
import { type AdoptedPlugin, adoptPlugin } from '../adopt-plugin.ts';
import { grantedCapabilities } from '../capabilities/asked-capabilities.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Provider } from '../contracts/bind-dependencies.ts';
import { actionNames } from '../manifest/action-names.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { resolveManifest } from '../manifest/resolve-manifest.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { thrownText } from '../thrown-text.ts';
import type { TierInstance, TierName } from '../tiers/tier.ts';
import { trusted } from '../tiers/trusted.ts';
import { CallGate } from './call-gate.ts';
import type { CleanupStack } from './cleanup-stack.ts';
import { CRASH_POLICY, CrashCounter, tooOften } from './crash-counter.ts';
import { grantedActions } from './granted-actions.ts';
import { loadFailure } from './load-failure.ts';
import { loadInTier, tierRequest } from './load-in-tier.ts';
import { MountedContributions } from './mounted-contributions.ts';
import { movedPlace } from './moved-place.ts';
import { PluginLife } from './plugin-life.ts';
import { PluginOutside } from './plugin-outside.ts';
import { type PluginRecord, workFolder } from './plugin-record.ts';
import type { PluginSurroundings } from './plugin-settings.ts';
import { holdsActions, type PluginState, takesCalls } from './plugin-state.ts';
import { signOfLife } from './sign-of-life.ts';
import { withField } from './with-field.ts';
import { withinDeadline } from './within-deadline.ts';

/** One version of a plugin and its life on this host. Nothing that the plugin throws gets through; it shows in the record. */
export class HostedPlugin {
  readonly id: string;
  readonly candidate: Candidate;
  /** Its real folder, once resolved. */
  folder: string | undefined;
  readonly #surroundings: PluginSurroundings;
  readonly #log: Log;
  readonly #life: PluginLife;
  readonly #gate = new CallGate({
    refusal: () => (takesCalls(this.state) || this.state === 'draining' ? undefined : this.#refusal()),
    successor: (name) => this.#surroundings.registry.get(name),
  });
  readonly #crashes: CrashCounter;
  readonly #stopping = new AbortController();
  readonly #outside: PluginOutside;
  readonly #mounts: MountedContributions;
  #cleanups: CleanupStack;
  #registered: readonly RunnableAction[] = [];
  #registration: Disposable | undefined;
  #beside: Disposable | undefined;
  #error: BackplaneError | undefined;
  #entry: string | undefined;
  #tier: TierName = 'trusted';
  #adopted: AdoptedPlugin | undefined;
  #instance: TierInstance | undefined;
  #starting: Promise<void> | undefined;
  #faults = 0;

  constructor(candidate: Candidate, surroundings: PluginSurroundings) {
    this.id = candidate.id;
    this.candidate = candidate;
    this.#surroundings = surroundings;
    this.#crashes = new CrashCounter(surroundings.crashes ?? CRASH_POLICY);
    this.#log = withField(surroundings.log, { plugin: candidate.id });
    this.#life = new PluginLife({
      plugin: this.id,
      version: () => this.version,
      onEvent: (event) => {
        if (event.to !== 'failed') this.#log.debug('the plugin changed its state', { state: event.to });
        surroundings.onEvent?.(event);
      },
    });
    this.#outside = new PluginOutside(this, { surroundings, log: this.#log, signal: this.#stopping.signal });
    this.#mounts = new MountedContributions(surroundings.board, () => this.#outside.mountOwner());
    this.#cleanups = this.#outside.newCleanups();
  }

  get state(): PluginState {
    return this.#life.state;
  }

  get error(): BackplaneError | undefined {
    return this.#error;
  }

  get manifest(): Manifest | undefined {
    const { manifest } = this.candidate;
    return manifest instanceof BackplaneError ? undefined : manifest;
  }

  get version(): string {
    return this.manifest?.version ?? 'unknown';
  }

  /** True once code of it ran in the host process, which never forgets code. */
  get heldByHost(): boolean {
    return this.#tier === 'trusted' && this.#adopted !== undefined;
  }

  /** What it has in the registry. */
  get actions(): readonly RunnableAction[] {
    return this.#registered;
  }

  get capabilities(): Capabilities {
    const { id, candidate, manifest } = this;
    return grantedCapabilities(id, (manifest?.capabilities ?? {}) as Capabilities, candidate.setting?.grants);
  }

  /** What other plugins call; loads the code when that has not happened yet. Undefined while it is off. */
  provider(): Provider | undefined {
    const isElsewhere = this.#adopted === undefined && this.#tier !== 'trusted';
    if (!takesCalls(this.state) || isElsewhere) return undefined;
    if (this.#adopted === undefined) this.#loadNow();
    return { id: this.id, provides: this.#adopted!.provides, log: this.#log, started: () => this.#started() };
  }

  record(): PluginRecord {
    const { origin, setting } = this.candidate;
    return {
      id: this.id,
      version: this.version,
      origin,
      tier: this.#tier,
      state: this.state,
      since: this.#life.since,
      required: setting?.required ?? false,
      codeLoaded: this.#adopted !== undefined && this.#instance?.asleep !== true,
      contributions: { actions: actionNames(this.manifest) },
      faults: this.#faults,
      calls: this.#gate.calls,
      crashes: this.#crashes.count,
      ...(this.#error === undefined ? {} : { error: toErrorRecord(this.#error) }),
    };
  }

  /** Decides from its manifest alone whether it may run. */
  resolve(): void {
    const { manifest, setting, wanted } = this.candidate;
    if (!wanted) return;
    if (setting?.enabled === false) {
      this.#life.to('disabled');
      return;
    }
    try {
      if (manifest instanceof BackplaneError) throw manifest;
      const { config, hostVersion, tiers } = this.#surroundings;
      const context = { config, hostVersion, available: new Set(tiers.keys()) };
      ({ entry: this.#entry, tier: this.#tier } = resolveManifest(this.candidate, manifest, context));
      this.folder = realpathSync.native((this.candidate.origin as { readonly path: string }).path);
      this.#life.to('resolved');
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** Its files are those that may run. */
  verified(): void {
    this.#life.to('verified');
  }

  awaitApproval(error: BackplaneError): void {
    this.#error = error;
    this.#life.to('awaiting-approval', { code: error.code });
  }

  /** Makes its actions callable by what its manifest says; its code is loaded on first use. */
  activateOnUse(before?: HostedPlugin): void {
    try {
      const now = () => lazyActions(this.manifest!, () => this.#loadNow());
      const later = () => awaitedActions(this.manifest!, () => this.#loadOnUse());
      const coded = this.candidate.origin.from === 'builtin' ? now() : later();
      this.#register([...coded, ...this.#outside.templates()], before?.actions);
      this.#life.to('active');
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /**
   * Loads and starts it now, each within its deadline, and lets it show a sign of life; `onUse`: only once it is called, where what its code
   * brings is known from before. Never throws: see `state`.
   */
  async prepare({ onUse = false }: { readonly onUse?: boolean } = {}): Promise<void> {
    let step: 'load' | 'start' = 'load';
    try {
      await this.#load(onUse);
      if (this.#stopping.signal.aborted) return;
      this.#life.to('loaded');
      if (this.#instance?.asleep === true) return;
      step = 'start';
      await this.#started();
      await this.#healthy();
      if (this.#instance?.described !== undefined) this.candidate.recall?.remember(this.#instance.described);
    } catch (thrown) {
      if (this.#stopping.signal.aborted) return;
      this.fail(thrown, step);
      await this.#tearDown();
    }
  }

  /** Puts all that it brings in the place of what `before` brought, at once. Never throws: see `state`. */
  async takeOver(before?: HostedPlugin): Promise<void> {
    if (this.#stopping.signal.aborted || this.state !== 'loaded') return;
    try {
      this.#mounts.replace(before === undefined ? undefined : before.#mounts, () =>
        this.#register(this.#ownActions(), before?.actions),
      );
      this.#life.to('active');
    } catch (thrown) {
      this.fail(thrown);
      await this.#tearDown();
    }
  }

  /** Undoes a {@link takeOver}: what it brings serves again, in the place of what `after` brought. */
  takeBack(after: HostedPlugin): void {
    this.#mounts.replace(after.#mounts, () => {
      this.#registration = this.#surroundings.registry.exchange(after.actions, this.#registered);
    });
  }

  /** Stays callable for who asks for exactly this version. */
  keepBeside(): void {
    if (this.#registered.length === 0) this.#registered = this.#ownActions().map((action) => this.#gate.guard(action));
    this.#beside ??= this.#surroundings.registry.keep(this.#registered);
    if (this.state === 'loaded') this.#life.to('active');
  }

  /** Answers calls, but something that it needs is not there; or is there again. */
  setMissing(error: BackplaneError | undefined): void {
    if (error === undefined) {
      if (this.state !== 'degraded' || this.#error?.code !== 'PLUGIN_REQUIRES_MISSING') return;
      this.#error = undefined;
      this.#life.to('active');
    } else if (this.state === 'active') {
      this.#error = error;
      this.#life.to('degraded', { code: error.code });
    }
  }

  noteFault(problem: unknown): void {
    this.#faults += 1;
    this.#log.error('the plugin failed outside any call', { problem: thrownText(problem) });
  }

  fail(thrown: unknown, step: 'load' | 'start' = 'load'): BackplaneError {
    if (this.#error !== undefined) return this.#error;
    const failure = loadFailure(this.id, this.folder, thrown, step);
    const error = movedPlace(failure, this.folder, workFolder(this.candidate.origin));
    this.#error = error;
    this.#withdraw();
    this.#life.to('failed', { code: error.code, reason: error.message });
    this.#log.error('the plugin failed; everything else goes on', {
      code: error.code,
      problem: error.message,
      position: error.facts.position,
    });
    return error;
  }

  /** Takes no new calls, lets running ones finish within the deadline, then stops. */
  async drain(): Promise<void> {
    this.#withdraw();
    if (holdsActions(this.state)) {
      this.#life.to('draining');
      await withinDeadline(this.#gate.idle(), this.#surroundings.deadlines.drainMs, this.#stopping.signal);
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.#tearDown();
    if (takesCalls(this.state) || this.state === 'loaded' || this.state === 'draining') this.#life.to('stopped');
  }

  async #tearDown(): Promise<void> {
    this.#stopping.abort();
    this.#withdraw();
    await this.#cleanups[Symbol.asyncDispose]();
    await this.#instance?.[Symbol.asyncDispose]();
  }

  #withdraw(): void {
    this.#registration?.[Symbol.dispose]();
    this.#beside?.[Symbol.dispose]();
    this.#mounts.withdraw();
  }

  #refusal(): BackplaneError {
    return this.#error ?? raise.PLUGIN_STOPPED({ id: this.id, version: this.version });
  }

  async #load(onUse = false): Promise<void> {
    const { tiers, deadlines } = this.#surroundings;
    const instance = await loadInTier(tiers.get(this.#tier)!, {
      ...tierRequest(this.candidate, this.manifest!, this.folder!, onUse),
      granted: this.capabilities,
      limitMs: deadlines.loadMs,
      signal: this.#stopping.signal,
    });
    if (instance === undefined) return;
    this.#instance = instance;
    this.#adopted = instance.plugin;
    this.#mounts.read(instance.plugin);
    void instance.lost.then((reason) => this.#lost(instance, reason));
  }

  async #healthy(): Promise<void> {
    const { id, version } = this;
    const limitMs = this.#surroundings.deadlines.healthMs;
    await signOfLife(this.#instance, { id, version, limitMs, signal: this.#stopping.signal });
  }

  #lost(instance: TierInstance, reason: string): void {
    if (this.#stopping.signal.aborted || instance !== this.#instance) return;
    const verdict = this.#crashes.note(performance.now());
    this.#log.warn('the plugin ended without being told to', { reason, crashes: this.#crashes.count });
    if (!takesCalls(this.state)) return;
    if (verdict === 'quarantine') {
      this.#error = tooOften(this.id, this.#surroundings.crashes ?? CRASH_POLICY, this.#crashes.count, reason);
      this.#mounts.withdraw();
      this.#life.to('quarantined', { code: this.#error.code, reason });
      return;
    }
    if (this.state === 'active') this.#life.to('degraded', { reason });
    const timer = setTimeout(() => void this.#revive(), verdict.retryAfterMs);
    this.#stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  /** Another instance of the same version takes the place of one that was lost. */
  async #revive(): Promise<void> {
    this.#starting = undefined;
    const ended = this.#cleanups;
    this.#cleanups = this.#outside.newCleanups();
    await ended[Symbol.asyncDispose]();
    try {
      await this.#load();
      await this.#started();
      await this.#healthy();
      if (this.#stopping.signal.aborted) return;
      this.#mounts.replace(this.#mounts, () => this.#register(this.#ownActions(), this.#registered));
      this.#error = undefined;
      if (this.state === 'degraded') this.#life.to('active', { reason: 'it was started again' });
    } catch (thrown) {
      if (this.#instance !== undefined) this.#lost(this.#instance, thrownText(thrown));
    }
  }

  #ownActions(): RunnableAction[] {
    const owner = this.#outside.actionOwner(() => this.#started());
    const coded = grantedActions(this.#adopted!.actions, this.capabilities);
    return [...coded.map((action) => pluginAction(action, owner)), ...this.#outside.templates()];
  }

  #loadNow(): readonly RunnableAction[] {
    try {
      if (this.#error !== undefined) throw this.#error;
      this.#adopted = adoptPlugin(trusted.loadNow(this.#entry!), this.manifest!);
      return this.#ownActions();
    } catch (thrown) {
      throw this.fail(thrown);
    }
  }

  async #loadOnUse(): Promise<readonly RunnableAction[]> {
    await this.#load().catch((thrown) => {
      throw this.fail(thrown);
    });
    return this.#ownActions();
  }

  /** Starts once; every caller waits for the same start. */
  #started(): Promise<void> {
    const defer = (cleanup: () => unknown) => this.#cleanups.add(cleanup);
    const start = async () => {
      await this.#mounts.prepareTables();
      await this.#outside.start(this.#adopted!, defer);
    };
    this.#starting ??= start().catch((thrown) => {
      if (this.#stopping.signal.aborted || this.state === 'degraded') throw thrown;
      throw this.fail(thrown, 'start');
    });
    return this.#starting;
  }

  /** All or none. */
  #register(actions: readonly RunnableAction[], leaving: readonly RunnableAction[] = []): void {
    const guarded = actions.map((action) => this.#gate.guard(action));
    this.#registration = this.#surroundings.registry.exchange(leaving, guarded);
    this.#registered = guarded;
  }
}
