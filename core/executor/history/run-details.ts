import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../../language/template/scope.ts';
import type { RunRecord, RunStatus, StreamRecord } from '../engine.ts';
import type { StepStatus, StreamError } from '../scheduler/state.ts';
import type { AttemptRecord } from './attempt-record.ts';

/** A step with everything that is known of it. Times are ISO 8601. */
export interface StepDetails {
  readonly status: StepStatus;
  /** When its turn came, and when it ended. Absent when it never did. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  /** So much of it passed without any attempt running: delays, pauses between attempts, waiting for a free place. */
  readonly waitedMs?: number;
  /** The evaluated arguments of its last attempt; with `for_each` each attempt has its own. */
  readonly input?: unknown;
  readonly inputBytes?: number;
  readonly result?: unknown;
  readonly error?: ErrorRecord;
  readonly errors?: readonly StreamError[];
  readonly warnings?: readonly Warning[];
  /** How often `retry_until` has sent it back, and loops have come round. */
  readonly rounds?: number;
  readonly pass?: number;
  /** Of a scatter: its streams. Of a running `for_each`: its items. */
  readonly streams?: { readonly total: number; readonly begun: number; readonly open: number };
  readonly items?: {
    readonly total: number;
    readonly begun: number;
    readonly inFlight: number;
    readonly failed: number;
  };
  /** In the order in which they ended; of very many the last ones. */
  readonly attempts: readonly AttemptRecord[];
  /** How many there are in all, when these are not. */
  readonly attemptsTotal?: number;
}

export interface StreamDetails extends Omit<StreamRecord, 'steps'> {
  readonly steps: Readonly<Record<string, StepDetails>>;
}

/** A run with every attempt of every step. */
export interface RunDetails extends Omit<RunRecord, 'steps' | 'streams'> {
  readonly status: RunStatus;
  readonly durationMs?: number;
  readonly steps: Readonly<Record<string, StepDetails>>;
  readonly streams?: Readonly<Record<string, StreamDetails>>;
  /** Streams in all, and the cursor of the next ones, when not all stand here. */
  readonly streamsTotal?: number;
  readonly nextStreams?: string;
  /** Attempts of which the definition does not tell any more to which step they belong. */
  readonly unplaced?: readonly AttemptRecord[];
}

export interface DetailsQuery {
  /** Only these steps. */
  readonly steps?: readonly string[];
  /** At most so many attempts of each step. */
  readonly attempts: number;
  /** At most so many streams, after this cursor. */
  readonly streams: number;
  readonly streamsAfter?: string;
}
