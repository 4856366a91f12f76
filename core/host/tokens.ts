import type { Http } from '@backplane/sdk';
import type { InjectionToken } from 'tsyringe';
import type { Access } from '../access/access.ts';
import type { AccessServices } from '../access/access-services.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { AuditTrail } from '../access/audit/audit-trail.ts';
import type { Places } from '../access/place.ts';
import type { AnswerLinks } from '../executor/answer-links.ts';
import type { Engine } from '../executor/engine.ts';
import type { RunTable } from '../executor/history/run-table.ts';
import type { Journal } from '../executor/journal/journal.ts';
import type { RunningSchedules } from '../executor/schedules/create-schedules.ts';
import type { Runs } from '../executor/workspace-runs.ts';
import type { ApiServices } from '../http/api-services.ts';
import type { ConnectLinks } from '../http/connections/connect-links.ts';
import type { Identity } from '../identity/open-identity.ts';
import type { ConnectionSource } from '../plugins/connections/connection-source.ts';
import type { PluginDatabases } from '../plugins/database/plugin-databases.ts';
import type { LiveSourceOperations } from '../plugins/operations/create-source-operations.ts';
import type { TriggerDesk } from '../plugins/triggers/trigger-desk.ts';
import type { SecretSource } from '../registry/runnable-action.ts';
import type { HostSecrets } from '../secrets/host-secrets.ts';
import type { Connections } from '../secrets/oauth/connections.ts';
import type { SecretServices } from '../secrets/secret-services.ts';
import type { Database } from '../storage/database.ts';
import type { KeyValueStore } from '../storage/key-value-store.ts';
import type { PluginRecords } from '../storage/plugin-records.ts';
import type { ScheduleStore } from '../storage/schedule-store.ts';
import type { WorkflowStore } from '../storage/workflow-store.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';
import type { Actions } from './assemble-actions.ts';
import type { HostGateway } from './gateway/host-gateway.ts';

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

/** What the container of a host holds. Explicit tokens: nothing is found by its type or by a name in text. */
export const TOKENS = {
  access: token<Access>('access'),
  places: token<Places>('places'),
  rights: token<AccessServices>('rights'),
  audit: token<AuditLog>('audit'),
  auditTrail: token<AuditTrail>('auditTrail'),
  identity: token<Identity>('identity'),
  connections: token<Connections>('connections'),
  connectionSource: token<ConnectionSource>('connectionSource'),
  http: token<Http>('http'),
  connectLinks: token<ConnectLinks>('connectLinks'),
  metrics: token<Metrics>('metrics'),
  database: token<Database>('database'),
  keyValues: token<KeyValueStore>('keyValues'),
  hostSecrets: token<HostSecrets>('hostSecrets'),
  pluginRecords: token<PluginRecords>('pluginRecords'),
  workflowStore: token<WorkflowStore>('workflowStore'),
  scheduleStore: token<ScheduleStore>('scheduleStore'),
  secrets: token<SecretSource>('secrets'),
  secretServices: token<SecretServices>('secretServices'),
  actions: token<Actions>('actions'),
  workflows: token<WorkflowCatalogue>('workflows'),
  engine: token<Engine>('engine'),
  schedules: token<RunningSchedules>('schedules'),
  runs: token<Runs>('runs'),
  journal: token<Journal>('journal'),
  runTable: token<RunTable>('runTable'),
  links: token<AnswerLinks>('links'),
  pluginData: token<PluginDatabases>('pluginData'),
  triggers: token<TriggerDesk>('triggers'),
  sources: token<LiveSourceOperations>('sources'),
  gateway: token<HostGateway>('gateway'),
  apiServices: token<ApiServices>('apiServices'),
} as const;
