import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { hasOneName, nameOf, ONE_NAME, workflowName } from './workflow-name.ts';

export const getWorkflow = defineAction({
  name: 'core.workflow.get_workflow',
  title: 'Get workflow',
  summary: 'Reads the definition of a workflow.',
  group: 'Workflows',
  input: z.strictObject(workflowName).refine(hasOneName, ONE_NAME),
  uses: ['workflows'],
  effect: 'read',
  idempotent: 'always',
  run: ({ input, workflows }) => workflows.get(nameOf(input)!),
});
