import type { WebhookTrigger } from './webhook-trigger.ts';

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

export interface Dependency {
  readonly ref: string;
  readonly on: 'success' | 'error';
}

export interface ActionDefinition {
  readonly ref: string;
  /** As written; the registry knows aliases. */
  readonly action: string;
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
  readonly maskOutput: boolean;
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
  };
  readonly triggers: readonly WebhookTrigger[];
  /** Absent: a run's result is null. */
  readonly returns?: unknown;
  /** Id or alias of the workflow that is started when this one fails. */
  readonly errorHandler?: string;
}
