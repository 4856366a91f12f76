import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, startTestHost, type TestHost } from '../../../tests/host.fixture.ts';

let host: TestHost;
let url: string;
const headers = { 'content-type': 'application/json', 'x-api-key': 'right' };

beforeAll(async () => {
  host = await startTestHost({
    backplane: `log: { level: silent }
server: { maxBodyBytes: 1024 }
templates: { workflows: [] }
secrets: { hooks: { KEY: right } }
`,
  });
  const source = `title: Echo
config: {durability: none}
triggers: [{type: webhook, auth: {type: api_key, secret: hooks.KEY}, respond: result}]
actions: [{ref: echo, action: core.transform.reshape, args: {value: "\${{ TRIGGER }}"}}]
returns: \${{ ACTIONS.echo.result }}
`;
  expect((await host.api('POST', '/workflows', { alias: 'edge', source })).status).toBe(201);
  url = `${host.url}/api/webhooks/edge`;
});
afterAll(() => host[Symbol.asyncDispose]());

test('a call without a journal is answered with all that every answer has, and is not listed', async () => {
  const reply = await call(url, 'POST', '{"a":1}', { ...headers, 'x-correlation-id': 'mine' });
  expect([reply.status, reply.body]).toEqual([200, { a: 1 }]);
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': '7',
    'cache-control': 'no-store',
    'x-correlation-id': 'mine',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
  const runId = reply.headers.get('location')!.split('/').at(-1);
  expect((await host.api('GET', '/workflows/edge/runs')).body.items).toEqual([]);
  expect((await host.api('GET', `/runs/${runId}`)).body).toMatchObject({ runId, status: 'completed' });
  const stranger = '01900000-0000-7000-8000-000000000000';
  expect((await host.api('GET', `/runs/${stranger}`)).body.code).toBe('RUN_NOT_FOUND');
});

test('other ways to write the address lead to the same place', async () => {
  for (const path of ['/API/Webhooks/edge', '/api/webhooks/%65dge'])
    expect((await call(host.url + path, 'POST', '{"a":1}', headers)).body).toEqual({ a: 1 });
  expect((await call(`${host.url}/api/webhooks/`, 'POST', '{}', headers)).status).toBe(401);
  expect((await call(`${host.url}/api/webhooks/%E0%A4`, 'POST', '{}', headers)).status).toBe(400);
});

test('a body may be compressed, and must not be too large, however it is sent', async () => {
  const send = (body: NonNullable<RequestInit['body']>, more: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body, headers: { ...headers, ...more }, duplex: 'half' } as RequestInit);
  expect(await (await send(gzipSync('{"a":1}'), { 'content-encoding': 'gzip' })).json()).toEqual({ a: 1 });
  const large = JSON.stringify('x'.repeat(2000));
  for (const body of [large, new Blob([large]).stream()]) {
    const answer = await send(body);
    expect([answer.status, ((await answer.json()) as any).code]).toEqual([413, 'HTTP_BODY_TOO_LARGE']);
  }
  const packed = await send(gzipSync(large), { 'content-encoding': 'gzip' });
  expect(packed.status).toBe(413);
  expect((await send('{}', { 'content-encoding': 'odd' })).status).toBe(415);
});

test('a wrong method names the right ones, a key for one run is refused, and all are counted', async () => {
  const wrong = await call(url, 'PUT', '{}', headers);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  const keyed = await call(url, 'POST', '{}', { ...headers, 'idempotency-key': 'k' });
  expect([keyed.status, keyed.body.code]).toEqual([422, 'RUN_IDEMPOTENCY_NOT_KEPT']);
  const metrics = await (await fetch(`${host.url}/metrics`)).text();
  expect(metrics).toMatch(/backplane_edge_runs_started_total\{workflow="[^"]+"\} \d/);
  expect(metrics).toMatch(/backplane_edge_runs_total\{workflow="[^"]+",status="completed"\} \d/);
  expect(metrics).toMatch(/backplane_edge_run_seconds_total\{workflow="[^"]+"\} [\d.]+/);
  expect(metrics).toMatch(/route="\/api\/webhooks\/\{path\}",method="PUT",status="405"/);
});
