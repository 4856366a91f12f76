import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../../tests/host.fixture.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    backplane:
      'log: { level: silent }\ntemplates: { workflows: [] }\nengine: { cancelGraceSeconds: 1 }\nlimits: { actions: { "core.*": 50 }, workspace: { actions: 100, runs: 500 } }\n',
  });
});
afterAll(() => host[Symbol.asyncDispose]());

let aliases = 0;
async function stored(actions: string, config = ''): Promise<string> {
  const alias = `flow-${++aliases}`;
  const source = `title: Flow\n${config}actions:\n${actions}returns: \${{ ACTIONS.last.result }}\n`;
  expect((await host.api('POST', '/workflows', { alias, source })).status).toBe(201);
  return alias;
}
async function started(alias: string, input: unknown = {}): Promise<string> {
  const { status, body } = await host.api('POST', `/workflows/${alias}/runs`, { input });
  expect([status, body.code]).toEqual([202, undefined]);
  return body.runId;
}
const last = (more = '') => `  - { ref: last, action: core.transform.reshape, args: { value: 1 }${more} }\n`;
const slow = () => stored(last(', start_delay: 60'));
/** Fails while the input says so. */
const picky = () =>
  stored(`  - { ref: first, action: core.transform.reshape, args: { value: "\${{ TRIGGER.n }}" } }
  - { ref: check, action: core.require, depends_on: [first], args: { conditions: ["\${{ TRIGGER.good }}"] } }
  - { ref: last, action: core.transform.reshape, depends_on: [check], args: { value: "\${{ ACTIONS.first.result }}" } }
`);

test('a run is cancelled, waited for or not, and terminated', async () => {
  const alias = await slow();
  const [first, second, third] = [await started(alias), await started(alias), await started(alias)];
  const cancelled = await host.api('POST', `/runs/${first}/cancel`, { reason: 'enough' });
  expect([cancelled.status, cancelled.body]).toMatchObject([
    200,
    { status: 'cancelled', cancel: { reason: 'enough' } },
  ]);
  expect((await host.api('POST', `/runs/${second}/cancel?wait=false`)).body.cancel.reason).toBe(
    'cancelled over the API',
  );
  const ended = await host.api('POST', `/runs/${third}/terminate`, {});
  expect(ended.body).toMatchObject({ status: 'cancelled', cancel: { terminated: true } });
  expect((await host.api('POST', `/runs/${third}/cancel`, { reason: 'again' })).body.cancel.reason).toBe(
    'terminated over the API',
  );
});

test('a run is paused and resumed; one that has ended cannot be', async () => {
  const runId = await started(await slow());
  expect((await host.api('POST', `/runs/${runId}/pause`, { reason: 'look' })).body).toMatchObject({
    status: 'running',
    paused: { reason: 'look', since: expect.any(String) },
  });
  expect((await host.api('POST', `/runs/${runId}/resume`)).body.paused).toBeUndefined();
  await host.api('POST', `/runs/${runId}/terminate`);
  for (const what of ['pause', 'resume']) {
    const { status, body } = await host.api('POST', `/runs/${runId}/${what}`);
    expect([status, body.code]).toEqual([409, 'RUN_ENDED']);
  }
});

test('a run is retried, re-run from a step and replayed with another input; all of them know each other', async () => {
  const alias = await picky();
  const old = await started(alias, { n: 5, good: false });
  await expect.poll(async () => (await host.api('GET', `/runs/${old}`)).body.status).toBe('failed');
  const retried = await host.api('POST', `/runs/${old}/retry?wait=true`, { reason: 'again' });
  expect(retried.body).toMatchObject({
    status: 'failed',
    origin: { runId: old, kind: 'retry', reason: 'again' },
    steps: { first: { kept: true, result: 5 } },
  });
  const fixed = await host.api('POST', `/runs/${old}/rerun-from/check?wait=true`, { input: { n: 6, good: true } });
  expect(fixed.body).toMatchObject({ status: 'completed', result: 5, origin: { kind: 'rerun', from: 'check' } });
  const replayed = await host.api('POST', `/runs/${old}/replay?wait=result`, { input: { n: 7, good: true } });
  expect([replayed.status, replayed.body]).toEqual([200, 7]);
  expect((await host.api('GET', `/runs/${old}`)).body.reruns).toHaveLength(3);
  const again = () => host.api('POST', `/runs/${old}/replay`, {}, { 'idempotency-key': 'replay-once' });
  const [one, two] = [await again(), await again()];
  expect([one.status, two.body]).toEqual([202, { runId: one.body.runId, existing: true }]);
});

test('what cannot be repeated is refused with a reason', async () => {
  const alias = await picky();
  const done = await started(alias, { n: 1, good: true });
  await expect.poll(async () => (await host.api('GET', `/runs/${done}`)).body.status).toBe('completed');
  const runId = await started(await slow());
  const codes = [
    [409, 'RUN_RERUN_NOTHING_FAILED', `/runs/${done}/retry`],
    [404, 'RUN_RERUN_STEP_UNKNOWN', `/runs/${done}/rerun-from/chekc`],
    [409, 'RUN_RERUN_UNFINISHED', `/runs/${runId}/retry`],
    [404, 'RUN_NOT_FOUND', '/runs/none/replay'],
    [404, 'RUN_NOT_FOUND', '/runs/none/terminate'],
    [404, 'RUN_NOT_FOUND', '/runs/none/pause'],
  ] as const;
  for (const [status, code, path] of codes) {
    const answer = await host.api('POST', path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  }
  expect((await host.api('POST', `/runs/${done}/rerun-from/chekc`)).body.detail).toContain('Did you mean `check`');
  expect((await host.api('POST', `/runs/${done}/replay`, { inptu: 1 })).body.code).toBe('HTTP_INVALID_REQUEST');
  await host.api('POST', `/runs/${runId}/terminate`);
});

test('many runs are controlled in one call, by ids or by a filter, with counts', async () => {
  const alias = await slow();
  const ids = await Promise.all(Array.from({ length: 30 }, () => started(alias)));
  const some = await host.api('POST', '/runs/bulk', { action: 'pause', ids: [ids[0], ids[0], ids[1], 'none'] });
  expect(some.body).toEqual({
    matched: 3,
    done: 2,
    failed: [{ runId: 'none', code: 'RUN_NOT_FOUND', message: expect.any(String) }],
    more: false,
  });
  const all = await host.api('POST', '/runs/bulk', { action: 'terminate', filter: { workflow: alias } });
  expect(all.body).toEqual({ matched: 30, done: 30, failed: [], more: false });
  expect((await host.api('GET', `/workflows/${alias}/runs?status=cancelled`)).body.items).toHaveLength(30);
  const flow = await picky();
  const failed = await started(flow, { good: false });
  await expect.poll(async () => (await host.api('GET', `/runs/${failed}`)).body.status).toBe('failed');
  const retried = await host.api('POST', '/runs/bulk', { action: 'retry', filter: { workflow: flow } });
  expect(retried.body).toMatchObject({ matched: 1, done: 1 });
  for (const body of [
    { action: 'cancel' },
    { action: 'cancel', ids: [], filter: {} },
    { action: 'explode', ids: ids },
  ]) {
    expect((await host.api('POST', '/runs/bulk', body)).body.code).toBe('HTTP_INVALID_REQUEST');
  }
});

test('a workflow that skips answers 429 with a pause, and the metrics count it', async () => {
  const alias = await stored(last(', start_delay: 60'), 'config: { concurrency: { limit: 1, on_limit: skip } }\n');
  const runId = await started(alias);
  const { status, body, headers } = await host.api('POST', `/workflows/${alias}/runs`, { input: {} });
  expect([status, body.code, headers.get('retry-after')]).toEqual([429, 'RUN_CONCURRENCY_LIMIT', '5']);
  const metrics = await (await fetch(`${host.url}/metrics`)).text();
  expect(metrics).toContain('backplane_runs_skipped_total 1');
  await host.api('POST', `/runs/${runId}/terminate`);
});

test('a workflow that queues accepts and says so', async () => {
  const alias = await stored(last(', start_delay: 60'), 'config: { concurrency: { limit: 1 } }\n');
  const [first, second] = [await started(alias), await started(alias)];
  expect((await host.api('GET', `/runs/${second}`)).body).toMatchObject({ status: 'running', queued: true });
  await host.api('POST', `/runs/${first}/terminate`);
  await expect.poll(async () => (await host.api('GET', `/runs/${second}`)).body.queued).toBeUndefined();
  await host.api('POST', `/runs/${second}/terminate`);
});
