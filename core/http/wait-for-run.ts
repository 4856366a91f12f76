import { z } from 'zod';
import type { Engine, RunHandle } from '../executor/engine.ts';
import type { Answer, Route } from './route.ts';
import { runRecord } from './routes/schemas.ts';

/** Waiting longer would meet the limits of proxies in between; the run goes on, and its address stands in the answer. */
const LONGEST_WAIT_MS = 60_000;

export const runAnswers: Route['answers'] = {
  200: { description: 'With `wait=true`: the run as it ended.', schema: runRecord },
  202: { description: 'Accepted and durable.', schema: z.object({ runId: z.string(), existing: z.boolean() }) },
};

/** 202 with the run's id, or with `wait` the ended run. A run that takes too long is answered with 202 all the same. */
export async function answerWithRun(
  engine: Engine,
  handle: RunHandle,
  { wait, signal }: { wait: boolean; signal: AbortSignal },
): Promise<Answer> {
  const headers = { Location: `/api/runs/${handle.runId}` };
  const accepted = { status: 202, body: handle, headers };
  if (!wait) return accepted;
  const limit = AbortSignal.timeout(LONGEST_WAIT_MS);
  try {
    return { status: 200, body: await engine.result(handle.runId, AbortSignal.any([signal, limit])), headers };
  } catch (error) {
    if (limit.aborted || signal.aborted) return accepted;
    throw error;
  }
}
