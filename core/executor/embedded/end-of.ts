import { stringifyJson } from '@backplane/sdk';
import type { RunEnd } from '../journal/journal.ts';
import type { LiveRun } from './live-run.ts';

/** What the journal keeps of the run's end, once the scheduler has ended it. */
export function endOf({ state }: LiveRun): RunEnd | undefined {
  const { status, error, endedAt = state.now } = state;
  if (status === 'new' || status === 'running') return undefined;
  return { status, endedAt, ...(error !== undefined && { error: stringifyJson(error) }) };
}
