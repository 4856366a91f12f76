import type { ErrorRecord, Log } from '@backplane/sdk';
import type { Warning } from '../language/template/scope.ts';
import type { ActionRegistry, SecretSource } from '../registry/runnable-action.ts';
import type { Graph } from '../workflow/graph.ts';
import type { WorkflowAuthor } from '../workflow/workflow-author.ts';
import type { AnswerLinks } from './answer-links.ts';
import type { PoliteStop } from './polite-stop.ts';
import type { RunAction } from './scheduler/command.ts';
import type { AttemptFacts } from './scheduler/event.ts';
import type { RunState } from './scheduler/state.ts';
import type { VariableSource } from './variable-source.ts';

export interface ActionTask {
  readonly graph: Graph;
  /** Read only: the runner builds the expression scope from it before it awaits anything. */
  readonly state: RunState;
  readonly command: RunAction;
  /** Aborts when nobody waits for the attempt any more; the time limit of the command is the runner's own business. */
  readonly signal: AbortSignal;
  /** Asks the attempt to stop: the action is told, and how it ends still counts. */
  readonly stop?: PoliteStop;
}

/** `facts` are for the record of the run alone. */
export type ActionOutcome = (
  | { readonly status: 'completed'; readonly result: unknown; readonly warnings: readonly Warning[] }
  | { readonly status: 'failed' | 'timed-out'; readonly error: ErrorRecord; readonly warnings: readonly Warning[] }
  | { readonly status: 'cancelled' }
) & { readonly facts?: AttemptFacts };

/** Runs one attempt of one action: arguments, secrets, limits, masking. Never rejects. */
export interface ActionRunner {
  run(task: ActionTask): Promise<ActionOutcome>;
  /** True for actions without any effect outside: the engine may run them before it is durable that they may. */
  isPure?(action: string): boolean;
  /** The name under which the registry knows an action that a workflow names, perhaps by an alias. */
  nameOf?(action: string): string;
}

/** What a runner needs of its host. */
export interface ActionRunnerOptions {
  readonly registry: ActionRegistry;
  readonly secrets: SecretSource;
  readonly variables: VariableSource;
  readonly log: Log;
  /** Makes the links that a step hands to those whom it asks. */
  readonly links?: AnswerLinks;
  /** True: a missing path is an error in every workflow, not only in those that say `strict`. */
  readonly strict?: boolean;
  /**
   * Whether whoever answers for a workflow may use an action, asked before each attempt. What is known already is answered at once.
   * Throws ACTION_NOT_ALLOWED. Absent: everything is allowed.
   */
  permit?(wanted: ActionPermit): void | Promise<void>;
}

export interface ActionPermit {
  readonly author: WorkflowAuthor;
  /** In full, whatever alias the workflow says. */
  readonly action: string;
  readonly runId: string;
  readonly step: string;
  /** Absent: the default one. */
  readonly workspace?: string;
  readonly signal: AbortSignal;
}
