import { z } from 'zod';
import { raise } from '../errors/catalogue.ts';
import type { Engine, RunHandle, RunOutcome, RunRecord } from '../executor/engine.ts';
import type { Answer, Route } from './route.ts';
import { runRecord } from './routes/schemas.ts';

/** Waiting longer would meet the limits of proxies in between; the run goes on, and its address stands in the answer. */
const LONGEST_WAIT_MS = 60_000;

export const waitMode = z
  .enum(['false', 'true', 'result'])
  .default('false')
  .describe(
    '`true`: answer with the run once it has ended. `result`: answer with its result alone, or a problem when it failed.',
  );

export const runAnswers: Route['answers'] = {
  200: {
    description: 'With `wait=true` the run as it ended; with `wait=result` what it returned.',
    schema: runRecord.or(z.unknown()),
  },
  202: { description: 'Accepted and durable.', schema: z.object({ runId: z.string(), existing: z.boolean() }) },
};

export interface WaitOptions {
  readonly wait: z.output<typeof waitMode>;
  readonly signal: AbortSignal;
}

/** 202 with the run's id, or what `wait` asks for. A run that takes too long is answered with 202 all the same. Throws RUN_NOT_COMPLETED. */
export async function answerWithRun(
  engine: Pick<Engine, 'result'>,
  handle: RunHandle,
  { wait, signal }: WaitOptions,
): Promise<Answer> {
  const run = wait === 'false' ? undefined : await endedRun(engine, handle.runId, signal);
  if (run === undefined) return acceptedAnswer(handle);
  return wait === 'true' ? endedAnswer(run) : resultAnswer(run);
}

/** The run goes on; its address stands in the answer. */
export function acceptedAnswer(handle: RunHandle): NonNullable<Answer> {
  return { status: 202, body: handle, headers: { Location: `/api/runs/${handle.runId}` } };
}

/** The run as it ended. */
export function endedAnswer(run: RunRecord): NonNullable<Answer> {
  return { status: 200, body: run, headers: { Location: `/api/runs/${run.runId}` } };
}

/** What the run returned. Throws RUN_NOT_COMPLETED. */
export function resultAnswer(run: RunOutcome): NonNullable<Answer> {
  return { status: 200, body: resultOf(run), headers: { Location: `/api/runs/${run.runId}` } };
}

/** The run once it has ended; undefined when that takes too long or `signal` aborts. */
export async function endedRun(
  engine: Pick<Engine, 'result'>,
  runId: string,
  signal: AbortSignal,
): Promise<RunRecord | undefined> {
  const limit = AbortSignal.timeout(LONGEST_WAIT_MS);
  try {
    return await engine.result(runId, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted || signal.aborted) return undefined;
    throw error;
  }
}

/** Throws RUN_NOT_COMPLETED. */
export function resultOf({ runId, status, result = null, error }: RunOutcome): unknown {
  if (status === 'completed') return result;
  const cause = error === undefined ? status : `${error.code}: ${error.message}`;
  throw raise.RUN_NOT_COMPLETED({ status, cause }, { details: { runId, error } });
}
