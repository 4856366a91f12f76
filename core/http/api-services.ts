import type { KeyValue } from '@backplane/sdk';
import type { Access } from '../access/access.ts';
import type { AccessServices } from '../access/access-services.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { AuditTrail } from '../access/audit/audit-trail.ts';
import type { Places } from '../access/place.ts';
import type { AnswerLinks } from '../executor/answer-links.ts';
import type { Engine, HostInfo } from '../executor/engine.ts';
import type { Schedules } from '../executor/schedules/schedules.ts';
import type { Runs } from '../executor/workspace-runs.ts';
import type { GatewayOperations } from '../gateway/operations/gateway-operations.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import type { Identity } from '../identity/open-identity.ts';
import type { ContributionBoard } from '../plugins/contributions/contribution-board.ts';
import type { PluginDatabases } from '../plugins/database/plugin-databases.ts';
import type { SourceOperations } from '../plugins/operations/source-operations.ts';
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
import type { GroupsOf } from './interactions/speaker.ts';
import type { BrowserSession } from './sign-in/browser-session.ts';

/** Whether the host can do its work, and what hinders it. */
export interface Readiness {
  readonly ready: boolean;
  readonly degraded: readonly string[];
  /** How many hosts share the database, this one among them; absent where there can be no others. */
  readonly hosts?: number;
}

export interface ActionCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Id of the workspace. */
  readonly workspace: string;
  readonly signal: AbortSignal;
}

/** Who comes in, where, and what they may. */
export interface Entrance {
  readonly access: Access;
  /** Organisations, workspaces, members, roles: who may do what. */
  readonly rights: AccessServices;
  readonly audit: AuditLog;
  readonly auditTrail: AuditTrail;
  /** Finds the workspace that a request is meant for. */
  readonly places: Places;
  /** Ways to prove who one is, in the order in which they are tried. */
  readonly authenticators: readonly Authenticator[];
  /** Users, sessions, keys and the ways to sign in. */
  readonly identity: Identity;
  readonly browser: BrowserSession;
  /** For steps that only people of certain groups may decide. */
  readonly groupsOf: GroupsOf;
}

/** Everything the HTTP surface stands on. */
export interface ApiServices extends Entrance {
  readonly connections: Connections;
  readonly connectLinks: ConnectLinks;
  /** For those who prove themselves by what they bring: webhooks and the links of people. Routes have `runs`. */
  readonly engine: Engine;
  readonly runs: Runs;
  /** The hosts that share the runs. */
  hosts(): Promise<readonly HostInfo[]>;
  readonly workflows: WorkflowCatalogue;
  readonly schedules: Schedules;
  readonly registry: ActionRegistry;
  readonly plugins: PluginHost;
  readonly triggers: TriggerDesk;
  /** Git repositories that plugins and templates come from. */
  readonly sources: SourceOperations;
  readonly pluginData: Pick<PluginDatabases, 'kept' | 'drop'>;
  /** What plugins bring besides actions. */
  readonly board: ContributionBoard;
  /** What became of a plugin and who did it, newest first. */
  pluginEvents(id: string, limit: number): Promise<readonly StoredPluginEvent[]>;
  /** Runs one action outside any workflow, with what a workspace has. */
  runAction(call: ActionCall): Promise<unknown>;
  /** The gateway of this host, whether or not it runs. */
  readonly gateway: GatewayOperations;
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

/** What routes stand on: whatever belongs to a workspace is within reach through that of the caller alone. */
export type RouteServices = Omit<ApiServices, 'engine' | 'workflows' | 'triggers'> & {
  readonly workflows: Pick<WorkflowCatalogue, 'in'>;
  readonly triggers: Pick<TriggerDesk, 'statuses'>;
};
