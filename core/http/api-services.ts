import type { KeyValue } from '@backplane/sdk';
import type { Engine } from '../executor/engine.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';

/** Whether the host can do its work, and what hinders it. */
export interface Readiness {
  readonly ready: boolean;
  readonly degraded: readonly string[];
}

/** Everything the HTTP surface stands on. */
export interface ApiServices {
  readonly engine: Engine;
  readonly workflows: WorkflowCatalogue;
  readonly registry: ActionRegistry;
  readonly plugins: PluginHost;
  /** Runs one action outside any workflow. */
  runAction(name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
  readiness(): Promise<Readiness>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Where webhooks remember the calls that they took. */
  readonly seenCalls: KeyValue;
  /** Aborts when the host stops: whoever only waits for a run is let go. */
  readonly stopping: AbortSignal;
}
