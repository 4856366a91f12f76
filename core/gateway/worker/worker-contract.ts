import type { Counted, KeyValue, PolicyIdentity, Workflows } from '@backplane/sdk';
import type { EgressRules } from '../../network/egress-rules.ts';
import type { LogLevel } from '../../telemetry/logger.ts';
import type { Verdict } from '../chain/policy-notes.ts';
import type { ListenerOptions } from '../listener/listener-options.ts';
import type { AllPemTexts } from '../listener/pem-texts.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { TargetModel } from '../model/upstream-model.ts';
import type { ExplainRequest, Explanation } from '../operations/explanation.ts';
import type { UpstreamCall, UpstreamReply } from '../plane/upstream-call.ts';
import type { FoundService } from '../services/found-service.ts';
import type { ServiceAnswer } from '../services/service-answer.ts';
import type { NamedService } from '../services/service-name.ts';
import type { UpstreamState } from '../upstreams/upstream.ts';

/** A plugin that brings policies, as a worker loads it. */
export interface PolicyPlugin {
  readonly id: string;
  readonly version: string;
  /** Real path. */
  readonly folder: string;
  /** Real path of the module. */
  readonly entry: string;
  /** Of its files; absent for what is built in. */
  readonly integrity?: string;
  readonly policies: readonly string[];
}

/** What workers serve, in plain data. */
export interface Configuration {
  readonly model: GatewayModel;
  readonly plugins: readonly PolicyPlugin[];
  /** As the host has read them: a worker that takes the place of another serves them also where the files have been damaged since. */
  readonly certificates: AllPemTexts;
}

export interface WorkerSettings {
  readonly listener: ListenerOptions;
  readonly trustedProxies: readonly string[];
  readonly maxBodyBytes: number;
  readonly policyLimitMs: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
  readonly egress: EgressRules;
  /** Where workers and hosts keep what they have in common; undefined: with the host. */
  readonly redisUrl: string | undefined;
  /** Shared state stays in the worker, since there is one. */
  readonly isAlone: boolean;
}

export interface PolicyState {
  readonly id: string;
  readonly policy: string;
  readonly answered: number;
  readonly failed: number;
  /** Milliseconds, of the calls that were timed. */
  readonly meanMs: number | undefined;
  readonly verdicts: readonly Verdict[];
}

/** What a host asks of a worker. */
export interface WorkerMethods {
  /** Listens; gives the port. */
  start(settings: WorkerSettings, configuration: Configuration): number;
  /** Compiles without serving it yet. Rejects with GATEWAY_CONFIG_INVALID. */
  prepare(configuration: Configuration): void;
  /** Serves what was prepared. */
  commit(): void;
  discard(): void;
  /** Where the targets of an upstream are now. */
  targets(upstream: string, targets: readonly TargetModel[]): void;
  /** What active checks have found: ids of targets that are not healthy. */
  unhealthy(upstream: string, targets: readonly string[]): void;
  /** A service that a request has named is followed now; undefined: no longer. */
  service(name: string, found: FoundService | undefined): void;
  /** Milliseconds since a request was for each of the services that it serves. */
  idleServices(): ReadonlyMap<string, number>;
  upstreams(): readonly UpstreamState[];
  policies(): readonly PolicyState[];
  /** Sends a request to an upstream; `id` is for giving it up. */
  request(id: number, call: UpstreamCall): UpstreamReply;
  giveUp(id: number): void;
  /** What would become of a request. */
  explain(request: ExplainRequest): Explanation;
  /** Compiles and lets go again; nothing changes. Rejects with GATEWAY_CONFIG_INVALID. */
  check(model: GatewayModel): void;
  /** Ends what is kept in a region, on all workers and hosts that share a state. */
  emptyCache(region: string): void;
  /** Prometheus metrics as JSON, to be added up. */
  metrics(): unknown;
  ping(): void;
  /** Takes no new connections and ends when the open requests have, at the latest after the drain time. */
  stop(): void;
}

/** What a worker asks of its host. */
export interface HostMethods {
  stateGet(key: string): string | undefined;
  stateSet(key: string, value: string, ttlMs: number): void;
  stateAdd(key: string, amount: number, ttlMs: number): Counted;
  stateSwap(key: string, expected: string | undefined, next: string, ttlMs: number): boolean;
  verify(credential: string): Omit<PolicyIdentity, 'scheme'> | undefined;
  /** Looks for a service that a request names. */
  findService(upstream: string, named: NamedService): ServiceAnswer;
  kv(plugin: string, method: keyof KeyValue, args: readonly unknown[]): unknown;
  workflows(plugin: string, method: keyof Workflows, args: readonly unknown[]): unknown;
}
