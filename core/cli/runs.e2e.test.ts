import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostHome, type HostProcess } from '../../tests/host-process.fixture.ts';
import { readPostmaster } from '../storage/embedded/postmaster-file.ts';
import { backplane } from './backplane.fixture.ts';

const SECRET = 'tr0ub4dor&3/ß-secret';

const STEPS = `type: workflow
definition:
  title: Steps
  description: Does this and that.
  actions:
    - { ref: one, action: core.transform.reshape, args: { value: "\${{ TRIGGER.n }}" } }
    - { ref: two, action: core.workflow.execute, depends_on: [one], args: { workflow: child, wait_strategy: wait, trigger_inputs: 2 } }
  returns: \${{ ACTIONS.two.result }}
`;
const CHILD = `type: workflow
definition:
  title: Child
  description: Gives something.
  actions:
    - { ref: inner, action: core.transform.reshape, args: { value: "\${{ TRIGGER }}" } }
  returns: \${{ ACTIONS.inner.result }}
`;
const FAILS = `type: workflow
definition:
  title: Fails
  description: Fails.
  actions:
    - { ref: check, action: core.require, args: { conditions: [false] } }
`;
const SLOW = `type: workflow
definition:
  title: Slow
  description: Waits.
  actions:
    - { ref: wait, action: core.transform.reshape, start_delay: 60, args: { value: 1 } }
`;
const LEAKY = `type: workflow
definition:
  title: Leaky
  description: Hands a secret around.
  actions:
    - ref: shape
      action: core.transform.reshape
      args:
        value:
          plain: \${{ SECRETS.vault.TOKEN }}
          nested: [{ header: "Bearer \${{ SECRETS.vault.TOKEN }}" }]
          basic: "Basic \${{ FN.to_base64('user:' + SECRETS.vault.TOKEN) }}"
          url: "https://h/?k=\${{ FN.url_encode(SECRETS.vault.TOKEN) }}"
    - ref: http
      action: core.http_request
      depends_on: [shape]
      args: { method: GET, url: "http://127.0.0.1:9/\${{ FN.url_encode(SECRETS.vault.TOKEN) }}", headers: { authorization: "\${{ SECRETS.vault.TOKEN }}" } }
    - { ref: after, action: core.transform.reshape, depends_on: [http.error], args: { value: "\${{ ACTIONS.http.error }}" } }
  returns: \${{ ACTIONS.shape.result }}
`;

let home: HostHome;
let host: HostProcess;
let access: string[];
beforeAll(async () => {
  home = new HostHome();
  home.write('config/backplane.yaml', `secrets: { vault: { TOKEN: '${SECRET}' } }\n`);
  host = await home.start();
  access = ['--url', host.note.url, '--data', home.data];
  for (const [alias, source] of Object.entries({ steps: STEPS, child: CHILD, fails: FAILS, slow: SLOW, leaky: LEAKY }))
    await host.store(alias, source);
});
afterAll(() => home[Symbol.asyncDispose]());

const runs = (...args: string[]) => backplane(['runs', ...args, ...access]);
const started = async (workflow: string) => (await runs('start', workflow)).stdout.trim();
const isRun = expect.stringMatching(/^[0-9a-f-]{36}\n$/);

describe('backplane runs', () => {
  test('start prints the id of the run, with --wait what it gives', async () => {
    expect(await runs('start', 'steps', '--input', '{"n": 1}')).toMatchObject({ code: 0, stdout: isRun, stderr: '' });
    expect(await runs('start', 'steps', '--wait')).toMatchObject({ code: 0, stdout: '2\n' });
    expect((await runs('start', 'steps', '--wait', '--json')).json()).toMatchObject({ status: 'completed', result: 2 });
    const failed = await runs('start', 'fails', '--wait');
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('REQUIRE_NOT_MET') });
    const key = ['--idempotency-key', 'once'];
    const twice = [await runs('start', 'steps', ...key), await runs('start', 'steps', ...key)];
    expect(twice[1]!.stdout).toBe(twice[0]!.stdout);
    expect((await runs('start', 'nothing')).code).toBe(1);
  });

  test('list filters, in lines for people and as the page of the API', async () => {
    const runId = await started('fails');
    await runs('tail', runId);
    const page = (await runs('list', '--workflow', 'fails', '--query', 'require_', '--since', '1h', '--json')).json();
    expect(page.items.map((run: { runId: string }) => run.runId)).toContain(runId);
    expect((await runs('list', '--workflow', 'fails', '--status', 'completed', '--json')).json().items).toEqual([]);
    const lines = (await runs('list', '--workflow', 'fails', '--limit', '1')).stdout;
    expect(lines).toMatch(new RegExp(`^. ${runId}  failed .*  fails  REQUIRE_NOT_MET\n$`));
    expect(await runs('list', '--status', 'bogus')).toMatchObject({ code: 2 });
    expect(await runs('list', '--workflow', 'nothing')).toMatchObject({ code: 1 });
  });

  test('show draws a timeline, also of the runs that it started; --step tells all of a step', async () => {
    const { runId } = (await runs('start', 'steps', '--input', '{"n": 7}', '--wait', '--json')).json();
    const { stdout } = await runs('show', runId);
    expect(stdout).toMatch(/completed\n {2}steps v1/);
    expect(stdout).toMatch(/one .*\n.*two .*\n {0,4}. {3}run [0-9a-f]{12} .*\n. {5}inner/);
    const step = await runs('show', runId, '--step', 'one');
    expect(step.stdout).toContain('"value": 7');
    expect(step.stdout).toMatch(/attempt 1: completed, .*, transform@\S+, trusted/);
    expect((await runs('show', runId, '--json')).json()).toMatchObject({
      steps: { one: { input: { value: 7 }, attempts: [{ by: expect.stringMatching(/^transform@/) }] } },
    });
    expect(await runs('show', runId, '--step', 'nothing')).toMatchObject({ code: 2 });
  });

  test('a run can be named by the end of its id, unless that fits several', async () => {
    const runId = await started('steps');
    await started('steps');
    expect((await runs('show', runId.slice(-12), '--json')).json()).toMatchObject({ runId });
    expect(await runs('show', runId.slice(0, 4))).toMatchObject({ code: 2, stderr: expect.stringContaining('fits') });
    expect(await runs('show', 'zzzz')).toMatchObject({ code: 2 });
    expect(await runs('show', '00000000')).toMatchObject({ code: 1, stderr: expect.stringContaining('RUN_NOT_FOUND') });
  });

  test('tail follows a run to its end and says how it ended', async () => {
    const good = await runs('tail', await started('steps'));
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/one completed[\s\S]*two completed[\s\S]*run \S+ completed\n$/);
    expect(await runs('tail', await started('fails'))).toMatchObject({ code: 1 });
    const events = (await runs('tail', await started('steps'), '--json')).stdout.trim().split('\n');
    expect(events.map((line) => JSON.parse(line).type).slice(0, 2)).toEqual(['RunStarted', 'ActionCompleted']);
    expect(await runs('tail')).toMatchObject({ code: 2 });
  });

  test('tail --workflow tells of every run of the workflow, as it starts and as it ends', async () => {
    let told = '';
    const following = Promise.withResolvers<ChildProcess>();
    const tail = backplane(['runs', 'tail', '--workflow', 'child', '--json', ...access], '', (child) => {
      child.stdout!.on('data', (chunk) => {
        told += String(chunk);
      });
      following.resolve(child);
    });
    const child = await following.promise;
    await expect
      .poll(
        async () => {
          await host.api('POST', '/workflows/child/runs', { input: 1 });
          return told;
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toContain('"ended"');
    child.kill('SIGINT');
    const { stdout, code } = await tail;
    expect(code).toBe(0);
    for (const line of stdout.trim().split('\n')) expect(['started', 'ended']).toContain(JSON.parse(line).event);
  });

  test('retry, replay and rerun-from start a new run', async () => {
    const failed = await started('fails');
    await runs('tail', failed);
    expect((await runs('retry', failed)).stdout).toEqual(isRun);
    const runId = await started('steps');
    await runs('tail', runId);
    expect(await runs('retry', runId)).toMatchObject({ code: 1, stderr: expect.stringContaining('RUN_RERUN') });
    const again = (await runs('rerun-from', runId, 'two', '--wait', '--json')).json();
    expect(again).toMatchObject({ status: 'completed', result: 2, origin: { runId, kind: 'rerun' } });
    expect((await runs('show', again.runId)).stdout).toMatch(/one .* kept\n/);
    const replayed = (await runs('replay', runId, '--input', '{"n": 9}', '--wait', '--json')).json();
    expect(replayed.steps.one).toMatchObject({ input: { value: 9 } });
  });

  test('pause and resume are asked of a running run', async () => {
    const runId = await started('slow');
    expect((await runs('pause', runId, '--json')).json()).toMatchObject({ paused: { reason: expect.any(String) } });
    expect((await runs('resume', runId, '--json')).json()).not.toHaveProperty('paused');
    expect((await runs('terminate', runId)).stdout).toContain('cancelled');
  });

  test('cancel stops a run', async () => {
    const runId = await started('slow');
    expect(await runs('cancel', runId, '--reason', 'enough')).toMatchObject({ code: 0, stderr: '' });
    await expect.poll(async () => (await runs('show', runId, '--json')).json().status).toBe('cancelled');
  });

  test('without a host it says so', async () => {
    const { code, stderr } = await backplane(['runs', 'list', '--url', 'http://127.0.0.1:1', '--key', 'k']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('API_UNREACHABLE')]);
  });
});

test('a secret that a run uses stands nowhere afterwards: not in records, events, logs, nor in the database', async () => {
  const shown = await runs('start', 'leaky', '--wait', '--json');
  const { runId, status, steps } = shown.json();
  expect(status).toBe('completed');
  expect(steps.shape.input.value.nested).toEqual([{ header: 'Bearer ***' }]);
  expect(steps.http).toMatchObject({ status: 'failed', input: { headers: { authorization: '***' } } });
  const texts = [
    shown.stdout,
    ...(await Promise.all(
      [
        ['show', runId],
        ['show', runId, '--step', 'shape'],
        ['tail', runId, '--json'],
        ['list', '--json'],
      ].map(async (args) => (await runs(...args)).stdout),
    )),
    JSON.stringify((await host.api('GET', `/runs/${runId}/attempts`)).body),
    host.stdout,
    host.stderr,
  ];
  const base64 = Buffer.from(SECRET).toString('base64').replace(/=+$/, '').slice(0, -1);
  const forms = [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET), 'tr0ub4dor', base64];
  const shifted = Buffer.from(`user:${SECRET}`).toString('base64').slice(8, -4);
  for (const text of texts) for (const form of [...forms, shifted]) expect(text).not.toContain(form);

  const { socketFolder, port } = (await readPostmaster(join(home.data, 'postgres')))!;
  const password = readFileSync(join(home.data, 'postgres.password'), 'utf8').trim();
  const client = new pg.Client({ host: socketFolder, port, user: 'backplane', password, database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    expect(rows.length).toBeGreaterThan(5);
    for (const { tablename } of rows) {
      const { rows: all } = await client.query(`SELECT t::text AS text FROM "${tablename}" t`);
      for (const { text } of all) for (const form of [...forms, shifted]) expect(text).not.toContain(form);
    }
  } finally {
    await client.end();
  }
});
