import { EventEmitter, once } from 'node:events';
import { BackplaneError, type KeyValue, type Log, type PolicyIdentity, type Workflows } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { type AllPemTexts, readPemTexts } from '../listener/pem-texts.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { TargetModel } from '../model/upstream-model.ts';
import type { ExplainRequest, Explanation } from '../operations/explanation.ts';
import type { UpstreamCall, UpstreamReply } from '../plane/upstream-call.ts';
import type { FoundService } from '../services/found-service.ts';
import type { FindService } from '../services/service-table.ts';
import { MemoryState } from '../state/memory-state.ts';
import type { UpstreamState } from '../upstreams/upstream.ts';
import { freePort } from './free-port.ts';
import type { Configuration, HostMethods, PolicyPlugin, PolicyState, WorkerSettings } from './worker-contract.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** What a host lends to policies in other processes. */
export interface HostServices {
  verify(credential: string): Promise<Omit<PolicyIdentity, 'scheme'> | undefined>;
  kvOf(plugin: string): KeyValue;
  workflowsOf(plugin: string): Workflows;
}

export interface GatewayWorkersOptions extends HostServices {
  readonly count: number;
  readonly settings: Omit<WorkerSettings, 'isAlone'>;
  readonly log: Log;
}

const PING_EVERY_MS = 2_000;
/** A worker that does not answer for so long is stuck: a policy loops. */
const STUCK_MS = 10_000;
/** One that is being started has all of its code to load, on a machine that may be busy. */
const SLOW_START_MS = 60_000;
const RESTART_MS = [0, 200, 1_000, 5_000, 15_000] as const;
/** One that has served for so long is not counted as failing again and again. */
const STEADY_MS = 60_000;

/**
 * The workers of a gateway. All serve the same configuration: a new one is compiled by every worker before any of them serves it. One that ends, or
 * is stuck, is replaced; one that comes up while the configuration changes serves nobody's but the newest in the end.
 */
export class GatewayWorkers implements AsyncDisposable {
  readonly #options: GatewayWorkersOptions;
  readonly #state = new MemoryState();
  readonly #workers = new Set<WorkerProcess>();
  /** Those that serve the newest configuration, or are being told of it. */
  readonly #serving = new Set<WorkerProcess>();
  readonly #targets = new Map<string, readonly TargetModel[]>();
  readonly #unhealthy = new Map<string, readonly string[]>();
  readonly #services = new Map<string, FoundService>();
  #find: FindService = async () => ({ is: 'busy', forMs: 0 });
  readonly #pinging: NodeJS.Timeout;
  readonly #arrivals = new EventEmitter().setMaxListeners(0);
  #now: Configuration;
  #applying: Promise<unknown> = Promise.resolve();
  #port: number;
  #isStopping = false;
  #failures = 0;
  #calls = 0;

  private constructor(options: GatewayWorkersOptions, configuration: Configuration) {
    this.#options = options;
    this.#now = configuration;
    this.#port = options.settings.listener.port;
    this.#pinging = setInterval(() => this.#ping(), PING_EVERY_MS).unref();
  }

  /** Rejects with what keeps the first worker from serving. */
  static async start(
    options: GatewayWorkersOptions,
    model: GatewayModel,
    plugins: readonly PolicyPlugin[],
    certificates?: AllPemTexts,
  ): Promise<GatewayWorkers> {
    const { listener } = options.settings;
    const read = certificates ?? (await readPemTexts(listener));
    const workers = new GatewayWorkers(options, { model, plugins, certificates: read });
    try {
      const { host, port } = listener;
      if (port === 0) workers.#port = await freePort(host);
      await workers.#startOne();
      await Promise.all(Array.from({ length: options.count - 1 }, () => workers.#startOne()));
      return workers;
    } catch (problem) {
      await workers[Symbol.asyncDispose]();
      throw problem;
    }
  }

  get port(): number {
    return this.#port;
  }

  get model(): GatewayModel {
    return this.#now.model;
  }

  /** Of those that serve. */
  get pids(): readonly number[] {
    return [...this.#serving].map(({ pid }) => pid);
  }

  /** Serves another configuration from now on; requests under way finish with theirs. Rejects with GATEWAY_CONFIG_INVALID and changes nothing then. */
  apply(model: GatewayModel, plugins: readonly PolicyPlugin[], certificates?: AllPemTexts): Promise<void> {
    const applied = this.#applying.then(() =>
      this.#apply({ model, plugins, certificates: certificates ?? this.#now.certificates }),
    );
    this.#applying = applied.catch(() => undefined);
    return applied;
  }

  /** Where the targets of an upstream are now. */
  setTargets(upstream: string, targets: readonly TargetModel[]): void {
    this.#targets.set(upstream, targets);
    for (const { remote } of this.#workers) remote.targets(upstream, targets).catch(() => undefined);
  }

  setUnhealthy(upstream: string, targets: readonly string[]): void {
    this.#unhealthy.set(upstream, targets);
    for (const { remote } of this.#workers) remote.unhealthy(upstream, targets).catch(() => undefined);
  }

  /** Who finds services that requests name. */
  findServicesBy(find: FindService): void {
    this.#find = find;
  }

  /** Where a service is that a request has named; undefined: it is let go. */
  setService(name: string, found: FoundService | undefined): void {
    if (found === undefined) {
      this.#services.delete(name);
      this.#unhealthy.delete(name);
    } else this.#services.set(name, found);
    for (const { remote } of this.#workers) remote.service(name, found).catch(() => undefined);
  }

  /** Milliseconds since any worker had a request for each of those services. Workers that do not answer do not count. */
  async idleServices(): Promise<ReadonlyMap<string, number>> {
    const all = new Map<string, number>();
    for (const idle of await this.#ask(({ remote }) => remote.idleServices()))
      for (const [name, ms] of idle) all.set(name, Math.min(ms, all.get(name) ?? ms));
    return all;
  }

  /** Of every worker that answers. */
  upstreams(): Promise<readonly (readonly UpstreamState[])[]> {
    return this.#ask(({ remote }) => remote.upstreams());
  }

  policies(): Promise<readonly (readonly PolicyState[])[]> {
    return this.#ask(({ remote }) => remote.policies());
  }

  metrics(): Promise<readonly unknown[]> {
    return this.#ask(({ remote }) => remote.metrics());
  }

  /** Sends a request to an upstream, from one worker after the other, or once there is one again. Rejects as `callUpstream` does, and with the reason of the signal. */
  async request(asked: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply> {
    signal.throwIfAborted();
    const call = this.#serving.size === 0 ? await this.#onceServing(asked, signal) : asked;
    const serving = [...this.#serving];
    this.#calls += 1;
    const id = this.#calls;
    const worker = serving[id % serving.length];
    if (worker === undefined) throw raise.GATEWAY_NOT_RUNNING({ why: 'its workers are being replaced' });
    const left = Promise.withResolvers<never>();
    const giveUp = () => {
      worker.remote.giveUp(id).catch(() => undefined);
      left.reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([worker.remote.request(id, call), left.promise]);
    } catch (problem) {
      if (signal.aborted || BackplaneError.is(problem)) throw problem;
      const cause = 'the worker of the gateway that sent it ended';
      throw raise.GATEWAY_UPSTREAM_BROKEN({ upstream: call.upstream, cause }, { cause: problem });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** What is left of the call when a worker has come up, or when its time is over. */
  async #onceServing(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamCall> {
    if (this.#isStopping) return call;
    const begun = performance.now();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(call.timeoutMs)]);
    await once(this.#arrivals, 'serving', { signal: limit }).catch(() => undefined);
    signal.throwIfAborted();
    return { ...call, timeoutMs: Math.max(1, Math.ceil(call.timeoutMs - (performance.now() - begun))) };
  }

  explain(request: ExplainRequest): Promise<Explanation> {
    return this.#askOne(({ remote }) => remote.explain(request));
  }

  /** Rejects with GATEWAY_CONFIG_INVALID for what could not be served; nothing changes. */
  check(model: GatewayModel): Promise<void> {
    return this.#askOne(({ remote }) => remote.check(model));
  }

  emptyCache(region: string): Promise<void> {
    return this.#askOne(({ remote }) => remote.emptyCache(region));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#arrivals.emit('serving');
    clearInterval(this.#pinging);
    const deadline = this.#options.settings.drainMs + 3_000;
    await Promise.all(
      [...this.#workers].map(async (worker) => {
        const late = setTimeout(() => worker.kill(), deadline);
        worker.remote.stop().catch(() => undefined);
        await worker.ended;
        clearTimeout(late);
      }),
    );
    this.#state[Symbol.dispose]();
  }

  async #apply(next: Configuration): Promise<void> {
    const [first, ...others] = [...this.#serving];
    // Where nobody is up, or the first ended over it, a new worker tells whether the configuration runs.
    const trial = first !== undefined && (await prepares(first, next)) ? undefined : await this.#startOne(next);
    const prepared = await Promise.allSettled(others.map((worker) => prepares(worker, next)));
    const refused = prepared.find((outcome) => outcome.status === 'rejected');
    if (refused !== undefined) {
      trial?.kill();
      await Promise.allSettled([...this.#serving].map(({ remote }) => remote.discard()));
      throw refused.reason;
    }
    this.#forgetOthers(next.model);
    this.#now = next;
    const told = [first, ...others].filter((worker) => worker !== undefined);
    // Workers that have ended meanwhile are replaced by ones with the new configuration, and those that came up meanwhile are told of it.
    await Promise.allSettled(told.map(({ remote }) => remote.commit()));
    await Promise.allSettled(told.map((worker) => this.#tellTargets(worker)));
    const late = [...this.#serving].filter((worker) => worker !== trial && !told.includes(worker));
    await Promise.all(late.map((worker) => this.#bringUpToDate(worker).catch(() => worker.kill())));
  }

  /** Starts with the newest configuration, or with one that is to be tried. */
  async #startOne(trial?: Configuration): Promise<WorkerProcess> {
    if (this.#isStopping) throw raise.GATEWAY_NOT_RUNNING({ why: 'it is being stopped' });
    const { settings, count } = this.#options;
    const worker = startWorkerProcess(this.#hostMethods(), settings.logLevel);
    this.#workers.add(worker);
    const begun = Date.now();
    let isServing = false;
    void worker.ended.then((how) => {
      this.#workers.delete(worker);
      this.#serving.delete(worker);
      if (isServing) this.#replace(worker, how, Date.now() - begun);
    });
    const listener = { ...settings.listener, port: this.#port };
    let given = trial ?? this.#now;
    try {
      await worker.remote.start({ ...settings, listener, isAlone: count === 1 }, given);
      await this.#tellTargets(worker);
      while (trial === undefined && given !== this.#now) {
        given = this.#now;
        await this.#bringUpToDate(worker);
      }
      // One that was started to try a configuration has taken the place.
      if (this.#serving.size >= count) worker.remote.stop().catch(() => undefined);
      else {
        isServing = true;
        this.#serving.add(worker);
        this.#arrivals.emit('serving');
      }
      return worker;
    } catch (problem) {
      worker.kill();
      throw problem;
    }
  }

  async #bringUpToDate(worker: WorkerProcess): Promise<void> {
    await worker.remote.prepare(this.#now);
    await worker.remote.commit();
    await this.#tellTargets(worker);
  }

  /** Targets of one service are no targets of another that has taken its name. */
  #forgetOthers({ upstreams }: GatewayModel): void {
    const sourceOf = (models: GatewayModel['upstreams'], name: string) =>
      JSON.stringify(models.find((upstream) => upstream.name === name)?.targets);
    for (const name of this.#targets.keys()) {
      if (sourceOf(upstreams, name) !== sourceOf(this.#now.model.upstreams, name)) this.#targets.delete(name);
    }
    for (const name of this.#unhealthy.keys()) {
      if (
        !this.#services.has(name) &&
        upstreams.find((upstream) => upstream.name === name)?.health.active === undefined
      )
        this.#unhealthy.delete(name);
    }
  }

  #replace({ pid }: WorkerProcess, how: string, servedMs: number): void {
    if (this.#isStopping) return;
    this.#failures = servedMs > STEADY_MS ? 0 : this.#failures + 1;
    const waitMs = RESTART_MS[Math.min(this.#failures, RESTART_MS.length - 1)]!;
    this.#options.log.error('a worker of the gateway ended and is replaced', { pid, how, inMs: waitMs });
    setTimeout(() => this.#restart(), waitMs).unref();
  }

  #restart(): void {
    if (this.#isStopping) return;
    this.#startOne().catch((problem) => {
      this.#options.log.error('a worker of the gateway could not be started', { problem: String(problem) });
      this.#failures += 1;
      setTimeout(() => this.#restart(), RESTART_MS.at(-1)).unref();
    });
  }

  async #tellTargets({ remote }: WorkerProcess): Promise<void> {
    for (const [upstream, targets] of this.#targets) await remote.targets(upstream, targets);
    for (const [name, found] of this.#services) await remote.service(name, found);
    for (const [upstream, targets] of this.#unhealthy) await remote.unhealthy(upstream, targets);
  }

  #ping(): void {
    for (const worker of this.#workers) {
      const limitMs = this.#serving.has(worker) ? STUCK_MS : SLOW_START_MS;
      const late = setTimeout(() => {
        this.#options.log.error('a worker of the gateway does not answer and is ended', { pid: worker.pid });
        worker.kill();
      }, limitMs).unref();
      worker.remote
        .ping()
        .catch(() => undefined)
        .finally(() => clearTimeout(late));
    }
  }

  /** All of them would say the same. */
  #askOne<T>(question: (worker: WorkerProcess) => Promise<T>): Promise<T> {
    const [worker] = this.#serving;
    if (worker === undefined)
      return Promise.reject(raise.GATEWAY_NOT_RUNNING({ why: 'its workers are being replaced' }));
    return question(worker);
  }

  async #ask<T>(question: (worker: WorkerProcess) => Promise<T>): Promise<readonly T[]> {
    const answers = await Promise.allSettled([...this.#serving].map(question));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  #hostMethods(): Parameters<typeof startWorkerProcess>[0] {
    const { kvOf, workflowsOf, verify } = this.#options;
    const state = this.#state;
    const call = (target: object, method: string, args: readonly unknown[]) =>
      (target as Record<string, (...args: readonly unknown[]) => unknown>)[method]!(...args);
    return {
      stateGet: (key) => state.get(key),
      stateSet: (key, value, ttlMs) => state.set(key, value, { ttlMs }),
      stateAdd: (key, amount, ttlMs) => state.add(key, amount, { ttlMs }),
      stateSwap: (key, expected, next, ttlMs) => state.swap(key, expected, next, { ttlMs }),
      verify: (credential) => verify(credential) as ReturnType<HostMethods['verify']> | Promise<never>,
      findService: (upstream, named) => this.#find(upstream, named),
      kv: (plugin, method, args) => call(kvOf(plugin), method, args),
      workflows: (plugin, method, args) => call(workflowsOf(plugin), method, args),
    };
  }
}

/** False when the worker has ended over it, which is no answer. Rejects with GATEWAY_CONFIG_INVALID. */
async function prepares(worker: WorkerProcess, configuration: Configuration): Promise<boolean> {
  try {
    await worker.remote.prepare(configuration);
    return true;
  } catch (problem) {
    if (worker.hasEnded) return false;
    throw problem;
  }
}
