import type { ForEach } from '../language/template/for-each.ts';
import type { Template } from '../language/template/template.ts';
import type { WorkflowAuthor } from './workflow-author.ts';

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

export interface Interaction {
  readonly type: 'response' | 'approval';
  /** 0 = none. */
  readonly timeoutMs: number;
  readonly message?: Template;
  readonly requiredApprovers: number;
  /** Empty: anybody. */
  readonly approverGroups: readonly string[];
  /** Whether an answer counts as an approval; its scope has the answer as `interaction`. */
  readonly approveIf?: Template;
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly on: 'success' | 'error';
  /** `from:to:on`, the edge's name in a run's state. */
  readonly key: string;
}

/** What an action does that steers the run; the scheduler carries it out itself. */
export type Control =
  | {
      readonly kind: 'scatter';
      readonly args: Template;
      /** The region whose actions run once for every item. */
      readonly region: number;
      readonly gather?: number;
    }
  | { readonly kind: 'gather'; readonly items: Template; readonly options: Template; readonly scatter: number }
  | { readonly kind: 'loop-start' }
  | {
      readonly kind: 'loop-end';
      readonly args: Template;
      readonly start: number;
      /** What runs again with every iteration: all of the loop except its start, inner loops and gathers included. */
      readonly body: readonly number[];
    }
  | {
      readonly kind: 'subflow';
      /** What the run is given: once, or for every item of `for_each`. */
      readonly call: Template;
      /** How the items of `for_each` are gone through, and whether anybody waits. */
      readonly options: Template;
    };

/** The actions that run together, once in the run (region 0) or once in every stream of a scatter. */
export interface Region {
  readonly index: number;
  /** The scatter that opens it; none for region 0. */
  readonly scatter?: number;
  /** Those that have a state in each of its streams: besides its own actions the gather, which collects there. */
  readonly members: readonly number[];
}

/** One action of a definition, compiled: every expression parsed, every reference resolved to an index. */
export interface GraphAction {
  readonly index: number;
  readonly ref: string;
  readonly action: string;
  readonly origin?: string;
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
  /** Gives the moment before which the step must not begin; counts more than `startDelayMs`. */
  readonly waitUntil?: Template;
  readonly join: 'all' | 'any';
  readonly environment?: Template;
  readonly maskOutput: boolean;
  /** No record keeps its arguments. */
  readonly maskInput: boolean;
  /** Whom the step asks once its action has run. */
  readonly interaction?: Interaction;
  readonly control?: Control;
  /** Where its result belongs. A gather's belongs to the region around the streams that it gathers. */
  readonly region: number;
  readonly incoming: readonly Edge[];
  readonly outgoing: readonly Edge[];
}

/** How many runs of the workflow may be under way at once, and what becomes of others. */
export interface RunLimit {
  readonly limit: number;
  /** Runs for which this gives the same value count together. */
  readonly key?: Template;
  readonly onLimit: 'queue' | 'skip' | 'cancel_oldest';
}

/** A checked, compiled workflow. Made from a definition alone, so the same definition always gives the same graph. */
export interface Graph {
  readonly title: string;
  readonly actions: readonly GraphAction[];
  readonly byRef: ReadonlyMap<string, GraphAction>;
  readonly entries: readonly number[];
  readonly regions: readonly Region[];
  readonly returns?: Template;
  readonly environment: Template;
  /** 0 = none. */
  readonly timeoutMs: number;
  readonly errorHandler?: string;
  readonly concurrency?: RunLimit;
  readonly strict: boolean;
  /** Whose leave its actions need; absent: nobody's. */
  readonly author?: WorkflowAuthor;
}
