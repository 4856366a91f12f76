import type { ForEach } from '../language/template/for-each.ts';
import type { Template } from '../language/template/template.ts';

export interface Backoff {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Share of the delay, 0 to 1, by which it may be longer or shorter. */
  readonly jitter: number;
}

export interface RetryPolicy {
  /** 0 = without limit. */
  readonly maxAttempts: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Re-run until this holds, its scope including the step's fresh result. */
  readonly retryUntil?: Template;
  /** Between a failed attempt and the next. */
  readonly backoff: Backoff;
  /** Between a success that `retryUntil` does not accept and the next round. */
  readonly poll: Backoff;
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly on: 'success' | 'error';
  /** `from:to:on`, the edge's name in a run's state. */
  readonly key: string;
}

/** One action of a definition, compiled: every expression parsed, every reference resolved to an index. */
export interface GraphAction {
  readonly index: number;
  readonly ref: string;
  readonly action: string;
  /** The arguments that hold expressions, and those that do not. */
  readonly args: Template;
  /** Arguments that the action wants as written, their `${{ }}` unevaluated. */
  readonly literalArgs: Readonly<Record<string, unknown>>;
  readonly runIf?: Template;
  /** `for var.x in …` iterators, zipped when there are several. */
  readonly forEach?: ForEach;
  readonly forEachConcurrency: number;
  readonly retry: RetryPolicy;
  readonly startDelayMs: number;
  readonly join: 'all' | 'any';
  readonly environment?: Template;
  readonly maskOutput: boolean;
  readonly incoming: readonly Edge[];
  readonly outgoing: readonly Edge[];
}

/** A checked, compiled workflow. Made from a definition alone, so the same definition always gives the same graph. */
export interface Graph {
  readonly title: string;
  readonly actions: readonly GraphAction[];
  readonly byRef: ReadonlyMap<string, GraphAction>;
  readonly entries: readonly number[];
  readonly returns?: Template;
  readonly environment: Template;
  /** 0 = none. */
  readonly timeoutMs: number;
  readonly errorHandler?: string;
  readonly strict: boolean;
}
