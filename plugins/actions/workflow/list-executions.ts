import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { describeRun, runStatus } from './run-status.ts';
import { hasAtMostOneName, nameOf, ONE_NAME, workflowName } from './workflow-name.ts';

export const listExecutions = defineAction({
  name: 'core.workflow.list_executions',
  title: 'List runs',
  summary: 'Lists the latest runs, of one workflow or of all, the newest first.',
  group: 'Workflows',
  input: z
    .strictObject({ ...workflowName, limit: z.int().min(1).max(200).default(20).describe('At most so many runs.') })
    .refine(hasAtMostOneName, ONE_NAME),
  output: z.array(runStatus),
  uses: ['workflows'],
  effect: 'read',
  idempotent: 'always',
  async run({ input, workflows }) {
    const workflow = nameOf(input);
    const runs = await workflows.list({ limit: input.limit, ...(workflow === undefined ? {} : { workflow }) });
    return runs.map(describeRun);
  },
});
