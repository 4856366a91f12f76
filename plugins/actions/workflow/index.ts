import { definePlugin } from '@backplane/sdk';
import { getStatus } from './get-status.ts';
import { getWorkflow } from './get-workflow.ts';
import { listExecutions } from './list-executions.ts';
import { runWorkflow } from './run-workflow.ts';

export default definePlugin({ id: 'workflow', contributes: [runWorkflow, getStatus, listExecutions, getWorkflow] });
