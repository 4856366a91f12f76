import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, startTestHost, type TestHost } from '../../tests/host.fixture.ts';
import { failure, greeting, slow } from './small-workflows.fixture.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    backplane: 'log: { level: silent }\nserver: { maxBodyBytes: 20000 }\ntemplates: { workflows: [] }\n',
  });
});
afterAll(() => host[Symbol.asyncDispose]());

let aliases = 0;
async function stored(source = greeting()): Promise<string> {
  const alias = `flow-${++aliases}`;
  const { status, body } = await host.api('POST', '/workflows', { alias, source });
  expect(body).toMatchObject({ alias, version: 1 });
  expect(status).toBe(201);
  return alias;
}

test('without the admin key nothing below /api answers, and with a wrong one neither', async () => {
  for (const path of ['/workflows', '/runs', '/actions', '/plugins', '/nothing/here']) {
    for (const headers of [{}, { authorization: 'Bearer bp_wrong' }, { authorization: `Basic ${host.key}` }]) {
      const {
        status,
        body,
        headers: answered,
      } = await call(`${host.url}/api${path}`, 'GET', undefined, headers as Record<string, string>);
      expect([status, body.code]).toEqual([401, 'HTTP_UNAUTHENTICATED']);
      expect(answered.get('www-authenticate')).toMatch(/Bearer/);
    }
  }
});

test('health, readiness, metrics, the API description and its page are open; / leads to the page', async () => {
  expect((await call(`${host.url}/healthz`, 'GET')).body).toEqual({ status: 'alive' });
  expect((await call(`${host.url}/readyz`, 'GET')).body).toEqual({ status: 'ready', degraded: [] });
  expect((await call(`${host.url}/metrics`, 'GET')).body).toContain('backplane_http_request_duration_seconds');
  expect((await call(`${host.url}/api/openapi.json`, 'GET')).body).toMatchObject({ openapi: '3.1.0' });
  expect((await call(`${host.url}/api/docs`, 'GET')).body).toContain('swagger-ui');
  const root = await call(`${host.url}/`, 'GET');
  expect([root.status, root.headers.get('location')]).toEqual([302, '/api/docs']);
});

test('metrics asked for through a proxy need the key', async () => {
  expect((await call(`${host.url}/metrics`, 'GET', undefined, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
});

test('a stored workflow runs, waits for its result and shows its steps', async () => {
  const alias = await stored();
  const { status, body, headers } = await host.api('POST', `/workflows/${alias}/runs?wait=true`, {
    input: { name: 'Ada' },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'completed',
    result: 'Hello, Ada!',
    steps: { greet: { status: 'completed', attempts: 1 } },
  });
  expect((await host.api('GET', headers.get('location')!.replace('/api', ''))).body).toMatchObject({
    runId: body.runId,
    result: 'Hello, Ada!',
  });
  expect((await host.api('GET', `/workflows/${alias}/runs`)).body.items).toHaveLength(1);
});

test('a run tells of every attempt, and lists and counts are filtered', async () => {
  const alias = await stored();
  const { body } = await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: { name: 'Ada' } });
  const attempts = [{ attempt: 1, status: 'completed', by: expect.stringMatching(/^transform@/), tier: 'trusted' }];
  expect((await host.api('GET', `/runs/${body.runId}`)).body.steps.greet).toMatchObject({
    input: { value: 'Hello, Ada!' },
    startedAt: expect.stringMatching(/Z$/),
    attempts,
  });
  expect((await host.api('GET', `/runs/${body.runId}?steps=none`)).body.steps).toEqual({});
  expect((await host.api('GET', `/runs/${body.runId}/attempts?step=greet`)).body).toMatchObject({ items: attempts });
  expect((await host.api('GET', `/runs?workflow=${alias}&trigger_type=api&status=completed`)).body.items).toHaveLength(
    1,
  );
  expect((await host.api('GET', `/runs?workflow=${alias}&started_before=2020-01-01`)).body.items).toEqual([]);
  expect((await host.api('GET', `/runs/stats?workflow=${alias}`)).body).toEqual({
    since: expect.any(String),
    total: 1,
    counts: { running: 0, completed: 1, failed: 0, cancelled: 0 },
    durationMs: { p50: expect.any(Number), p95: expect.any(Number), max: expect.any(Number) },
  });
  expect((await host.api('GET', '/runs?workflow=nothing')).status).toBe(404);
  expect((await host.api('GET', '/runs?started_after=yesterday')).status).toBe(400);
});

test('starts and ends of all runs can be followed', async () => {
  const alias = await stored();
  const left = new AbortController();
  const answer = await fetch(`${host.url}/api/runs/events?workflow=${alias}`, {
    headers: { authorization: `Bearer ${host.key}` },
    signal: left.signal,
  });
  const { body } = await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: { name: 'Ada' } });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes('event: ended')) break;
  }
  left.abort();
  expect(text).toMatch(/^id: \d+\nevent: started\ndata: .*"status":"running"/);
  expect(text).toMatch(new RegExp(`event: ended\\ndata: {"runId":"${body.runId}".*"status":"completed"`));
});

test('wait=result answers with what the workflow returned, or with a problem when it failed', async () => {
  const alias = await stored();
  const { status, body, headers } = await host.api('POST', `/workflows/${alias}/runs?wait=result`, {
    input: { name: 'Ada' },
  });
  expect([status, body, headers.get('location')]).toEqual([
    200,
    'Hello, Ada!',
    expect.stringMatching(/^\/api\/runs\//),
  ]);
  const failing = await stored(failure);
  const failed = await host.api('POST', `/workflows/${failing}/runs?wait=result`, {});
  expect(failed.body).toMatchObject({
    status: 502,
    code: 'RUN_NOT_COMPLETED',
    details: { runId: expect.any(String), error: { code: expect.any(String) } },
  });
});

test('a run that is not waited for is accepted with 202 and its address', async () => {
  const alias = await stored();
  const { status, body, headers } = await host.api('POST', `/workflows/${alias}/runs`, { input: { name: 'Ada' } });
  expect([status, headers.get('location')]).toEqual([202, `/api/runs/${body.runId}`]);
});

test('the same Idempotency-Key gives the same run', async () => {
  const alias = await stored();
  const start = () =>
    host.api('POST', `/workflows/${alias}/runs`, { input: { name: 'Ada' } }, { 'idempotency-key': 'once' });
  const [first, second] = [await start(), await start()];
  expect(second.body).toEqual({ runId: first.body.runId, existing: true });
});

test('input that does not fit the entry point is refused before any run exists', async () => {
  const alias = await stored();
  const { status, body } = await host.api('POST', `/workflows/${alias}/runs`, { input: { name: 7 } });
  expect([status, body.code]).toEqual([422, 'INPUT_INVALID']);
  expect((await host.api('GET', `/workflows/${alias}/runs`)).body.items).toEqual([]);
});

test('a workflow with mistakes is not stored, and every mistake comes with its place', async () => {
  const source = greeting()
    .replace('core.transform.reshape', 'core.transform.reshap')
    .replace('TRIGGER.name', 'TRIGER.name');
  const { status, body } = await host.api('POST', '/workflows', { alias: 'broken', source });
  expect([status, body.code]).toEqual([422, 'WORKFLOW_INVALID']);
  expect(body.details.problems.length).toBeGreaterThanOrEqual(2);
  expect(body.details.problems[0].position).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  expect((await host.api('GET', '/workflows/broken')).status).toBe(404);
  expect((await host.api('POST', '/workflows/check', { source })).body.problems).toHaveLength(
    body.details.problems.length,
  );
});

test('a workflow is stored with warnings about what it will not find on this host', async () => {
  const alias = await stored();
  const source = `title: Warned
actions:
  - {ref: a, action: core.workflow.execute, args: {workflow: ${alias}, trigger_inputs: {nmae: Ada}}}
  - {ref: b, action: core.workflow.execute, args: {workflow: nobody-there}}
  - {ref: c, action: core.transform.reshape, args: {value: "\${{ SECRETS.nowhere.KEY }} \${{ VARS.nowhere }}"}}
`;
  const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);
  const expected = [
    'WORKFLOW_SUBFLOW_INPUT',
    'WORKFLOW_SUBFLOW_UNKNOWN',
    'WORKFLOW_SECRET_MISSING',
    'WORKFLOW_VARIABLE_MISSING',
  ];
  const created = await host.api('POST', '/workflows', { alias: 'warned', source });
  expect([created.status, codes(created.body.warnings)]).toEqual([201, expected]);
  const changed = await host.api('PUT', '/workflows/warned', { source: source.replace('nobody-there', 'warned') });
  expect(codes(changed.body.warnings)).toEqual(expected.with(1, 'WORKFLOW_SUBFLOW_RECURSION'));
  expect(codes((await host.api('POST', '/workflows/check', { source })).body.problems)).toEqual(expected);
});

test('a workflow runs another as a step, in the version that it names, and both runs show it', async () => {
  const inner = await stored();
  await host.api('PUT', `/workflows/${inner}`, { source: greeting().replace('Hello', 'Good day') });
  const call = (args: string) => `title: Outer
description: Calls.
actions:
  - ref: call
    action: core.workflow.execute
    args: { trigger_inputs: { name: Ada }, wait_strategy: wait, ${args} }
returns: \${{ ACTIONS.call.result }}
`;
  const result = async (args: string) => {
    const alias = await stored(call(args));
    return (await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: {} })).body;
  };
  const { id } = (await host.api('GET', `/workflows/${inner}`)).body;
  const { runId, result: newest } = await result(`workflow: ${inner}`);
  expect(newest).toBe('Good day, Ada!');
  expect(await result(`workflow_id: ${id}, version: 1`)).toMatchObject({ result: 'Hello, Ada!' });
  expect(await result(`workflow: ${inner}, version: 9`)).toMatchObject({ error: { code: 'WORKFLOW_SUBFLOW_UNKNOWN' } });
  expect(await result('workflow: none')).toMatchObject({ error: { code: 'WORKFLOW_SUBFLOW_UNKNOWN' } });
  const { items } = (await host.api('GET', `/workflows/${inner}/runs`)).body;
  expect(items.at(-1)).toMatchObject({ parentRunId: runId, triggerType: 'subflow', status: 'completed' });
  const child = await host.api('GET', `/runs/${items.at(-1).runId}`);
  expect(child.body).toMatchObject({ parentRunId: runId, version: 2 });
});

test('a change makes a new version, and If-Match guards against overwriting', async () => {
  const alias = await stored();
  const source = greeting().replace('Hello', 'Good day');
  const changed = await host.api('PUT', `/workflows/${alias}`, { source }, { 'if-match': '"1"' });
  expect([changed.status, changed.body.version]).toEqual([200, 2]);
  const late = await host.api('PUT', `/workflows/${alias}`, { source }, { 'if-match': '"1"' });
  expect([late.status, late.body.code]).toEqual([409, 'WORKFLOW_VERSION_CONFLICT']);
  expect((await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: { name: 'Ada' } })).body.result).toBe(
    'Good day, Ada!',
  );
  expect(
    (await host.api('GET', `/workflows/${alias}/versions`)).body.items.map((item: { version: number }) => item.version),
  ).toEqual([2, 1]);
});

test('an alias can be taken once', async () => {
  const alias = await stored();
  const { status, body } = await host.api('POST', '/workflows', {
    alias,
    source: greeting().replace('type: webhook', 'type: webhook, path: other'),
  });
  expect([status, body.code]).toEqual([409, 'WORKFLOW_ALIAS_TAKEN']);
});

test('a deleted workflow is gone and its runs stay', async () => {
  const alias = await stored();
  const run = await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: { name: 'Ada' } });
  expect((await host.api('DELETE', `/workflows/${alias}`)).status).toBe(204);
  expect((await host.api('POST', `/workflows/${alias}/runs`, { input: {} })).body.code).toBe('WORKFLOW_NOT_FOUND');
  expect((await host.api('GET', `/runs/${run.body.runId}`)).body.status).toBe('completed');
});

test('a run is followed as server-sent events, from the start and from Last-Event-ID', async () => {
  const alias = await stored();
  const { body } = await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: { name: 'Ada' } });
  const all = await host.api('GET', `/runs/${body.runId}/events`);
  expect(all.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const ids = [...all.body.matchAll(/^id: (\d+)$/gm)].map((match: RegExpMatchArray) => Number(match[1]));
  expect(all.body).toMatch(/event: RunStarted[\s\S]*event: ActionCompleted[\s\S]*event: end/);
  const rest = await host.api('GET', `/runs/${body.runId}/events`, undefined, { 'last-event-id': String(ids[0]) });
  expect([...rest.body.matchAll(/^id: (\d+)$/gm)].map((match: RegExpMatchArray) => Number(match[1]))).toEqual(
    ids.slice(1),
  );
});

test('a cancelled run stops', async () => {
  const alias = await stored(slow);
  const { runId } = (await host.api('POST', `/workflows/${alias}/runs`, {})).body;
  expect((await host.api('POST', `/runs/${runId}/cancel`, { reason: 'enough' })).body.status).toBe('cancelled');
  expect(
    (await host.api('GET', '/runs?status=cancelled')).body.items.map((run: { runId: string }) => run.runId),
  ).toContain(runId);
});

test('an ended run can be deleted, with its record and its events; a running one cannot', async () => {
  const [brief, long] = [await stored(), await stored(slow)];
  const { runId } = (await host.api('POST', `/workflows/${brief}/runs?wait=true`, { input: { name: 'Ada' } })).body;
  expect((await host.api('DELETE', `/runs/${runId}`)).status).toBe(204);
  for (const path of [`/runs/${runId}`, `/runs/${runId}/events`]) {
    expect((await host.api('GET', path)).body.code, path).toBe('RUN_NOT_FOUND');
  }
  expect((await host.api('DELETE', `/runs/${runId}`)).body.code).toBe('RUN_NOT_FOUND');
  const running = (await host.api('POST', `/workflows/${long}/runs`, {})).body.runId;
  expect((await host.api('DELETE', `/runs/${running}`)).body).toMatchObject({ status: 409, code: 'RUN_STILL_RUNNING' });
  await host.api('POST', `/runs/${running}/cancel`, {});
});

test('lists are paged by cursor', async () => {
  const alias = await stored();
  for (const name of ['a', 'b', 'c']) await host.api('POST', `/workflows/${alias}/runs?wait=true`, { input: { name } });
  const first = (await host.api('GET', `/workflows/${alias}/runs?limit=2`)).body;
  const second = (
    await host.api('GET', `/workflows/${alias}/runs?limit=2&cursor=${encodeURIComponent(first.nextCursor)}`)
  ).body;
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, undefined]);
  expect(new Set([...first.items, ...second.items].map((run) => run.runId)).size).toBe(3);
});

test('actions are listed, described, found by part of a name and run', async () => {
  expect((await host.api('GET', '/actions?search=reshape')).body.items).toMatchObject([
    { name: 'core.transform.reshape', kind: 'plugin' },
  ]);
  expect((await host.api('GET', '/templates?search=virustotal')).body.items.length).toBeGreaterThanOrEqual(5);
  expect((await host.api('GET', '/actions/core.http_request')).body.inputSchema.properties).toHaveProperty('url');
  expect((await host.api('POST', '/actions/core.transform.reshape/run', { input: { value: [1] } })).body).toEqual({
    result: [1],
  });
  expect((await host.api('GET', '/actions/core.transform.reshap')).body).toMatchObject({
    code: 'ACTION_NOT_FOUND',
    detail: expect.stringContaining('core.transform.reshape'),
  });
});

test('plugins are listed and explained', async () => {
  const { items } = (await host.api('GET', '/plugins')).body;
  expect(items.map((plugin: { id: string }) => plugin.id)).toEqual(
    expect.arrayContaining(['http', 'transform', 'email', 'script']),
  );
  expect((await host.api('GET', '/plugins/http')).body.explanation).toEqual(expect.any(String));
  expect((await host.api('GET', '/plugins/none')).status).toBe(404);
});

test('every wrong request gets a problem document with code, remedy and correlation id', async () => {
  const wrong: [number, string, Promise<{ status: number; body: any; headers: Headers }>][] = [
    [400, 'HTTP_BODY_SYNTAX', host.api('POST', '/workflows', '{', { 'content-type': 'application/json' })],
    [415, 'HTTP_MEDIA_TYPE', host.api('POST', '/workflows', 'x', { 'content-type': 'application/xml' })],
    [400, 'HTTP_INVALID_REQUEST', host.api('POST', '/workflows', { alias: 'X!', source: 1, more: true })],
    [400, 'HTTP_INVALID_REQUEST', host.api('GET', '/runs?limit=0')],
    [400, 'HTTP_INVALID_REQUEST', host.api('GET', '/runs?status=lost')],
    [400, 'STORAGE_CURSOR_INVALID', host.api('GET', '/runs?cursor=nonsense')],
    [413, 'HTTP_BODY_TOO_LARGE', host.api('POST', '/workflows', { alias: 'big', source: 'x'.repeat(30_000) })],
    [404, 'RUN_NOT_FOUND', host.api('GET', '/runs/none')],
    [404, 'RUN_NOT_FOUND', host.api('POST', '/runs/none/cancel', {})],
    [404, 'WORKFLOW_NOT_FOUND', host.api('POST', '/workflows/none/runs', {})],
    [404, 'HTTP_NOT_FOUND', host.api('GET', '/unknown')],
  ];
  for (const [status, code, answer] of wrong) {
    const { status: given, body, headers } = await answer;
    expect([given, body.code]).toEqual([status, code]);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      status,
      detail: expect.any(String),
      remedy: expect.any(String),
      correlationId: headers.get('x-correlation-id'),
    });
  }
});

test('a correlation id of the caller is kept, a hostile one is not', async () => {
  expect(
    (await host.api('GET', '/runs', undefined, { 'x-correlation-id': 'abc-1' })).headers.get('x-correlation-id'),
  ).toBe('abc-1');
  expect(
    (await host.api('GET', '/runs', undefined, { 'x-correlation-id': 'a b"<' })).headers.get('x-correlation-id'),
  ).toMatch(/^[0-9a-f-]{36}$/);
});
