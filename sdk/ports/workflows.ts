export interface WorkflowRunStatus {
  readonly runId: string;
  readonly workflow: string;
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly steps?: Readonly<Record<string, unknown>>;
}

/** Other workflows of the same workspace, by alias or id. */
export interface Workflows {
  /** Starts a run and returns once it is durable; it goes on by itself. */
  start(
    workflow: string,
    input: unknown,
    options?: { readonly idempotencyKey?: string },
  ): Promise<{ readonly runId: string }>;
  status(runId: string, options?: { readonly includeEvents?: boolean }): Promise<WorkflowRunStatus>;
  /** The run once it has ended; as it is, still `running`, when that takes longer. It goes on all the same. */
  wait(runId: string, options: { readonly timeoutMs: number }): Promise<WorkflowRunStatus>;
  list(options?: { readonly workflow?: string; readonly limit?: number }): Promise<readonly WorkflowRunStatus[]>;
  get(workflow: string): Promise<unknown>;
}
