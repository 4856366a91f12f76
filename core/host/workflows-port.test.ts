import { expect, test } from 'vitest';
import type { RunRecord } from '../executor/engine.ts';
import type { Runs, WorkspaceRuns } from '../executor/workspace-runs.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';
import { workflowsPort } from './workflows-port.ts';

const running = { runId: 'r1', workflow: 'w', status: 'running', startedAt: 't', steps: {} } as unknown as RunRecord;

function portOver(runs: Partial<WorkspaceRuns>) {
  return workflowsPort(
    () => ({ in: () => runs }) as unknown as Runs,
    () => ({}) as WorkflowCatalogue,
  ).in('default');
}

test('waiting gives the run once it has ended', async () => {
  const port = portOver({ result: async () => ({ ...running, status: 'completed', result: 5 }) });
  expect(await port.wait('r1', { timeoutMs: 1000 })).toMatchObject({ status: 'completed', result: 5 });
});

test('waiting gives the run as it is when the time is up', async () => {
  const port = portOver({
    result: (_, signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    get: async () => running,
  });
  expect(await port.wait('r1', { timeoutMs: 5 })).toMatchObject({ runId: 'r1', status: 'running' });
});

test('waiting for what does not exist says so', async () => {
  const port = portOver({ result: () => Promise.reject(new Error('RUN_NOT_FOUND')) });
  await expect(port.wait('r1', { timeoutMs: 1000 })).rejects.toThrow('RUN_NOT_FOUND');
});
