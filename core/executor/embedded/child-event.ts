import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { RunRecord } from '../engine.ts';
import type { ChildCompleted, ChildFailed } from '../scheduler/event.ts';
import { encodeEvent } from './encode-event.ts';

/** What a run that has ended tells the one that waits for it, with its JSON. A result that cannot be kept is told as a failure. */
export function childEvent(
  { runId, status, result, error }: Pick<RunRecord, 'runId' | 'status' | 'result' | 'error'>,
  { seq, at, masked }: { readonly seq: number; readonly at: number; readonly masked: boolean },
  limit: number,
): { readonly event: ChildCompleted | ChildFailed; readonly body: string } {
  try {
    if (status === 'cancelled') throw raise.WORKFLOW_SUBFLOW_CANCELLED({ runId });
    if (status === 'completed' && result === undefined) {
      throw raise.RUN_JOURNAL_CORRUPT({ cause: `what the run ${runId} gave cannot be read` });
    }
    const event: ChildCompleted | ChildFailed =
      status === 'failed'
        ? { type: 'ChildFailed', seq, at, error: { ...error!, details: { ...error!.details, runId } } }
        : { type: 'ChildCompleted', seq, at, result, ...(masked && { masked: true as const }) };
    return { event, body: encodeEvent(event, 'What the run returns', limit) };
  } catch (thrown) {
    const event: ChildFailed = { type: 'ChildFailed', seq, at, error: toErrorRecord(thrown) };
    return { event, body: encodeEvent(event, 'The error', Number.POSITIVE_INFINITY) };
  }
}
