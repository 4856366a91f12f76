import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUpstream, type TestUpstream } from '../core/gateway/gateway.fixture.ts';
import { HostHome, type HostProcess } from './host-process.fixture.ts';

/** One host with one worker of its gateway, behind which are workflows, and from which workflows call services. */
let home: HostHome;
let host: HostProcess;
let up: TestUpstream;
/** Requests for `/hang`, which are never answered. */
const hanging: { readonly closed: Promise<void> }[] = [];

const step = (ref: string, action: string, more = '') => `{ ref: ${ref}, action: ${action}${more} }`;
const workflow = (actions: readonly string[], returns = 'null', more = '') =>
  `title: T\nactions:\n${actions.map((action) => `  - ${action}\n`).join('')}returns: ${returns}\n${more}`;
const reshape = (more = '') =>
  step('say', 'core.transform.reshape', `, args: { value: { hello: '\${{ TRIGGER.name }}' } }${more}`);
const ask = (path: string, more = '') =>
  step('ask', 'core.gateway.request', `, args: { upstream: shop, path: '${path}'${more} }`);

const WORKFLOWS = {
  greet: workflow([reshape()], '${{ ACTIONS.say.result }}'),
  slow: workflow([reshape(', start_delay: 2')], '${{ ACTIONS.say.result }}'),
  checked: workflow([reshape()], '${{ ACTIONS.say.result }}', 'entrypoint: { expects: { name: { type: str } } }\n'),
  broken: workflow([step('ask', 'core.gateway.request', ', args: { upstream: vault-of-the-bank, path: /x }')]),
  overdue: workflow([reshape(', start_delay: 60')], 'null', 'config: { timeout: 1 }\n'),
  order: workflow(
    [ask('/orders/7', ", method: POST, payload: { n: '${{ TRIGGER.name }}' }, headers: { X-Step: a }")],
    '${{ ACTIONS.ask.result }}',
  ),
  refused: workflow([ask('/refused')], 'null'),
  tolerant: workflow([ask('/refused', ', ignore_status_codes: [503]')], '${{ ACTIONS.ask.result.status }}'),
  late: workflow([ask('/hang', ', timeout: 0.3')]),
  waiting: workflow([ask('/hang', ', timeout: 60')]),
};

const routes = (port: number) => `upstreams: { shop: { targets: ['http://127.0.0.1:${port}'] } }
routes:
${Object.keys(WORKFLOWS)
  .map(
    (name) =>
      `  - { path: /${name}, methods: [POST], policies: [{ workflow: { workflow: ${name}, location: '/runs/{runId}' } }] }\n`,
  )
  .join(
    '',
  )}  - { path: /impatient, policies: [{ workflow: { workflow: slow, wait: 100ms, location: '/runs/{runId}' } }] }
  - { path: /nowhere, policies: [{ workflow: { workflow: nowhere } }] }
`;

beforeAll(async () => {
  up = await startUpstream(async (message, response) => {
    if (message.url === '/hang') {
      const closed = Promise.withResolvers<void>();
      response.once('close', () => closed.resolve());
      hanging.push({ closed: closed.promise });
      return;
    }
    let body = '';
    for await (const piece of message) body += piece;
    response.statusCode = message.url === '/refused' ? 503 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ url: message.url, step: message.headers['x-step'], body }));
  });
  home = new HostHome({
    'config/backplane.yaml': 'gateway: { port: 0, workers: 1, drainSeconds: 5 }\n',
    'config/gateway/routes.yaml': routes(up.port),
  });
  host = await home.start();
  for (const [alias, source] of Object.entries(WORKFLOWS)) await host.store(alias, source);
}, 60_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await up?.[Symbol.asyncDispose]();
});

async function post(name: string, body: unknown = {}, more: RequestInit = {}) {
  const answer = await fetch(`${host.note.gatewayUrl}/${name}`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...more,
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}
/** Of a request that starts no run. */
const statusOf = async (name: string) => (await fetch(`${host.note.gatewayUrl}/${name}`)).status;
const runOf = async (runId: string) => (await host.api('GET', `/runs/${runId}`)).body;
const runsOf = async (alias: string) =>
  (await host.api('GET', `/runs?workflow=${alias}`)).body.items as { runId: string; status: string }[];
const endOf = (runId: string) => expect.poll(async () => (await runOf(runId)).status, { timeout: 20_000 });

test('a request starts a run, and its result is the answer', async () => {
  const { status, body, headers } = await post('greet', { name: 'Ada' });
  expect([status, body]).toEqual([200, { hello: 'Ada' }]);
  const run = await runOf(headers.get('x-run-id')!);
  expect(run).toMatchObject({ status: 'completed', result: { hello: 'Ada' } });
});

test('a run that fails is a 502 that tells nothing of its inside; the run has all of it', async () => {
  const { status, body, text, headers } = await post('broken');
  expect([status, body.code]).toEqual([502, 'GATEWAY_WORKFLOW_FAILED']);
  expect(text).not.toMatch(/vault|bank|UPSTREAM/);
  expect(JSON.stringify(await runOf(headers.get('x-run-id')!))).toContain('GATEWAY_CALL_UPSTREAM_UNKNOWN');
});

test('a run over its own deadline is a 502 as well, once the deadline has passed', async () => {
  const { status, body, headers } = await post('overdue');
  expect([status, body.code]).toEqual([502, 'GATEWAY_WORKFLOW_FAILED']);
  expect((await runOf(headers.get('x-run-id')!)).status).toBe('failed');
});

test('a run that takes longer than the route waits is a 202, and goes on', async () => {
  const { status, body, headers } = await post('impatient', { name: 'Bob' });
  expect([status, body.status, headers.get('location')]).toEqual([202, 'running', `/runs/${body.runId}`]);
  await endOf(body.runId).toBe('completed');
});

test('what does not fit the workflow, or is for none, is refused before a run begins', async () => {
  const unfit = await post('checked', { name: { first: 'Ada' } });
  expect([unfit.status, unfit.body.code]).toEqual([422, 'INPUT_INVALID']);
  expect(await runsOf('checked')).toEqual([]);
  const nowhere = await post('nowhere');
  expect([nowhere.status, nowhere.body.code]).toEqual([404, 'WORKFLOW_NOT_FOUND']);
});

test('a caller who leaves leaves the run going; who asks again with the same key gets its result', async () => {
  const headers = { 'idempotency-key': 'order-1' };
  const leaving = new AbortController();
  const left = post('slow', { name: 'Eve' }, { headers, signal: leaving.signal });
  await expect.poll(async () => (await runsOf('slow')).filter(({ status }) => status === 'running').length).toBe(1);
  leaving.abort();
  await expect(left).rejects.toThrow();
  const again = await post('slow', { name: 'Eve' }, { headers });
  expect([again.status, again.body]).toEqual([200, { hello: 'Eve' }]);
  const runs = await runsOf('slow');
  expect(runs.filter(({ runId }) => runId === again.headers.get('x-run-id'))).toHaveLength(1);
  // Beside the one of the test before.
  expect(runs).toHaveLength(2);
});

test('a worker that ends while a run is waited for ends neither the run nor what a key finds', async () => {
  const headers = { 'idempotency-key': 'order-2' };
  const lost = post('slow', { name: 'Kim' }, { headers });
  await expect.poll(async () => (await runsOf('slow')).length).toBe(3);
  process.kill(worker(), 'SIGKILL');
  await expect(lost).rejects.toThrow();
  const again = () =>
    post('slow', { name: 'Kim' }, { headers }).then(
      ({ body }) => body,
      () => undefined,
    );
  await expect.poll(again, { timeout: 20_000 }).toEqual({ hello: 'Kim' });
  expect(await runsOf('slow')).toHaveLength(3);
});

test('a reload in the middle takes nothing from a caller who waits for a run', async () => {
  const waiting = post('slow', { name: 'Lee' });
  await expect.poll(async () => (await runsOf('slow')).length).toBe(4);
  home.write('config/gateway/routes.yaml', routes(up.port).replace(/^ {2}- \{ path: \/slow.*\n/gm, ''));
  await expect.poll(() => statusOf('slow'), { timeout: 15_000 }).toBe(404);
  expect((await waiting).body).toEqual({ hello: 'Lee' });
});

test('from the caller through a run to a service behind the same gateway and back, with a single worker', async () => {
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => post('order', { name })));
  for (const [at, { status, body }] of answers.entries()) {
    expect([status, body.status, body.data]).toEqual([
      200,
      200,
      { url: '/orders/7', step: 'a', body: `{"n":"${'abc'[at]}"}` },
    ]);
  }
});

test('an error status of a service fails the step unless it says otherwise', async () => {
  expect((await post('refused')).status).toBe(502);
  expect(await post('tolerant')).toMatchObject({ status: 200, body: 503 });
});

test('a service that takes too long fails the step, and its request is broken off', async () => {
  const { status, headers } = await post('late');
  expect(status).toBe(502);
  await hanging.at(-1)!.closed;
  expect(JSON.stringify(await runOf(headers.get('x-run-id')!))).toContain('GATEWAY_UPSTREAM_TIMEOUT');
});

test('a run that is cancelled breaks its request off, and the caller of the route hears of it', async () => {
  const before = hanging.length;
  const waiting = post('waiting');
  await expect.poll(() => hanging.length, { timeout: 10_000 }).toBe(before + 1);
  const [run] = await runsOf('waiting');
  expect((await host.api('POST', `/runs/${run!.runId}/cancel`, { reason: 'enough' })).status).toBeLessThan(300);
  expect((await waiting).status).toBe(502);
  await hanging.at(-1)!.closed;
});

test('while the host stops, callers who wait for runs get their answers', async () => {
  home.write('config/gateway/routes.yaml', routes(up.port));
  await expect.poll(async () => (await post('greet', { name: 'x' })).status, { timeout: 5_000 }).toBe(200);
  await expect.poll(() => statusOf('slow'), { timeout: 15_000 }).toBe(405);
  const waiting = post('slow', { name: 'Zoe' });
  await expect.poll(async () => (await runsOf('slow')).length).toBe(5);
  const ended = host.stop();
  expect((await waiting).body).toEqual({ hello: 'Zoe' });
  expect((await ended).code).toBe(0);
});

function worker(): number {
  const { pid } = host.child;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return Number(
    children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('gateway/worker/main.ts')),
  );
}
