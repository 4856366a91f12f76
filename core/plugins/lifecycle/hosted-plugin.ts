import { realpathSync } from 'node:fs';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { RunnableAction } from '../../registry/runnable-action.ts';
import { awaitedActions, lazyActions } from '../actions/lazy-action.ts';
import { pluginAction } from '../actions/plugin-action.ts';
import { grantedCapabilities } from '../capabilities/asked-capabilities.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Provider } from '../contracts/bind-dependencies.ts';
import { actionNames } from '../manifest/action-names.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { resolveManifest } from '../manifest/resolve-manifest.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { thrownText } from '../thrown-text.ts';
import { CallGate } from './call-gate.ts';
import type { CleanupStack } from './cleanup-stack.ts';
import { grantedActions } from './granted-actions.ts';
import { loadFailure } from './load-failure.ts';
import { MountedContributions } from './mounted-contributions.ts';
import { movedPlace } from './moved-place.ts';
import { PluginCode } from './plugin-code.ts';
import { PluginLife } from './plugin-life.ts';
import { PluginOutside } from './plugin-outside.ts';
import { type PluginRecord, workFolder } from './plugin-record.ts';
import type { PluginSurroundings } from './plugin-settings.ts';
import { holdsActions, type PluginState, takesCalls } from './plugin-state.ts';
import { RegisteredActions } from './registered-actions.ts';
import { Revival } from './revival.ts';
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
  readonly #stopping = new AbortController();
  readonly #outside: PluginOutside;
  readonly #mounts: MountedContributions;
  readonly #registered: RegisteredActions;
  readonly #revival: Revival;
  #cleanups: CleanupStack;
  #error: BackplaneError | undefined;
  readonly #code: PluginCode;
  #starting: Promise<void> | undefined;
  #woken: Promise<void> | undefined;
  #faults = 0;

  constructor(candidate: Candidate, surroundings: PluginSurroundings) {
    this.id = candidate.id;
    this.candidate = candidate;
    this.#surroundings = surroundings;
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
    this.#registered = new RegisteredActions(surroundings.registry, this.#gate);
    this.#code = new PluginCode(this, {
      tiers: surroundings.tiers,
      deadlines: surroundings.deadlines,
      signal: this.#stopping.signal,
      lost: (reason) => this.#revival.ended(reason),
    });
    this.#mounts = new MountedContributions(surroundings.board, () => this.#outside.mountOwner());
    this.#cleanups = this.#outside.newCleanups();
    this.#revival = new Revival({
      id: this.id,
      policy: surroundings.crashes,
      log: this.#log,
      signal: this.#stopping.signal,
      isWanted: () => takesCalls(this.state),
      down: (reason) => this.state === 'active' && this.#life.to('degraded', { reason }),
      again: () => this.#revive(),
      quarantine: (error, reason) => {
        this.#error = error;
        this.#mounts.withdraw();
        this.#life.to('quarantined', { code: error.code, reason });
      },
    });
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
    return this.#code.heldByHost;
  }

  /** What it has in the registry. */
  get actions(): readonly RunnableAction[] {
    return this.#registered.all;
  }

  get capabilities(): Capabilities {
    const { id, candidate, manifest } = this;
    return grantedCapabilities(id, (manifest?.capabilities ?? {}) as Capabilities, candidate.setting?.grants);
  }

  /** What other plugins call; loads the code when that has not happened yet. Undefined while it is off. */
  provider(): Provider | undefined {
    const isElsewhere = this.#code.adopted === undefined && this.#code.tier !== 'trusted';
    if (!takesCalls(this.state) || isElsewhere) return undefined;
    if (this.#code.adopted === undefined) this.#loadNow();
    return { id: this.id, provides: this.#code.adopted!.provides, log: this.#log, started: () => this.#started() };
  }

  record(): PluginRecord {
    const { origin, setting } = this.candidate;
    return {
      id: this.id,
      version: this.version,
      origin,
      tier: this.#code.tier,
      state: this.state,
      since: this.#life.since,
      required: setting?.required ?? false,
      codeLoaded: this.#code.adopted !== undefined && !this.#code.isAsleep,
      contributions: { actions: actionNames(this.manifest) },
      faults: this.#faults,
      calls: this.#gate.calls,
      crashes: this.#revival.crashes,
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
      this.#code.settle(resolveManifest(this.candidate, manifest, context));
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
      this.#registered.replace(before?.actions ?? [], [...coded, ...this.#outside.templates()]);
      this.#life.to('active');
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** Loads and starts what was to wait for its use, and puts up what it brings besides actions. Rejects with what became of it instead. */
  wake(): Promise<void> {
    this.#woken ??= this.#mounts.isServed ? Promise.resolve() : this.#wake();
    return this.#woken;
  }

  async #wake(): Promise<void> {
    try {
      await this.#load();
      await this.#started();
      if (!this.#stopping.signal.aborted) this.#mounts.replace(undefined, () => undefined);
    } catch (thrown) {
      if (this.#stopping.signal.aborted) throw this.#refusal();
      const error = this.fail(thrown);
      await this.#tearDown();
      throw error;
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
      if (this.#code.isAsleep) return;
      step = 'start';
      await this.#started();
      await this.#code.healthy();
      this.#code.remember();
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
        this.#registered.replace(before?.actions ?? [], this.#ownActions()),
      );
      this.#life.to('active');
    } catch (thrown) {
      this.fail(thrown);
      await this.#tearDown();
    }
  }

  /** Undoes a {@link takeOver}: what it brings serves again, in the place of what `after` brought. */
  takeBack(after: HostedPlugin): void {
    this.#mounts.replace(after.#mounts, () => this.#registered.takeBack(after.actions));
  }

  /** Stays callable for who asks for exactly this version. */
  keepBeside(): void {
    this.#registered.keepBeside(() => this.#ownActions());
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
    await this.#code.end();
  }

  #withdraw(): void {
    this.#registered.withdraw();
    this.#mounts.withdraw();
  }

  #refusal(): BackplaneError {
    return this.#error ?? raise.PLUGIN_STOPPED({ id: this.id, version: this.version });
  }

  async #load(onUse = false): Promise<void> {
    const adopted = await this.#code.load(onUse);
    if (adopted !== undefined) this.#mounts.read(adopted);
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
      await this.#code.healthy();
      if (this.#stopping.signal.aborted) return;
      this.#mounts.replace(this.#mounts, () => this.#registered.replace(this.actions, this.#ownActions()));
      this.#error = undefined;
      if (this.state === 'degraded') this.#life.to('active', { reason: 'it was started again' });
    } catch (thrown) {
      this.#revival.ended(thrownText(thrown));
    }
  }

  #ownActions(): RunnableAction[] {
    const owner = this.#outside.actionOwner(() => this.#started());
    const coded = grantedActions(this.#code.adopted!.actions, this.capabilities);
    return [...coded.map((action) => pluginAction(action, owner)), ...this.#outside.templates()];
  }

  #loadNow(): readonly RunnableAction[] {
    try {
      if (this.#error !== undefined) throw this.#error;
      this.#code.loadNow();
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
      await this.#outside.start(this.#code.adopted!, defer);
    };
    this.#starting ??= start().catch((thrown) => {
      if (this.#stopping.signal.aborted || this.state === 'degraded') throw thrown;
      throw this.fail(thrown, 'start');
    });
    return this.#starting;
  }
}
