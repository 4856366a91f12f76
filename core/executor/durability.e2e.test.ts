import { randomUUIDv7 } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolderBlobStore } from '../storage/blobs/folder-blob-store.ts';
import type { Database } from '../storage/database.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { embeddedDatabase, temporaryFolder } from '../storage/test-database.fixture.ts';
import { chain, request, TestClock, type TestEngineOptions, testEngine } from './engine.fixture.ts';
import { withClaimChecks } from './journal/claim-checks.ts';
import { openPostgresJournal } from './journal/postgres-journal.ts';
import { outboxStoreContract } from './outbox/outbox-store.contract.ts';
import { createPostgresOutboxStore } from './outbox/postgres-outbox-store.ts';
import { Retention } from './retention/retention.ts';
import { workflow } from './scheduler/run-driver.fixture.ts';

let database: Database;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [database, folder] = await Promise.all([embeddedDatabase(), temporaryFolder()]);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function open(blobFolder: string, options: TestEngineOptions = {}) {
  const blobs = createFolderBlobStore(join(folder.path, blobFolder));
  const stored = await openPostgresJournal({ url: database.url, log: silentLog });
  const journal = withClaimChecks(stored, { blobs, largerThan: 10_000, log: silentLog });
  const engine = await testEngine(journal, options);
  return { engine, journal, blobs, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}
const count = async (table: string) =>
  Number(((await database.dataSource.query(`SELECT count(*) AS n FROM ${table}`)) as { n: string }[])[0]!.n);

outboxStoreContract(async () => ({
  store: createPostgresOutboxStore(database.dataSource),
  add: async (id, consumer, at) => {
    await database.dataSource.query(
      'INSERT INTO outbox (id, consumer, run_id, body, created_at, next_at) VALUES ($1, $2, $3, $4, $5, $5)',
      [id, consumer, randomUUIDv7(), `body of ${id}`, at],
    );
  },
}));

test('a notice is stored with the end of its run, and only then', async () => {
  await using host = await open('notices', {
    noticesOf: (run) => [{ id: randomUUIDv7(), consumer: 'test', body: `${run.runId} ${run.status}` }],
  });
  const { runId } = await host.engine.start(request(chain(3)));
  await host.engine.result(runId);
  const rows = await database.dataSource.query('SELECT consumer, body FROM outbox WHERE run_id = $1', [runId]);
  expect(rows).toEqual([{ consumer: 'test', body: `${runId} completed` }]);
});

test('while the blob folder refuses, new large runs are refused, running ones wait, and then all go on', async () => {
  const path = join(folder.path, 'full');
  const large = 'x'.repeat(50_000);
  const started = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  await using host = await open('full', {
    work: async ({ run: { step }, args }) => {
      if (step !== 's1') return args['value'];
      started.resolve();
      await broken.promise;
      return large;
    },
  });
  const steps = workflow([{ ref: 's1' }, { ref: 's2', after: ['s1'], args: { value: 'done' } }], {
    returns: '${{ ACTIONS.s2.result }}',
  });
  const { runId } = await host.engine.start(request(steps));
  await started.promise;
  await mkdir(path, { recursive: true });
  await rename(path, `${path}.away`);
  await writeFile(path, 'no folder any more');
  broken.resolve();
  await expect(host.engine.start(request(chain(1), { trigger: { large } }))).rejects.toMatchObject({
    code: 'STORAGE_BLOBS_UNAVAILABLE',
  });
  const small = await host.engine.start(request(workflow([{ ref: 'only' }]))).then(({ runId: id }) => id);
  expect(await host.journal.run(small)).toBeDefined();
  expect((await host.journal.run(runId))!.status).toBe('running');
  await rename(path, `${path}.file`);
  await rename(`${path}.away`, path);
  expect(await host.engine.result(runId)).toMatchObject({ status: 'completed', result: 'done' });
  expect((await readdir(path)).length).toBeGreaterThan(0);
});

test('retention beside a running load deletes what is old and nothing else', async () => {
  await using host = await open('retention');
  const old = Date.now() - 40 * 86_400_000;
  const hex = old.toString(16).padStart(12, '0');
  await database.dataSource.query(
    `INSERT INTO run (id, workflow, version, definition, trigger_type, status, started_at, ended_at)
     SELECT ($1 || lpad(to_hex(n), 12, '0'))::uuid, 'old', 1, 'none', 'api', 'completed', $2::bigint, $2::bigint FROM generate_series(1, 3000) AS n`,
    [`${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-`, old],
  );
  await database.dataSource.query(
    `INSERT INTO run_event (run_id, seq, body) SELECT id, seq, '{}' FROM run, generate_series(1, 10) AS seq WHERE workflow = 'old'`,
  );
  const rules = { completed: 30 * 86_400_000, failed: 30 * 86_400_000, cancelled: 30 * 86_400_000 };
  await using retention = new Retention({ ...host, rules, everyMs: 1_000, log: silentLog });
  let sweeping = true;
  const sweep = retention.sweep().finally(() => {
    sweeping = false;
  });
  const started: string[] = [];
  const lane = async () => {
    while (sweeping) {
      const { runId } = await host.engine.start(request(chain(3)));
      started.push(runId);
      await host.engine.result(runId);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  expect((await sweep).runs).toBe(3_000);
  expect(await count("run WHERE workflow = 'old'")).toBe(0);
  expect(await count("run_event WHERE body = '{}'")).toBe(0);
  expect(started.length).toBeGreaterThan(8);
  for (const runId of started) expect((await host.journal.run(runId))!.status).toBe('completed');
});

test('runs asleep in Postgres are not loaded at start, wake when they are due, and hold their large values', async () => {
  const clock = new TestClock();
  const large = 'y'.repeat(50_000);
  const patient = workflow([{ ref: 'a' }, { ref: 'b', after: ['a'], startDelay: 86_400 }], {
    returns: '${{ ACTIONS.a.result }}',
  });
  const options: TestEngineOptions = { clock, work: ({ run: { step } }) => (step === 'a' ? large : 'b') };
  const runs: string[] = [];
  {
    await using first = await open('asleep', options);
    for (let i = 0; i < 50; i++) runs.push((await first.engine.start(request(patient))).runId);
    await expect
      .poll(
        async () => {
          clock.advance(1_000);
          return [await count('run WHERE wake_at IS NOT NULL'), (await first.engine.hosts())[0]!.liveRuns];
        },
        { timeout: 20_000 },
      )
      .toEqual([50, 0]);
  }
  await using second = await open('asleep', options);
  expect(await second.journal.unfinished()).toEqual([]);
  await expect
    .poll(
      async () => {
        clock.advance(86_400_000);
        return count("run WHERE status = 'running'");
      },
      { timeout: 20_000 },
    )
    .toBe(0);
  for (const runId of runs.slice(0, 5)) {
    expect(await second.engine.result(runId)).toMatchObject({ status: 'completed', result: large });
  }
});
