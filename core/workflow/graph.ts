import type { Template } from '../language/template/template.ts';

export interface RetryPolicy {
  /** 0 = without limit. */
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** Re-run until this holds, its scope including the step's fresh result. */
  readonly retryUntil?: Template;
  readonly backoff: { readonly initialMs: number; readonly factor: number; readonly maxMs: number; readonly jitter: number };
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly on: 'success' | 'error';
}

/** One action of a definition, compiled: every expression parsed, every reference resolved to an index. */
export interface GraphAction {
  readonly index: number;
  readonly ref: string;
  readonly action: string;
  readonly args: Template;
  readonly runIf?: Template;
  /** `for var.x in …` iterators, zipped when there are several. */
  readonly forEach?: Template;
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
