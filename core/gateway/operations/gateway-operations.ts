import type { Verdict } from '../chain/policy-notes.ts';
import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { GatewayText } from '../files/read-gateway.ts';
import type { Place } from '../model/place.ts';
import type { Compat } from '../model/route-model.ts';
import type { UpkeepState } from '../upkeep.ts';
import type { TargetState } from '../upstreams/upstream.ts';
import type { ExplainRequest, Explanation } from './explanation.ts';
import type { ImportAsked, ImportedFiles } from './import-files.ts';
import type { ModelDiff } from './model-diff.ts';

/** How the last try to serve the files ended. */
export interface ReloadReport {
  /** ISO time. */
  readonly at: string;
  readonly why: string;
  /** `refused`: what was served before is still served. */
  readonly outcome: 'applied' | 'unchanged' | 'refused';
  readonly problems: readonly GatewayProblem[];
  readonly diff?: ModelDiff;
}

export interface GatewayStatus {
  /** `waiting`: for a first file. `failed`: nothing is served, since what the files say cannot run. */
  readonly state: 'off' | 'waiting' | 'serving' | 'failed';
  readonly url?: string;
  readonly workers: { readonly wanted: number; readonly running: number };
  /** Counts the configurations that were served since the host started. */
  readonly revision: number;
  readonly routes: number;
  readonly upstreams: number;
  readonly policies: number;
  /** Of upstreams whose targets a registry knows. */
  readonly feeds: UpkeepState['feeds'];
  readonly registrations: UpkeepState['registrations'];
  /** ISO time. It could not listen, for a reason outside its files, and tries again then. */
  readonly retryAt?: string;
  readonly lastReload?: ReloadReport;
}

export interface RouteView {
  readonly id: string;
  readonly place: Place;
  readonly compat: Compat;
  readonly path: string;
  readonly methods: readonly string[];
  readonly hosts: readonly string[];
  /** Absent: a policy answers. */
  readonly upstream?: string;
  readonly authentication: 'none' | 'optional' | 'required';
  readonly schemes: readonly string[];
  /** Those of the gateway first, as they are run. */
  readonly policies: readonly string[];
  readonly tags: readonly string[];
}

export interface UpstreamView {
  readonly name: string;
  readonly targets: readonly TargetView[];
  /** It is there because a request has named it. */
  readonly isFound?: boolean;
}

/** One target as all workers see it. */
export interface TargetView extends TargetState {
  /** Workers that send requests there, and those that were asked. */
  readonly healthyOn: number;
  readonly askedWorkers: number;
}

export interface PolicyView {
  readonly id: string;
  readonly policy: string;
  readonly answered: number;
  readonly failed: number;
  readonly meanMs?: number;
  readonly verdicts: readonly Verdict[];
}

export interface CheckReport {
  readonly problems: readonly GatewayProblem[];
  /** False where no worker runs, which alone load policies. */
  readonly policiesChecked: boolean;
}

/** What administrators ask of the gateway of a host. Where it does not run, all but `status`, `check` and `importOcelot` throw GATEWAY_NOT_RUNNING. */
export interface GatewayOperations {
  status(): GatewayStatus;
  routes(): readonly RouteView[];
  upstreams(): Promise<readonly UpstreamView[]>;
  policies(): Promise<readonly PolicyView[]>;
  explain(request: ExplainRequest): Promise<Explanation>;
  check(files: readonly GatewayText[]): Promise<CheckReport>;
  importOcelot(files: readonly GatewayText[], asked: ImportAsked): Promise<ImportedFiles>;
  /** Reads the files now. */
  reload(why: string): Promise<ReloadReport>;
  emptyCache(region: string): Promise<void>;
  /** What hinders it, for `/readyz`; nothing where it is off. */
  degraded(): Promise<readonly string[]>;
  /** In Prometheus's text; empty where it does not run. */
  metrics(): Promise<string>;
}
