import { randomUUID } from 'node:crypto';
import type { KeyValue, Log, SharedState, Workflows } from '@backplane/sdk';
import { createHttpPort } from '../../network/http-client.ts';
import { type Listener, listen } from '../listener/listen.ts';
import type { AllPemTexts } from '../listener/pem-texts.ts';
import { explainRequest } from '../operations/explain-request.ts';
import type { Explanation } from '../operations/explanation.ts';
import { callUpstream } from '../plane/call-upstream.ts';
import { DataPlane } from '../plane/data-plane.ts';
import type { UpstreamCall, UpstreamReply } from '../plane/upstream-call.ts';
import type { FoundService } from '../services/found-service.ts';
import { ServiceTable } from '../services/service-table.ts';
import { compileSnapshot } from '../snapshot/compile-snapshot.ts';
import { PolicyShelf } from '../snapshot/policy-shelf.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { MemoryState } from '../state/memory-state.ts';
import type { UpstreamState } from '../upstreams/upstream.ts';
import { UpstreamSet } from '../upstreams/upstream-set.ts';
import { hostState } from './host-state.ts';
import { PluginPolicies } from './load-policies.ts';
import type { Peer } from './peer.ts';
import { createPromMeters, type PromMeters } from './prom-meters.ts';
import type { Configuration, HostMethods, PolicyState, WorkerMethods, WorkerSettings } from './worker-contract.ts';

const TEN_YEARS_MS = 10 * 365 * 86_400_000;

interface Running {
  readonly settings: WorkerSettings;
  readonly policies: PluginPolicies;
  readonly shared: SharedState;
  readonly shelf: PolicyShelf;
  readonly upstreams: UpstreamSet;
  readonly services: ServiceTable;
  readonly plane: DataPlane;
  readonly listener: Listener;
  readonly meters: PromMeters;
}

interface Prepared {
  readonly snapshot: Snapshot;
  readonly certificates: AllPemTexts;
}

/** One worker of a gateway: what its host asks of it. */
export class GatewayWorker implements Record<keyof WorkerMethods, (...args: never[]) => unknown> {
  readonly #host: () => Peer<HostMethods>;
  readonly #log: Log;
  readonly #end: () => void;
  #running: Running | undefined;
  #prepared: Prepared | undefined;
  readonly #calls = new Map<number, AbortController>();

  constructor(host: () => Peer<HostMethods>, log: Log, end: () => void) {
    this.#host = host;
    this.#log = log;
    this.#end = end;
  }

  async start(settings: WorkerSettings, { model, plugins, certificates }: Configuration): Promise<number> {
    const log = this.#log;
    const meters = createPromMeters();
    const { remote } = this.#host();
    const shared = await this.#stateFor(settings);
    const policies = new PluginPolicies({
      log,
      shared,
      meters: meters.meters,
      identities: { verify: (credential) => remote.verify(credential) },
      http: createHttpPort({ egress: settings.egress, log }),
      kvOf: (plugin) => remoteMembers<KeyValue>((method, args) => remote.kv(plugin, method, args)),
      workflowsOf: (plugin) => remoteMembers<Workflows>((method, args) => remote.workflows(plugin, method, args)),
    });
    policies.setPlugins(plugins);
    const shelf = new PolicyShelf(policies);
    const upstreams = new UpstreamSet();
    const services = new ServiceTable(upstreams, (upstream, named) => remote.findService(upstream, named));
    const snapshot = await compileSnapshot(model, { policies, shelf, upstreams, services });
    const plane = new DataPlane(snapshot, { ...settings, log });
    const listener = await listen(plane, settings.listener, log, certificates);
    this.#running = { settings, policies, shared, shelf, upstreams, services, plane, listener, meters };
    return listener.port;
  }

  async prepare({ model, plugins, certificates }: Configuration): Promise<void> {
    const running = this.#started();
    await this.discard();
    running.policies.setPlugins(plugins);
    this.#prepared = { snapshot: await compileSnapshot(model, running), certificates };
  }

  commit(): void {
    const { plane, settings, listener } = this.#started();
    if (this.#prepared === undefined) throw new Error('nothing was prepared');
    const { snapshot, certificates } = this.#prepared;
    this.#prepared = undefined;
    this.#retire(plane.swap(snapshot), settings.drainMs);
    listener.renew(certificates);
  }

  async discard(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    await prepared?.snapshot.retire(0);
  }

  targets(upstream: string, targets: Parameters<WorkerMethods['targets']>[1]): void {
    this.#started().upstreams.setTargets(upstream, targets);
  }

  unhealthy(upstream: string, targets: readonly string[]): void {
    const { upstreams, services } = this.#started();
    upstreams.setUnhealthy(upstream, targets);
    services.tellUnhealthy(upstream, targets);
  }

  service(name: string, found: FoundService | undefined): void {
    this.#started().services.tell(name, found);
  }

  idleServices(): ReadonlyMap<string, number> {
    return this.#started().services.idle();
  }

  upstreams(): readonly UpstreamState[] {
    const { upstreams, services } = this.#started().plane.snapshot;
    const found = new Set(services.flatMap((one) => one.upstreams));
    return [
      ...[...upstreams.values()].map((upstream) => upstream.state()),
      ...[...found].map((upstream) => ({ ...upstream.state(), isFound: true })),
    ];
  }

  policies(): readonly PolicyState[] {
    return this.#started().plane.snapshot.policies.map(({ use, notes }) => ({
      id: use.id,
      policy: use.policy,
      answered: notes.answered,
      failed: notes.failed,
      meanMs: notes.timedCalls === 0 ? undefined : notes.timedMs / notes.timedCalls,
      verdicts: notes.verdicts,
    }));
  }

  async request(id: number, call: UpstreamCall): Promise<UpstreamReply> {
    const open = new AbortController();
    this.#calls.set(id, open);
    try {
      return await callUpstream(this.#started().plane.snapshot, call, open.signal);
    } finally {
      this.#calls.delete(id);
    }
  }

  giveUp(id: number): void {
    this.#calls.get(id)?.abort();
  }

  explain(request: Parameters<WorkerMethods['explain']>[0]): Explanation {
    return explainRequest(this.#started().plane.snapshot, request);
  }

  async check(model: Parameters<WorkerMethods['check']>[0]): Promise<void> {
    const snapshot = await compileSnapshot(model, this.#started());
    await snapshot.retire(0);
  }

  async emptyCache(region: string): Promise<void> {
    // The policy `cache` compares it with what it knew.
    await this.#started().shared.set(`cache-region/${region}`, randomUUID(), { ttlMs: TEN_YEARS_MS });
  }

  metrics(): Promise<unknown> {
    return this.#started().meters.json();
  }

  ping(): void {}

  async stop(): Promise<void> {
    const running = this.#running;
    if (running !== undefined) {
      await running.listener.close(running.settings.drainMs);
      await running.plane.snapshot.retire(1_000);
    }
    setImmediate(this.#end);
  }

  async #stateFor({ redisUrl, isAlone }: WorkerSettings): Promise<SharedState> {
    if (redisUrl !== undefined) {
      const { RedisState } = await import('../state/redis-state.ts');
      return new RedisState(redisUrl, this.#log);
    }
    return isAlone ? new MemoryState() : hostState(this.#host());
  }

  #retire(snapshot: Snapshot, graceMs: number): void {
    snapshot
      .retire(graceMs)
      .catch((problem) => this.#log.error('a replaced configuration was not closed', { problem: String(problem) }));
  }

  #started(): Running {
    if (this.#running === undefined) throw new Error('the worker has not been started');
    return this.#running;
  }
}

/** A port whose every method is a call to the host. */
function remoteMembers<P extends object>(call: (method: keyof P, args: readonly unknown[]) => Promise<unknown>): P {
  return new Proxy({} as P, {
    get: (_, method) =>
      typeof method === 'string' && method !== 'then'
        ? (...args: readonly unknown[]) => call(method as keyof P, args)
        : undefined,
  });
}
