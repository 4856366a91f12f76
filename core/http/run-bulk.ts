import { toErrorRecord } from '../errors/to-record.ts';
import type { RunFilter } from '../executor/run-filter.ts';
import type { WorkspaceRuns } from '../executor/workspace-runs.ts';

export type BulkAction = 'cancel' | 'terminate' | 'pause' | 'resume' | 'retry';

export interface BulkOutcome {
  /** Runs that were asked for, at most the cap. */
  readonly matched: number;
  readonly done: number;
  readonly failed: readonly { readonly runId: string; readonly code: string; readonly message: string }[];
  /** True when the filter fits more runs than the cap allows: ask again. */
  readonly more: boolean;
}

/** One call touches at most so many runs. */
export const BULK_CAP = 1_000;
/** At the same time, so that a call for many does not hold up others. */
const LANES = 16;
const PAGE = 200;

/** The runs that fit a filter, newest first. */
export async function findRuns(
  runs: WorkspaceRuns,
  filter: RunFilter,
): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await runs.list({ ...filter, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.map(({ runId }) => runId));
    cursor = page.nextCursor;
    if (cursor === undefined || ids.length >= BULK_CAP) {
      return { ids: ids.slice(0, BULK_CAP), more: cursor !== undefined || ids.length > BULK_CAP };
    }
  }
}

/** Does the same to many runs. What goes wrong with one does not keep it from the others. */
export async function controlRuns(
  runs: WorkspaceRuns,
  action: BulkAction,
  ids: readonly string[],
  reason: string,
): Promise<Omit<BulkOutcome, 'more'>> {
  const failed: { runId: string; code: string; message: string }[] = [];
  const rest = ids.values();
  const lane = async () => {
    for (const runId of rest) {
      try {
        await control(runs, action, runId, reason);
      } catch (error) {
        const { code, message } = toErrorRecord(error);
        failed.push({ runId, code, message });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { matched: ids.length, done: ids.length - failed.length, failed };
}

async function control(runs: WorkspaceRuns, action: BulkAction, runId: string, reason: string): Promise<void> {
  if (action === 'retry') await runs.rerun(runId, { from: 'failed', reason });
  else if (action === 'resume') await runs.resume(runId);
  else await runs[action](runId, reason);
}
