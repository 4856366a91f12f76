import type { KeyValue } from '@backplane/sdk';
import type { Access } from '../access/access.ts';
import type { Places } from '../access/place.ts';
import type { AnswerLinks } from '../executor/answer-links.ts';
import type { Engine } from '../executor/engine.ts';
import type { RunHistory } from '../executor/history/run-history.ts';
import type { RunTable } from '../executor/history/run-table.ts';
import type { Schedules } from '../executor/schedules/schedules.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import type { ContributionBoard } from '../plugins/contributions/contribution-board.ts';
import type { PluginDatabases } from '../plugins/database/plugin-databases.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { TriggerDesk } from '../plugins/triggers/trigger-desk.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import type { Connections } from '../secrets/oauth/connections.ts';
import type { SecretServices } from '../secrets/secret-services.ts';
import type { StoredPluginEvent } from '../storage/plugin-records.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';
import type { ConnectLinks } from './connections/connect-links.ts';

/** Whether the host can do its work, and what hinders it. */
export interface Readiness {
  readonly ready: boolean;
  readonly degraded: readonly string[];
  /** How many hosts share the database, this one among them; absent where there can be no others. */
  readonly hosts?: number;
}

/** Everything the HTTP surface stands on. */
export interface ApiServices {
  readonly access: Access;
  readonly connections: Connections;
  readonly connectLinks: ConnectLinks;
  /** Finds the workspace that a request is meant for. */
  readonly places: Places;
  /** Ways to prove who one is, in the order in which they are tried. */
  readonly authenticators: readonly Authenticator[];
  readonly engine: Engine;
  /** What runs did, and all runs at once. */
  readonly history: RunHistory;
  readonly runTable: RunTable;
  readonly workflows: WorkflowCatalogue;
  readonly schedules: Schedules;
  readonly registry: ActionRegistry;
  readonly plugins: PluginHost;
  readonly triggers: TriggerDesk;
  readonly pluginData: Pick<PluginDatabases, 'kept' | 'drop'>;
  /** What plugins bring besides actions. */
  readonly board: ContributionBoard;
  /** What became of a plugin and who did it, newest first. */
  pluginEvents(id: string, limit: number): Promise<readonly StoredPluginEvent[]>;
  /** Runs one action outside any workflow. */
  runAction(name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
  readiness(): Promise<Readiness>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Links by which people answer steps that ask. */
  readonly links: AnswerLinks;
  /** Any of them may have signed what Slack sends; none: Slack is not set up. */
  slackSecrets(): Promise<readonly string[]>;
  /** Where webhooks remember the calls that they took. */
  readonly seenCalls: KeyValue;
  readonly secretServices: SecretServices;
  /** Aborts when the host stops: whoever only waits for a run is let go. */
  readonly stopping: AbortSignal;
}
