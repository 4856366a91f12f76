import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import type { Engine, RunRequest } from '../../executor/engine.ts';
import type { RunnableWorkflow } from '../../workflow/workflow-catalogue.ts';
import { startLines } from './start-lines.ts';

const workflow = {
  id: 'w',
  version: 1,
  definition: { entrypoint: { expects: { n: { type: 'int' } } } },
} as unknown as RunnableWorkflow;

/** Takes so many runs and is full then. */
function engineFor(room: number) {
  const requests: RunRequest[] = [];
  const start = async (request: RunRequest) => {
    if (requests.length >= room) throw raise.RUN_BACKPRESSURE({ open: room, queued: 0 }, { retryAfterMs: 2000 });
    requests.push(request);
    return { runId: `run-${requests.length}`, existing: false };
  };
  return { engine: { start } as unknown as Engine, requests };
}

test('every line is a run, with an idempotency key of its own', async () => {
  const { engine, requests } = engineFor(9);
  expect(await startLines(engine, workflow, [{ n: 1 }, { n: '2' }], 'k')).toMatchObject([
    { runId: 'run-1' },
    { runId: 'run-2' },
  ]);
  expect(requests).toMatchObject([
    { trigger: { n: 1 }, idempotencyKey: 'k#1', triggerType: 'webhook' },
    { trigger: { n: 2 }, idempotencyKey: 'k#2' },
  ]);
});

test('a line that does not fit starts none', async () => {
  const { engine, requests } = engineFor(9);
  await expect(startLines(engine, workflow, [{ n: 1 }, { n: 'x' }], undefined)).rejects.toMatchObject({
    code: 'WEBHOOK_LINES_INVALID',
    message: expect.stringContaining('line 2'),
  });
  expect(requests).toEqual([]);
});

test('a host that is full after some of them says which are missing; one that is full before says so', async () => {
  await expect(startLines(engineFor(1).engine, workflow, [{ n: 1 }, { n: 2 }], undefined)).rejects.toMatchObject({
    code: 'WEBHOOK_LINES_PARTIAL',
    facts: { status: 503, retryAfterMs: 2000, details: { runs: [{ runId: 'run-1' }], missing: [2] } },
  });
  await expect(startLines(engineFor(0).engine, workflow, [{ n: 1 }], undefined)).rejects.toMatchObject({
    code: 'RUN_BACKPRESSURE',
  });
});
