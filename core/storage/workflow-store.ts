import type { ScheduleEntry } from './schedule-store.ts';

/** Where a workflow listens for webhooks. */
export interface WebhookAddress {
  /** Below `/api/webhooks/`; unique over all workflows. */
  readonly path: string;
  readonly methods: readonly string[];
}

export interface StoredWorkflowEntry {
  readonly id: string;
  /** Id of the workspace that it belongs to. */
  readonly workspace: string;
  /** Unique in its workspace. */
  readonly alias: string;
  readonly title: string;
  /** Counts up with every change, from 1. */
  readonly version: number;
  readonly webhook?: WebhookAddress;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface StoredWorkflowSource extends StoredWorkflowEntry {
  /** The YAML as its author wrote it. */
  readonly source: string;
}

export interface WorkflowContent {
  readonly title: string;
  readonly source: string;
  readonly webhook?: WebhookAddress;
  /** Those of its file. */
  readonly schedules?: readonly ScheduleEntry[];
  /** JSON that is kept with the version and given back as it is. */
  readonly actions?: unknown;
  /** The same, of whoever stored it. */
  readonly author?: unknown;
}

/** What a version was stored with besides its source. */
export type KeptWithVersion = Pick<WorkflowContent, 'actions' | 'author'>;

export interface StoredVersion {
  readonly version: number;
  readonly title: string;
  readonly createdAt: string;
  readonly author?: unknown;
}

export interface WorkflowPage {
  readonly items: readonly StoredWorkflowEntry[];
  readonly nextCursor?: string;
}

/** Keeps workflows and every version of them. Knows nothing of what a source means: its caller has checked it. */
export interface WorkflowStore {
  /** Throws WORKFLOW_ALIAS_TAKEN or WEBHOOK_PATH_TAKEN. */
  create(
    workflow: WorkflowContent & { readonly workspace: string; readonly alias: string },
  ): Promise<StoredWorkflowSource>;
  /** Throws WORKFLOW_NOT_FOUND, WORKFLOW_VERSION_CONFLICT when `expectedVersion` is not the newest, WEBHOOK_PATH_TAKEN or SCHEDULE_REF_TAKEN. */
  update(id: string, change: WorkflowContent & { readonly expectedVersion?: number }): Promise<StoredWorkflowSource>;
  /** Of this workspace alone. */
  get(workspace: string, idOrAlias: string): Promise<StoredWorkflowSource | undefined>;
  /** Of whatever workspace. */
  byId(id: string): Promise<StoredWorkflowSource | undefined>;
  /** Newest first. Throws STORAGE_CURSOR_INVALID. */
  list(workspace: string, page: { readonly limit: number; readonly cursor?: string }): Promise<WorkflowPage>;
  /** Ids of those, of all workspaces, whose newest source holds this text. */
  mentioning(text: string): Promise<readonly string[]>;
  /** False when there was none. Runs of it stay. */
  delete(id: string): Promise<boolean>;
  /** Newest first. */
  versions(id: string): Promise<readonly StoredVersion[]>;
  version(id: string, version: number): Promise<string | undefined>;
  kept(id: string, version: number): Promise<KeptWithVersion>;
  findByWebhookPath(path: string): Promise<(StoredWorkflowSource & { readonly webhookSecret: string }) | undefined>;
  /** What signs calls of its webhook; made with the workflow. Throws WORKFLOW_NOT_FOUND. */
  webhookSecret(id: string, options?: { readonly rotate?: boolean }): Promise<string>;
}
