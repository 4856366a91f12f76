import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../storage/database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import { stuck } from '../engine-subflow.contract.ts';
import { openPostgresJournal } from '../journal/postgres-journal.ts';

let database: Database;
beforeAll(async () => {
  database = await embeddedDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const sql = (text: string, values: unknown[] = []) => database.dataSource.query(text, values);

/** A host on the list that has all shards, seems to live for a day, and does nothing. */
async function ghost(): Promise<string> {
  const id = randomUUID();
  await sql(
    `INSERT INTO engine_host (id, machine, pid, process, seen_at)
      VALUES ($1, 'elsewhere', 1, $1, clock_timestamp() + interval '1 day')`,
    [id],
  );
  await sql('UPDATE engine_shard SET host = $1', [id]);
  return id;
}

test('while another host has everything and is silent, requests are kept, new runs refused, and both go on when it is gone', async () => {
  const open = (more: object = {}) => openPostgresJournal({ url: database.url, log: silentLog, ...more });
  const limits = { shutdownMs: 50, shareWaitMs: 200 };
  const first = await testEngine(await open(), { work: stuck, limits });
  const { runId } = await first.start(request(chain(1)));
  await first[Symbol.asyncDispose]();

  const id = await ghost();
  await using engine = await testEngine(await open({ requestTimeoutMs: 300 }), {
    work: (invocation) => (invocation.run.id === runId ? stuck(invocation) : invocation.args['value']),
    limits,
  });
  await expect(engine.start(request(chain(1)))).rejects.toMatchObject({
    code: 'ENGINE_WITHOUT_SHARDS',
    facts: { status: 503, retryAfterMs: expect.any(Number) },
  });
  await expect(engine.cancel(runId, 'patience is over')).rejects.toMatchObject({ code: 'RUN_REQUEST_PENDING' });
  expect(engine.leads('anything')).toBe(false);
  expect(await engine.get(runId)).toMatchObject({ status: 'running' });
  expect(await engine.hosts()).toMatchObject([
    { id, shards: 64, self: false },
    { shards: 0, self: true },
  ]);

  const result = engine.result(runId);
  await sql('DELETE FROM engine_host WHERE id = $1', [id]);
  expect(await result).toMatchObject({ status: 'cancelled' });
  const started = await engine.start(request(chain(2)));
  expect(await engine.result(started.runId)).toMatchObject({ status: 'completed', result: 2 });
  expect(await sql('SELECT 1 FROM run_message')).toEqual([]);
});
