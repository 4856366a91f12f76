import type { ErrorRecord } from '@backplane/sdk';
import type { AttemptStatus } from './attempt-trace.ts';

/** One try of one step, as people see it. Times are ISO 8601. */
export interface AttemptRecord {
  /** Number of the command that asked for it; counts up within the run. */
  readonly seq: number;
  /** Counts from 1 within its round, item and pass. */
  readonly attempt: number;
  /** Of `retry_until`: which re-run, from 1; absent in the first round. */
  readonly round?: number;
  /** Of `for_each`: which item, from 0. */
  readonly item?: number;
  /** Of a loop: how often it has come round before; absent the first time. */
  readonly pass?: number;
  readonly status: AttemptStatus;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  /** Absent when it is the step's own. */
  readonly input?: unknown;
  /** Stands for arguments that are too large to keep: bytes of their JSON. */
  readonly inputBytes?: number;
  /** Of an attempt that a loop or `retry_until` has sent round again; the last one's is the step's. */
  readonly result?: unknown;
  readonly error?: ErrorRecord;
  /** `plugin@version`, or the file of a template. */
  readonly by?: string;
  readonly tier?: string;
  /** Of a template: the actions that it called. */
  readonly leaves?: readonly string[];
  /** The run of another workflow that this was. */
  readonly runId?: string;
}
