import type { Problem } from '../language/source/problem.ts';
import type { StoredVersion, StoredWorkflowSource, WorkflowPage } from '../storage/workflow-store.ts';
import type { CheckedFile } from './check-workflow.ts';
import type { WebhookTrigger } from './webhook-trigger.ts';
import type { WorkflowAuthor } from './workflow-author.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

/** What a run is pinned to: the checked definition of one version. */
export interface RunnableWorkflow {
  readonly id: string;
  /** Id of the workspace that it belongs to, and its runs with it. */
  readonly workspace: string;
  readonly version: number;
  readonly definition: WorkflowDefinition;
}

export interface WebhookTarget {
  readonly workflow: RunnableWorkflow;
  readonly trigger: WebhookTrigger;
  /** Any of them proves a call; never empty. */
  readonly secrets: readonly string[];
}

/** What was stored, and what probably will not go as it was meant. */
export interface SavedWorkflow extends StoredWorkflowSource {
  readonly warnings: readonly Problem[];
}

export interface GivenSource {
  readonly source: string;
  /** Told the actions of a sound definition before it is stored; throws when whoever stores it may not use one of them. */
  allow?(actions: readonly string[]): Promise<void>;
  /** Who answers for what it does; absent: the host. */
  readonly author?: WorkflowAuthor;
}

/** The workflows of one workspace: nothing of any other can be seen or changed here, nor told from what does not exist. */
export interface WorkspaceWorkflows {
  /** Everything that can be said of a definition, what this host and the workspace have and lack included. */
  check(source: string, file: string): Promise<CheckedFile>;
  /** Throws WORKFLOW_INVALID with every problem, WORKFLOW_ALIAS_TAKEN or WEBHOOK_PATH_TAKEN. */
  create(workflow: { readonly alias: string } & GivenSource): Promise<SavedWorkflow>;
  /** `expectedVersion` guards against overwriting another's change: WORKFLOW_VERSION_CONFLICT. */
  update(id: string, change: GivenSource & { readonly expectedVersion?: number }): Promise<SavedWorkflow>;
  /** Its newest version once more, for which somebody else answers. Throws as `update`. */
  adopt(id: string, by: Omit<GivenSource, 'source'> & { readonly expectedVersion?: number }): Promise<SavedWorkflow>;
  /** By id or alias. Throws WORKFLOW_NOT_FOUND, as do all below. */
  get(id: string): Promise<StoredWorkflowSource>;
  delete(id: string): Promise<void>;
  list(page: { readonly limit: number; readonly cursor?: string }): Promise<WorkflowPage>;
  versions(id: string): Promise<readonly StoredVersion[]>;
  /** The newest version, ready to run; cached, so that starting a run costs no query. */
  runnable(id: string): Promise<RunnableWorkflow>;
  /** The same, or the version asked for; undefined when there is none. */
  find(id: string, version?: number): Promise<RunnableWorkflow | undefined>;
  /** The path and secret of its webhook; `rotate` makes a new secret first. Throws WORKFLOW_HAS_NO_WEBHOOK. */
  webhookSecret(
    id: string,
    options: { readonly rotate: boolean },
  ): Promise<{ readonly path: string; readonly secret: string }>;
}

/** The workflows of a host: nothing unchecked is ever stored, nothing stored is ever run unchecked. */
export interface WorkflowCatalogue {
  /** Whoever acts for somebody goes through the workspace of that somebody. */
  in(workspace: string): WorkspaceWorkflows;
  /** For what the host itself does in the name of a workflow. By id, of whatever workspace; throws WORKFLOW_NOT_FOUND. */
  byId(id: string): Promise<RunnableWorkflow>;
  /** Ids of the workflows, of all workspaces, whose newest version has this text somewhere in it. */
  mentioning(text: string): Promise<readonly string[]>;
  /** Another host may have changed a workflow: nothing that was remembered counts any more. */
  forget(): void;
  /** What listens at this webhook path, if anything: paths are the host's, whoever's workflow stands behind them. */
  webhook(path: string): Promise<WebhookTarget | undefined>;
}
