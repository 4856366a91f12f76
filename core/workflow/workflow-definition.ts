import type { PluginTrigger } from './plugin-trigger.ts';
import type { ScheduleTrigger } from './schedule/schedule-spec.ts';
import type { WebhookTrigger } from './webhook-trigger.ts';
import type { WorkflowAuthor } from './workflow-author.ts';

/** One input of a workflow, as `entrypoint.expects` declares it. Required unless it has a `default`. */
export interface InputDeclaration {
  /** In the type grammar of `expects`: `int`, `list[str]`, `enum["a", "b"]` … */
  readonly type: string;
  readonly description?: string;
  readonly default?: unknown;
}

export interface RetryDefinition {
  /** Attempts of one round; 0 = without limit. */
  readonly maxAttempts: number;
  /** Of one attempt, seconds. */
  readonly timeout: number;
  readonly retryUntil?: string;
  readonly backoff?: BackoffDefinition;
}

export interface BackoffDefinition {
  /** Seconds before the second attempt. */
  readonly initial?: number;
  readonly factor?: number;
  /** Seconds; no pause is longer. */
  readonly max?: number;
  /** Share of the pause, 0 to 1. */
  readonly jitter?: number;
}

/** Whom a step asks once its action has run, and what counts as an answer. */
export interface InteractionDefinition {
  readonly type: 'response' | 'approval';
  /** Seconds; absent: it waits as long as the run does. */
  readonly timeout?: number;
  /** What those who are asked are shown; an expression may stand in it. */
  readonly message?: string;
  readonly requiredApprovers: number;
  /** Empty: anybody. */
  readonly approverGroups: readonly string[];
  /** Whether an answer counts as an approval. */
  readonly approveIf?: string;
}

export interface Dependency {
  readonly ref: string;
  readonly on: 'success' | 'error';
}

export interface ActionDefinition {
  readonly ref: string;
  /** As written; the registry knows aliases. */
  readonly action: string;
  /** `plugin@version` that it was stored with; that version is called while the host still has it. */
  readonly origin?: string;
  readonly description?: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Arguments that the action wants as written. */
  readonly unevaluated: readonly string[];
  readonly dependsOn: readonly Dependency[];
  readonly runIf?: unknown;
  readonly forEach?: readonly string[];
  readonly forEachConcurrency: number;
  readonly retry: RetryDefinition;
  /** Seconds. */
  readonly startDelay: number;
  /** A date, a phrase such as `tomorrow 09:00`, or an expression that gives one. */
  readonly waitUntil?: string | number;
  readonly joinStrategy: 'all' | 'any';
  readonly environment?: string;
  readonly interaction?: InteractionDefinition;
  readonly maskOutput: boolean;
  readonly maskInput?: true;
}

export type Trigger = WebhookTrigger | ScheduleTrigger | PluginTrigger;

/** How many runs of the workflow may be under way at once. */
export interface ConcurrencyDefinition {
  readonly limit: number;
  /** Runs for which this gives the same value count together; absent: all of them. */
  readonly key?: unknown;
  /** What becomes of a run beyond the limit. */
  readonly onLimit: 'queue' | 'skip' | 'cancel_oldest';
}

/** A checked workflow, defaults filled in. JSON only: this is what a run is pinned to. Expressions are still text. */
export interface WorkflowDefinition {
  readonly title: string;
  readonly description: string;
  readonly strict: boolean;
  readonly entrypoint: {
    readonly ref?: string;
    readonly expects?: Readonly<Record<string, InputDeclaration>>;
  };
  readonly actions: readonly ActionDefinition[];
  readonly config: {
    /** Text or an expression. */
    readonly environment: string;
    /** Seconds; 0 = none. */
    readonly timeout: number;
    /** Absent: every step is journaled. `none`: runs live in memory alone, and nothing but counters is kept. */
    readonly durability?: 'none';
    readonly concurrency?: ConcurrencyDefinition;
    /** How long ended runs are kept, such as `30d` or `forever`; absent: as the host says. */
    readonly retention?: { readonly completed?: string; readonly failed?: string; readonly cancelled?: string };
  };
  readonly triggers: readonly Trigger[];
  /** Absent: a run's result is null. */
  readonly returns?: unknown;
  /** Id or alias of the workflow that is started when this one fails. */
  readonly errorHandler?: string;
  /** No part of the file: who stored this version. Absent: the host itself. */
  readonly author?: WorkflowAuthor;
}
