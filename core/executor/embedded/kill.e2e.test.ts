import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../storage/test-database.fixture.ts';

const RUNS = 1_000;
const STEPS = 4;
const SCRIPT = fileURLToPath(new URL('kill-host.fixture.ts', import.meta.url));

interface Call {
  readonly runId: string;
  readonly step: string;
  readonly key: string;
}

/** What the steps call: counts calls, and answers after a moment. */
async function countingUpstream() {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const [, runId, step] = request.url!.split('/') as [string, string, string];
    calls.push({ runId, step, key: request.headers['idempotency-key'] as string });
    setTimeout(() => response.end('{}'), calls.length % 7);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  return { calls, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

/** Starts a host; what it prints is handed on as it comes. */
function startHost(data: string, upstream: string, runs: number, onLine: (line: Record<string, unknown>) => void) {
  const child = spawn(process.execPath, [SCRIPT, data, upstream, String(runs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      if (typeof line['ready'] === 'string') resolve(line['ready']);
      else onLine(line);
    });
  });
  return { child, ready, ended: once(child, 'close') };
}

/** `run/step` of every step whose end is in the journal: the steps of a chain end in order. */
async function journaledSteps(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ run_id: string; ended: number }>(
    `SELECT run_id, count(*)::int AS ended FROM run_event WHERE body LIKE '{"type":"ActionCompleted"%' GROUP BY run_id`,
  );
  await client.end();
  return rows.flatMap(({ run_id, ended }) => Array.from({ length: ended }, (_, i) => `${run_id}/s${i + 1}`));
}

test('over a thousand runs and many a kill -9, every acknowledged run completes and no journaled step runs again', async () => {
  await using folder = await temporaryFolder();
  await using upstream = await countingUpstream();
  const acknowledged: string[] = [];
  /** Journaled step → how many calls had come when that was known. */
  const done = new Map<string, number>();
  let results: Record<string, string> = {};
  const onLine = (line: Record<string, unknown>) => {
    if (typeof line['acknowledged'] === 'string') acknowledged.push(line['acknowledged']);
    if (line['results'] !== undefined) results = line['results'] as Record<string, string>;
  };

  let kills = 0;
  for (; acknowledged.length < RUNS; kills++) {
    const host = startHost(folder.path, upstream.url, RUNS, onLine);
    const url = await host.ready;
    await afterSome(host.child, () => acknowledged.length, Math.ceil(Math.random() * 120));
    host.child.kill('SIGKILL');
    await host.ended;
    for (const step of await journaledSteps(url)) if (!done.has(step)) done.set(step, upstream.calls.length);
  }

  const last = startHost(folder.path, upstream.url, 0, onLine);
  await last.ready;
  last.child.stdin.end(`${JSON.stringify(acknowledged)}\n`);
  await last.ended;

  expect(kills).toBeGreaterThan(5);
  expect(Object.keys(results)).toHaveLength(acknowledged.length);
  expect(new Set(Object.values(results))).toEqual(new Set([`completed ${STEPS}`]));
  expect(done.size).toBeGreaterThan(RUNS);
  const again = upstream.calls.filter(
    ({ runId, step }, i) => i >= (done.get(`${runId}/${step}`) ?? Number.POSITIVE_INFINITY),
  );
  expect(again).toEqual([]);
  const keys = new Map<string, Set<string>>();
  for (const { runId, step, key } of upstream.calls) {
    const name = `${runId}/${step}`;
    keys.set(name, (keys.get(name) ?? new Set()).add(key));
  }
  expect([...keys.values()].filter(({ size }) => size !== 1)).toEqual([]);
  for (const runId of acknowledged) for (let i = 1; i <= STEPS; i++) expect(keys.has(`${runId}/s${i}`)).toBe(true);
});

/** Resolves once `count` has grown by so much, or the child has nothing more to do. */
function afterSome(child: ChildProcess, count: () => number, growth: number): Promise<void> {
  const target = count() + growth;
  return new Promise((resolve) => {
    const look = () => {
      if (count() >= target) resolve();
    };
    child.stdout!.on('data', () => setImmediate(look));
  });
}
