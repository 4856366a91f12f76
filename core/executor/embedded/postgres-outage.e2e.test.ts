import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../storage/embedded/embedded-postgres.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { preparedFolder } from '../../storage/test-database.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import { openPostgresJournal } from '../journal/postgres-journal.ts';

/** A prepared database whose server the test stops and starts. */
async function stoppableServer(dataDir: string) {
  const start = () => startEmbeddedPostgres({ dataDir, log: silentLog });
  let server = await start();
  return {
    url: server.url,
    stop: () => server[Symbol.asyncDispose](),
    async start() {
      server = await start();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test('while Postgres is away for seconds in the middle of the load, nothing is lost and nothing happens twice', async () => {
  await using folder = await preparedFolder();
  await using server = await stoppableServer(folder.path);
  const calls = new Map<string, number>();
  await using engine = await testEngine(
    await openPostgresJournal({ url: server.url, log: silentLog, acceptTimeoutMs: 60_000 }),
    {
      work: ({ run: { idempotencyKey }, args }) => {
        calls.set(idempotencyKey, (calls.get(idempotencyKey) ?? 0) + 1);
        return args['value'];
      },
    },
  );
  const results: unknown[] = [];
  let stopping = false;
  const lane = async () => {
    while (!stopping) {
      const { runId } = await engine.start(request(chain(5)));
      results.push((await engine.result(runId)).result);
    }
  };
  const load = Promise.all(Array.from({ length: 50 }, lane));
  await expect.poll(() => results.length, { timeout: 20_000 }).toBeGreaterThan(300);
  await server.stop();
  const before = results.length;
  // The outage itself is what is tested.
  await pause(3_000);
  expect(results.length).toBeLessThan(before + 51);
  await server.start();
  await expect.poll(() => results.length, { timeout: 20_000 }).toBeGreaterThan(before + 300);
  stopping = true;
  await load;
  expect(new Set(results)).toEqual(new Set([5]));
  expect(calls.size).toBe(results.length * 5);
  expect([...calls.values()].filter((count) => count !== 1)).toEqual([]);
});

test('a new run that arrives while Postgres stays away is refused in time and never was; the host goes on', async () => {
  await using folder = await preparedFolder();
  await using server = await stoppableServer(folder.path);
  const engine = await testEngine(await openPostgresJournal({ url: server.url, log: silentLog, acceptTimeoutMs: 200 }));
  await engine.result((await engine.start(request(chain(1)))).runId);
  await server.stop();
  const refused = { code: 'STORAGE_UNAVAILABLE', facts: { status: 503, retryAfterMs: expect.any(Number) } };
  await expect(engine.start(request(chain(1)))).rejects.toMatchObject(refused);
  await expect(engine.get(randomUUIDv7())).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await server.start();
  const { runId } = await engine.start(request(chain(2)));
  expect(await engine.result(runId)).toMatchObject({ result: 2 });
  expect((await engine.list({ limit: 10 })).items).toHaveLength(2);
  await engine[Symbol.asyncDispose]();
});

test('an engine that stops while Postgres is away does not wait for it', async () => {
  await using folder = await preparedFolder();
  await using server = await stoppableServer(folder.path);
  const engine = await testEngine(await openPostgresJournal({ url: server.url, log: silentLog }), {
    limits: { shutdownMs: 200 },
  });
  await server.stop();
  const started = engine.start(request(chain(1)));
  const outcome = expect(started).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await engine[Symbol.asyncDispose]();
  await outcome;
  await server.start();
});
