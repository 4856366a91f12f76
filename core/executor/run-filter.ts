/** Which runs somebody asks for: those to which all of this applies. Times are epoch milliseconds. */
export interface RunFilter {
  /** Workspace id; absent: of all. */
  readonly workspace?: string;
  /** Workflow id. */
  readonly workflow?: string;
  readonly status?: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly triggerType?: string;
  /** Not before, and before. */
  readonly startedAfter?: number;
  readonly startedBefore?: number;
  readonly endedAfter?: number;
  readonly endedBefore?: number;
  /** Longer than so many milliseconds; of a run that has not ended, until now. */
  readonly longerThanMs?: number;
  /** The run that started them. */
  readonly parent?: string;
  /** How the code of the error begins, or what its message contains; in any case. */
  readonly q?: string;
}

/** A page of them. */
export interface RunListQuery extends RunFilter {
  /** Default `newest`. */
  readonly order?: 'newest' | 'oldest';
  readonly limit: number;
  readonly cursor?: string;
}
