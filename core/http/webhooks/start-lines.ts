import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { Engine, RunHandle } from '../../executor/engine.ts';
import { prepareTrigger } from '../../workflow/prepare-trigger.ts';
import type { RunnableWorkflow } from '../../workflow/workflow-catalogue.ts';
import { startRun } from '../start-run.ts';

const MOST_PROBLEMS = 20;

/**
 * One run a line, in the order of the lines. All lines are checked before the first run starts. Throws WEBHOOK_LINES_INVALID;
 * WEBHOOK_LINES_PARTIAL when the host itself could start only some of them; the error of the first when it could start none.
 */
export async function startLines(
  engine: Engine,
  workflow: RunnableWorkflow,
  inputs: readonly unknown[],
  idempotencyKey: string | undefined,
): Promise<readonly RunHandle[]> {
  checkAll(workflow, inputs);
  const outcomes = await Promise.allSettled(
    inputs.map((input, index) =>
      startRun(engine, workflow, input, {
        triggerType: 'webhook',
        ...(idempotencyKey !== undefined && { idempotencyKey: `${idempotencyKey}#${index + 1}` }),
      }),
    ),
  );
  const runs = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return runs;
  if (runs.length === 0) throw failed.reason;
  const { message: cause, retryAfterMs = 1000 } = toErrorRecord(failed.reason);
  const missing = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [index + 1] : []));
  throw raise.WEBHOOK_LINES_PARTIAL(
    { started: runs.length, of: inputs.length, cause },
    { cause: failed.reason, retryAfterMs, details: { runs, missing } },
  );
}

function checkAll({ definition }: RunnableWorkflow, inputs: readonly unknown[]): void {
  const problems = inputs.flatMap((input, index) => {
    try {
      prepareTrigger(definition, input);
      return [];
    } catch (error) {
      return [`line ${index + 1}: ${toErrorRecord(error).message}`];
    }
  });
  if (problems.length > 0) throw raise.WEBHOOK_LINES_INVALID({ problems: problems.slice(0, MOST_PROBLEMS) });
}
