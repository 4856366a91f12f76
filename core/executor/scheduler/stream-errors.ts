import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { RunState, StepState, StreamError, StreamState } from './state.ts';

/** An error names at most so many of the streams that failed. */
const MAX_NAMED = 20;

/** What made a stream fail, as a gather shows it. */
export function streamError(id: string, { item, error: failure }: StreamState): StreamError {
  const { ref, attempt, error } = failure!;
  return { ...error, ref, attempt, type: error.code, stream_id: id, collection_index: item };
}

/** One error for all streams that failed; undefined when none did. `ref` is the action that reports it. */
export function streamsError(
  { streams }: RunState,
  ref: string,
  { prefix, count }: NonNullable<StepState['streams']>,
): ErrorRecord | undefined {
  const errors: StreamError[] = [];
  for (let item = 0; item < count; item++) {
    const id = `${prefix}${item}`;
    if (streams[id]!.status === 'failed') errors.push(streamError(id, streams[id]!));
  }
  if (errors.length === 0) return undefined;
  const named = errors.slice(0, MAX_NAMED).map((error) => {
    return { index: error.collection_index, ref: error.ref, code: error.code, message: error.message };
  });
  return raise
    .WORKFLOW_STREAMS_FAILED(
      { ref, failed: errors.length, total: count, first: named.slice(0, 3) },
      { details: { failed: errors.length, total: count, streams: named } },
    )
    .toJSON();
}
