import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { hasOneName, nameOf, ONE_NAME, workflowName } from './workflow-name.ts';

export const runWorkflow = defineAction({
  name: 'core.workflow.run',
  title: 'Run workflow',
  summary:
    'Starts another workflow and goes on at once; that run goes on by itself. Trying the step again finds the run it started.',
  group: 'Workflows',
  input: z
    .strictObject({
      ...workflowName,
      trigger_inputs: z.unknown().optional().describe('What the workflow sees as `TRIGGER`.'),
    })
    .refine(hasOneName, ONE_NAME),
  output: z.object({ run_id: z.string() }),
  uses: ['workflows'],
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  async run({ input, workflows, run }) {
    const { runId } = await workflows.start(nameOf(input)!, input.trigger_inputs ?? null, {
      idempotencyKey: run.idempotencyKey,
    });
    return { run_id: runId };
  },
});
