import { BackplaneError, type WorkflowRunStatus, type Workflows } from '@backplane/sdk';
import { type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

const RUN: WorkflowRunStatus = { runId: 'r1', workflow: 'w', status: 'completed', startedAt: '', result: { ok: true } };

/** A host whose runs end as the test says. */
function host(run: Partial<WorkflowRunStatus> = {}) {
  const started: { input: unknown; key: string | undefined }[] = [];
  const waited: number[] = [];
  const workflows: Pick<Workflows, 'start' | 'wait'> = {
    async start(name, input, { idempotencyKey } = {}) {
      if (name !== 'triage')
        throw new BackplaneError('WORKFLOW_NOT_FOUND', 'no such workflow', { status: 404 } as never);
      started.push({ input, key: idempotencyKey });
      return { runId: 'r1' };
    },
    async wait(_, { timeoutMs }) {
      waited.push(timeoutMs);
      return { ...RUN, ...run };
    },
  };
  return { started, waited, workflows: workflows as Workflows };
}

async function send(config: object, given: ReturnType<typeof host>, ...requests: TrialRequest[]) {
  await using trial = await tryPolicy(
    workflow,
    { workflow: 'triage', ...config },
    { ports: { workflows: given.workflows }, route: { params: { id: '7' } } },
  );
  let answer = await trial.send(requests[0]);
  for (const request of requests.slice(1)) answer = await trial.send(request);
  return answer;
}

const post = (body: string, headers = {}): TrialRequest => ({ method: 'POST', body, headers });

test('a run gets the body and its result is the answer', async () => {
  const given = host();
  const { status, body, headers } = await send({}, given, post('{"alert":5}'));
  expect([status, body, headers['x-run-id']]).toEqual([200, '{"ok":true}', 'r1']);
  expect(given.started).toEqual([{ input: { alert: 5 }, key: undefined }]);
});

test('the input can be made of parts of the request', async () => {
  const given = host();
  const input = { id: '{param.id}', all: ['{query.q}', '{query.none}'], of: '{body.a.b}', whole: '{body}', n: 1 };
  await send({ input }, given, { ...post('{"a":{"b":[1]}}'), url: '/?q=x' });
  expect(given.started[0]!.input).toEqual({ id: '7', all: ['x', null], of: [1], whole: { a: { b: [1] } }, n: 1 });
});

test('a run that takes longer goes on, and the answer says where it can be asked for', async () => {
  const given = host({ status: 'running' });
  const { status, headers, body } = await send({ wait: '2s', location: '/runs/{runId}' }, given);
  expect([status, headers['location'], JSON.parse(body)]).toEqual([
    202,
    '/runs/r1',
    { runId: 'r1', status: 'running' },
  ]);
  expect(given.waited).toEqual([2000]);
});

test('for a caller who has gone nothing is waited for, and the run goes on', async () => {
  const given = host();
  const leaving = new AbortController();
  const workflows = {
    ...given.workflows,
    wait() {
      leaving.abort();
      return new Promise<never>(() => undefined);
    },
  };
  await using trial = await tryPolicy(workflow, { workflow: 'triage' }, { ports: { workflows } });
  expect((await trial.send({ ...post('1'), signal: leaving.signal })).status).toBe(202);
  expect(given.started).toHaveLength(1);
});

test('nobody waits where the route says so', async () => {
  const given = host();
  expect((await send({ wait: 0 }, given)).status).toBe(202);
  expect(given.waited).toEqual([]);
});

test('a run that fails is a problem that tells nothing of its inside', async () => {
  const { status, body } = await send({}, host({ status: 'failed', error: { message: 'secret' } }));
  expect([status, JSON.parse(body).code]).toEqual([502, 'GATEWAY_WORKFLOW_FAILED']);
  expect(body).not.toContain('secret');
});

test('a key makes a repeated request find the same run, for the same caller alone', async () => {
  const given = host();
  const ada = { subject: 'ada', scheme: 'x', scopes: [], claims: {} };
  const keyed = (identity?: typeof ada) => ({
    ...post('1', { 'idempotency-key': 'k' }),
    ...(identity && { identity }),
  });
  await send({}, given, keyed(ada), keyed(ada), keyed({ ...ada, subject: 'bob' }), keyed());
  const [first, again, ofBob, anonymous] = given.started.map(({ key }) => key);
  expect(again).toBe(first);
  expect(new Set([first, ofBob, anonymous]).size).toBe(3);
});

test('a body that is no JSON is refused before anything begins', async () => {
  const given = host();
  const { status, body } = await send({}, given, post('{'));
  expect([status, JSON.parse(body).code, given.started]).toEqual([400, 'GATEWAY_BODY_NOT_JSON', []]);
});

test('what the host says of a start is the answer', async () => {
  const { body } = await send({ workflow: 'other' }, host());
  expect(JSON.parse(body).code).toBe('WORKFLOW_NOT_FOUND');
});

test.each([
  [{ wait: 'long' }],
  [{ wait: '1h' }],
  [{ idempotencyKey: 'a b' }],
  [{ workflow: '' }],
])('the settings %j are refused', async (config) => {
  await expect(send(config, host())).rejects.toThrow('does not fit');
});

test('a placeholder that there is not is refused', async () => {
  await expect(send({ input: '{nothing}' }, host())).rejects.toThrow('no value of a request');
});
