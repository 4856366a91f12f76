import type { RunStatus } from '../engine.ts';

/** What is kept of runs without a journal. */
export interface EdgeCounters {
  edgeRunStarted(workflow: string): void;
  edgeRunEnded(workflow: string, status: Exclude<RunStatus, 'running'>, seconds: number): void;
}
