import type { Workflows } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { getStatus } from './get-status.ts';
import { getWorkflow } from './get-workflow.ts';
import { listExecutions } from './list-executions.ts';
import { runWorkflow } from './run-workflow.ts';

const RUN = {
  runId: 'r1',
  workflow: 'triage',
  status: 'completed',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:00:01Z',
  result: { ok: true },
} as const;

function recorder(): { readonly calls: unknown[]; readonly workflows: Workflows } {
  const calls: unknown[] = [];
  const answer =
    <T>(name: string, value: T) =>
    async (...args: unknown[]) => {
      calls.push([name, ...args]);
      return value;
    };
  const workflows = {
    start: answer('start', { runId: 'r1' }),
    status: answer('status', RUN),
    wait: answer('wait', RUN),
    list: answer('list', [RUN]),
    get: answer('get', { title: 'Triage' }),
  };
  return { calls, workflows };
}

async function call(
  action: typeof runWorkflow | typeof getStatus | typeof listExecutions | typeof getWorkflow,
  given: object,
) {
  const { calls, workflows } = recorder();
  const input = action.input.parse(given);
  const result = await action.run({
    input,
    workflows,
    run: { id: 'r0', step: 's', attempt: 2, idempotencyKey: 'key-of-the-step' },
  } as never);
  return { result, calls };
}

test('a workflow is started with the key of the step, so that a retry finds the same run', async () => {
  const { result, calls } = await call(runWorkflow, { workflow_alias: 'triage', trigger_inputs: { id: 1 } });
  expect(calls).toEqual([['start', 'triage', { id: 1 }, { idempotencyKey: 'key-of-the-step' }]]);
  expect(result).toEqual({ run_id: 'r1' });
});

test('a workflow without inputs gets null', async () => {
  expect((await call(runWorkflow, { workflow_id: 'w1' })).calls).toEqual([
    ['start', 'w1', null, { idempotencyKey: 'key-of-the-step' }],
  ]);
});

test('the status of a run says all that is known of it', async () => {
  const { result, calls } = await call(getStatus, { run_id: 'r1', include_events: true });
  expect(calls).toEqual([['status', 'r1', { includeEvents: true }]]);
  expect(result).toEqual({
    run_id: 'r1',
    workflow: 'triage',
    status: 'completed',
    started_at: '2026-01-01T00:00:00Z',
    ended_at: '2026-01-01T00:00:01Z',
    result: { ok: true },
    error: null,
  });
});

test('runs are listed, of one workflow or of all', async () => {
  expect((await call(listExecutions, {})).calls).toEqual([['list', { limit: 20 }]]);
  const { result, calls } = await call(listExecutions, { workflow_alias: 'triage', limit: 5 });
  expect(calls).toEqual([['list', { workflow: 'triage', limit: 5 }]]);
  expect(result).toMatchObject([{ run_id: 'r1' }]);
});

test('a definition is read by alias or id', async () => {
  expect(await call(getWorkflow, { workflow_id: 'w1' })).toEqual({
    result: { title: 'Triage' },
    calls: [['get', 'w1']],
  });
});

test('alias and id exclude each other, and one of them is needed', async () => {
  await expect(call(runWorkflow, {})).rejects.toThrow('either');
  await expect(call(getWorkflow, { workflow_alias: 'a', workflow_id: 'b' })).rejects.toThrow('either');
  await expect(call(listExecutions, { workflow_alias: 'a', workflow_id: 'b' })).rejects.toThrow('either');
});
