import type { Problem } from '../language/source/problem.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

/** A stored workflow as lists show it. */
export interface WorkflowEntry {
  readonly id: string;
  readonly alias: string;
  readonly title: string;
  /** Counts up with every change. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Path below `/api/webhooks/`, when the definition has a webhook trigger. */
  readonly webhookPath?: string;
}

export interface StoredWorkflow extends WorkflowEntry {
  /** The YAML as its author wrote it. */
  readonly source: string;
}

/** What a run is pinned to: the checked definition of one version. */
export interface RunnableWorkflow {
  readonly id: string;
  readonly alias: string;
  readonly version: number;
  readonly definition: WorkflowDefinition;
}

export interface WebhookTarget {
  readonly workflow: RunnableWorkflow;
  readonly methods: readonly string[];
  readonly secret: string;
}

export interface CheckedWorkflow {
  readonly problems: readonly Problem[];
  readonly definition?: WorkflowDefinition;
}

/** The workflows of a host: nothing unchecked is ever stored, nothing stored is ever run unchecked. */
export interface WorkflowCatalogue {
  check(source: string, file: string): CheckedWorkflow;
  /** Throws WORKFLOW_INVALID with every problem, or WORKFLOW_ALIAS_TAKEN. */
  create(workflow: { readonly alias: string; readonly source: string }): Promise<StoredWorkflow>;
  /** `expectedVersion` guards against overwriting another's change: WORKFLOW_VERSION_CONFLICT. */
  update(id: string, change: { readonly source: string; readonly expectedVersion?: number }): Promise<StoredWorkflow>;
  /** By id or alias. Throws WORKFLOW_NOT_FOUND, as do all below. */
  get(id: string): Promise<StoredWorkflow>;
  delete(id: string): Promise<void>;
  list(page: { readonly limit: number; readonly cursor?: string }): Promise<{ readonly items: readonly WorkflowEntry[]; readonly nextCursor?: string }>;
  versions(id: string): Promise<readonly { readonly version: number; readonly createdAt: string }[]>;
  /** The newest version, ready to run; cached, so that starting a run costs no query. */
  runnable(id: string): Promise<RunnableWorkflow>;
  /** What listens at this webhook path, if anything. */
  webhook(path: string): Promise<WebhookTarget | undefined>;
  /** The secret that signs this workflow's webhook calls; `rotate` makes a new one first. */
  webhookSecret(id: string, options: { readonly rotate: boolean }): Promise<{ readonly path: string; readonly secret: string }>;
}
