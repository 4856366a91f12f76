import type { EndedRunNews } from '../outbox/outbox-consumer.ts';
import type { LiveRun } from './live-run.ts';

/** What others may be told of a run that ends now. */
export function endedNews({ runId, facts, state, fault }: LiveRun): EndedRunNews {
  const { result, triggerType, startedAt } = state;
  const error = fault?.error ?? state.error;
  return {
    runId,
    ...facts,
    status: fault === undefined && state.status !== 'new' ? state.status : 'failed',
    triggerType,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(fault?.at ?? state.endedAt ?? state.now).toISOString(),
    ...(error !== undefined && { error }),
    ...(result !== undefined && { result }),
  };
}
