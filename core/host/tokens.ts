import type { InjectionToken } from 'tsyringe';
import type { Engine } from '../executor/engine.ts';
import type { ApiServices } from '../http/api-services.ts';
import type { SecretSource } from '../registry/runnable-action.ts';
import type { Database } from '../storage/database.ts';
import type { KeyValueStore } from '../storage/key-value-store.ts';
import type { WorkflowStore } from '../storage/workflow-store.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';
import type { Actions } from './assemble-actions.ts';

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

/** What the container of a host holds. Explicit tokens: nothing is found by its type or by a name in text. */
export const TOKENS = {
  metrics: token<Metrics>('metrics'),
  database: token<Database>('database'),
  keyValues: token<KeyValueStore>('keyValues'),
  workflowStore: token<WorkflowStore>('workflowStore'),
  secrets: token<SecretSource>('secrets'),
  actions: token<Actions>('actions'),
  workflows: token<WorkflowCatalogue>('workflows'),
  engine: token<Engine>('engine'),
  apiServices: token<ApiServices>('apiServices'),
} as const;
