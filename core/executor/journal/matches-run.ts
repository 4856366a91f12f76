import { type ErrorRecord, parseJson } from '@backplane/sdk';
import type { RunFilter } from '../run-filter.ts';
import type { StoredRun } from './journal.ts';

/** The filter applied to a run in memory. */
export function matchesRun(run: StoredRun, filter: RunFilter, now: number): boolean {
  const { startedAt, endedAt } = run;
  const { startedAfter = 0, startedBefore = Infinity, endedAfter = 0, endedBefore = Infinity } = filter;
  const asksForEnd = filter.endedAfter !== undefined || filter.endedBefore !== undefined;
  return (
    (filter.workspace === undefined || run.workspace === filter.workspace) &&
    (filter.workflow === undefined || run.workflow === filter.workflow) &&
    (filter.status === undefined || run.status === filter.status) &&
    (filter.triggerType === undefined || run.triggerType === filter.triggerType) &&
    (filter.parent === undefined || run.parent?.runId === filter.parent) &&
    startedAt >= startedAfter &&
    startedAt < startedBefore &&
    (!asksForEnd || (endedAt !== undefined && endedAt >= endedAfter && endedAt < endedBefore)) &&
    (filter.longerThanMs === undefined || (endedAt ?? now) - startedAt > filter.longerThanMs) &&
    (filter.q === undefined || (run.error !== undefined && tells(run.error, filter.q.toLowerCase())))
  );
}

function tells(error: string, text: string): boolean {
  const { code, message } = parseJson(error) as ErrorRecord;
  return code.toLowerCase().startsWith(text) || message.toLowerCase().includes(text);
}
