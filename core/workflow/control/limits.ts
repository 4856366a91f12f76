/** What a gather does with the errors of its streams. */
export const ERROR_STRATEGIES = ['partition', 'include', 'drop', 'raise'] as const;
export type ErrorStrategy = (typeof ERROR_STRATEGIES)[number];

/** No loop may ask for more. */
export const MAX_ITERATIONS = 2048;
export const DEFAULT_ITERATIONS = 100;

/** How many runs of a `for_each` over a subflow go on at a time. */
export const LOOP_STRATEGIES = ['batch', 'parallel', 'sequential'] as const;
export type LoopStrategy = (typeof LOOP_STRATEGIES)[number];
export const DEFAULT_BATCH = 32;
export const MAX_BATCH = 1024;
/** Of the 64 places that a run has for work in flight, some stay free for its other steps. */
export const PARALLEL_WINDOW = 48;

/** What becomes of a `for_each` over a subflow when some of the runs fail. */
export const FAIL_STRATEGIES = ['isolated', 'all'] as const;

export const WAIT_STRATEGIES = ['wait', 'detach'] as const;

/** The arguments of a subflow that hold for all items of its `for_each` and so cannot read `var`. */
export const SUBFLOW_OPTIONS: readonly string[] = ['loop_strategy', 'batch_size', 'fail_strategy', 'wait_strategy'];

/** Names of the one argument that tells which workflow to run. */
export const SUBFLOW_TARGETS = ['workflow', 'workflow_alias', 'workflow_id'] as const;
