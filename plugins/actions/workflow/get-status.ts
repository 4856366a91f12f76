import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { describeRun, runStatus } from './run-status.ts';

export const getStatus = defineAction({
  name: 'core.workflow.get_status',
  title: 'Get status of run',
  summary: 'Tells how a run stands, and its result or error once it has ended.',
  group: 'Workflows',
  input: z.strictObject({
    run_id: z.string().min(1).describe('Id of the run, as `core.workflow.run` returns it.'),
    include_events: z.boolean().default(false).describe('True: also each step with its state.'),
  }),
  output: runStatus,
  uses: ['workflows'],
  effect: 'read',
  idempotent: 'always',
  argumentAliases: { execution_id: 'run_id', workflow_execution_id: 'run_id' },
  async run({ input, workflows }) {
    return describeRun(await workflows.status(input.run_id, { includeEvents: input.include_events }));
  },
});
