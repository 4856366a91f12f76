import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../storage/database.ts';
import { startEmbeddedPostgres } from '../../storage/embedded/embedded-postgres.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { embeddedDatabase, preparedFolder } from '../../storage/test-database.fixture.ts';
import { countingUpstream, StepWatch } from '../embedded/counting-upstream.fixture.ts';
import type { HostInfo } from '../engine.ts';
import { type HostProcess, startHostProcess } from './host-process.fixture.ts';

let server: Database;
beforeAll(async () => {
  server = await embeddedDatabase();
});
afterAll(() => server[Symbol.asyncDispose]());

let count = 0;

/** A fresh database for several hosts, what their steps call, and the hosts; all are gone afterwards. */
async function place() {
  await using undo = new AsyncDisposableStack();
  const name = `hosts_${++count}`;
  await server.dataSource.query(`CREATE DATABASE ${name}`);
  const url = server.url.replace('/postgres?', `/${name}?`);
  await (await openDatabase({ url, dataDir: '/nowhere', log: silentLog }))[Symbol.asyncDispose]();
  const upstream = undo.use(await countingUpstream());
  const client = undo.adopt(new pg.Client({ connectionString: url }), (opened) => opened.end());
  await client.connect();
  const sql = async <T>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as T[];
  const held = undo.move();
  let machines = 0;
  const hosts = (number: number) =>
    Promise.all(
      Array.from({ length: number }, async () =>
        held.use(await startHostProcess(url, upstream.url, `machine-${++machines}`)),
      ),
    );
  const shards = async () =>
    (
      await sql<{ n: number }>(
        'SELECT count(*)::int AS n FROM engine_shard WHERE host IS NOT NULL GROUP BY host ORDER BY n',
      )
    ).map(({ n }) => n);
  const unfinished = async () =>
    (await sql<{ n: number }>("SELECT count(*)::int AS n FROM run WHERE status = 'running'"))[0]!.n;
  const steps = new StepWatch(upstream.calls);
  return { url, upstream, sql, hosts, shards, unfinished, steps, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function balanced(here: Awaited<ReturnType<typeof place>>, shares: readonly number[]): Promise<void> {
  await expect.poll(here.shards, { timeout: 15_000, interval: 20 }).toEqual(shares);
}

const load = (hosts: readonly HostProcess[], each: number) =>
  hosts.flatMap((host) =>
    (['chain', 'caller', 'sleeper'] as const).map((kind) => host.ask({ do: 'load', kind, count: each })),
  );

/** Nothing was lost, nothing that the journal held was done again, and nothing had two keys. */
async function expectAllWell(
  here: Awaited<ReturnType<typeof place>>,
  started: readonly string[],
  since = 0,
): Promise<void> {
  await expect.poll(here.unfinished, { timeout: 40_000, interval: 100 }).toBe(0);
  const states = await here.sql<{ status: string }>('SELECT DISTINCT status FROM run');
  expect(states).toEqual([{ status: 'completed' }]);
  const [known] = await here.sql<{ n: number }>('SELECT count(*)::int AS n FROM run WHERE id = ANY ($1)', [started]);
  expect(known!.n).toBe(started.length);
  const gaps = 'SELECT run_id FROM run_event GROUP BY run_id HAVING count(*) <> max(seq) OR min(seq) <> 1';
  expect(await here.sql(gaps)).toEqual([]);
  expect(here.steps.calledAgain.filter(({ began }) => began > since)).toEqual([]);
  expect([...here.steps.keys().values()].filter(({ size }) => size !== 1)).toEqual([]);
}

test('three hosts share the work; when two are killed one after the other in the middle of it, all completes, nothing journaled runs again', async () => {
  await using here = await place();
  const [first, second, third] = (await here.hosts(3)) as [HostProcess, HostProcess, HostProcess];
  await balanced(here, [20, 22, 22]);
  const loads = load([first, second, third], 250);
  const settled = Promise.allSettled(loads);
  const started = () => [first, second, third].flatMap((host) => host.started);
  await expect.poll(() => started().length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(600);

  for (const victim of [second, third]) {
    await victim.kill();
    const killed = performance.now();
    await here.steps.look(here.url);
    const shares = victim === second ? [32, 32] : [64];
    await balanced(here, shares);
    expect(performance.now() - killed).toBeLessThan(10_000);
  }
  await Promise.race([settled, Promise.all(loads.slice(0, 3))]);
  await expectAllWell(here, started());
});

test('a host that stands still for so long that others take over stores and does nothing any more when it wakes, and begins anew', async () => {
  await using here = await place();
  const [first, second] = (await here.hosts(2)) as [HostProcess, HostProcess];
  await balanced(here, [32, 32]);
  const before = (await second.ask<HostInfo[]>({ do: 'hosts' })).find(({ self }) => self)!.id;
  const settled = Promise.allSettled(load([first, second], 200));
  const started = () => [first, second].flatMap((host) => host.started);
  await expect.poll(() => started().length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(250);
  second.signal('SIGSTOP');
  await balanced(here, [64]);
  // The frozen host would do these again.
  await expect.poll(here.unfinished, { timeout: 20_000 }).toBe(0);
  await here.steps.look(here.url);
  second.signal('SIGCONT');
  // What it was just doing when it was stopped cannot be called back: no more than it does at once, and nothing later.
  const awake = Date.now() + 1_000;
  await balanced(here, [32, 32]);
  const after = (await second.ask<HostInfo[]>({ do: 'hosts' })).find(({ self }) => self)!;
  expect(after).toMatchObject({ shards: 32, id: expect.not.stringMatching(before) });
  await settled;
  await expectAllWell(here, started(), awake);
  expect(here.steps.calledAgain.length).toBeLessThanOrEqual(256);
});

test('shards move to new hosts in the middle of the load, and back when these stop; a stopped host leaves nothing waiting', async () => {
  await using here = await place();
  const [first] = (await here.hosts(1)) as [HostProcess];
  await balanced(here, [64]);
  const settled = Promise.all(load([first], 250));
  await expect.poll(() => first.started.length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(200);
  const [second] = (await here.hosts(1)) as [HostProcess];
  await balanced(here, [32, 32]);
  const more = Promise.all(load([second], 100));
  await Promise.all([settled, more]);
  const [waiting] = [await first.ask<{ runId: string }>({ do: 'start', kind: 'sleeper' })];
  const result = second.ask({ do: 'result', runId: waiting!.runId });
  const stopping = performance.now();
  await first.ask({ do: 'stop' });
  await balanced(here, [64]);
  expect(performance.now() - stopping).toBeLessThan(2_000);
  expect(await result).toEqual({ status: 'completed', result: 2 });
  await here.steps.look(here.url);
  await expectAllWell(here, [...first.started, ...second.started]);
  const calls = new Map<string, number>();
  for (const { key } of here.upstream.calls) calls.set(key, (calls.get(key) ?? 0) + 1);
  expect([...calls.values()].filter((times) => times !== 1)).toEqual([]);
});

test('whichever host is asked: cancel, result, events and idempotency keys reach the run, also after its host has died', async () => {
  await using here = await place();
  const [first, second] = (await here.hosts(2)) as [HostProcess, HostProcess];
  await balanced(here, [32, 32]);
  const { runId } = await first.ask<{ runId: string }>({ do: 'start', kind: 'long' });
  const result = second.ask({ do: 'result', runId });
  const events = second.ask({ do: 'events', runId });
  await second.ask({ do: 'cancel', runId, reason: 'no longer wanted' });
  expect(await result).toMatchObject({ status: 'cancelled' });
  expect(await events).toEqual(['RunStarted', 'CancelRequested']);
  expect(await here.sql('SELECT 1 FROM run_message')).toEqual([]);
  await expect(second.ask({ do: 'cancel', runId: crypto.randomUUID(), reason: '' })).rejects.toThrow('RUN_NOT_FOUND');

  const keyed = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      [first, second].map((host) =>
        host.ask<{ runId: string; existing: boolean }>({ do: 'start', kind: 'chain', key: `key-${i >> 1}` }),
      ),
    ).flat(),
  );
  expect(new Set(keyed.map((handle) => handle.runId)).size).toBe(20);
  expect(keyed.filter(({ existing }) => !existing)).toHaveLength(20);
  for (const handle of keyed.slice(0, 8))
    expect(await first.ask({ do: 'result', runId: handle.runId })).toEqual({ status: 'completed', result: 3 });

  const orphan = await first.ask<{ runId: string }>({ do: 'start', kind: 'long' });
  const waiting = second.ask({ do: 'result', runId: orphan.runId });
  await first.kill();
  await second.ask({ do: 'cancel', runId: orphan.runId, reason: 'its host is gone' });
  expect(await waiting).toMatchObject({ status: 'cancelled' });
});

test('a key is led by exactly one of the hosts that live', async () => {
  await using here = await place();
  const hosts = await here.hosts(2);
  await balanced(here, [32, 32]);
  const keys = Array.from({ length: 100 }, (_, i) => `schedule-${i}`);
  const leaders = async (asked: readonly HostProcess[]) => {
    const answers = await Promise.all(asked.map((host) => host.ask<boolean[]>({ do: 'leads', keys })));
    return keys.map((_, i) => answers.filter((answer) => answer[i]).length);
  };
  await expect.poll(() => leaders(hosts)).toEqual(keys.map(() => 1));
  hosts[0]!.signal('SIGSTOP');
  await pause(3_500);
  hosts[0]!.signal('SIGCONT');
  await expect.poll(() => leaders(hosts)).toEqual(keys.map(() => 1));
  await hosts[0]!.kill();
  await expect.poll(() => leaders([hosts[1]!]), { timeout: 10_000 }).toEqual(keys.map(() => 1));
});

test('when Postgres restarts, two hosts in the middle of their work both go on as they are', async () => {
  await using folder = await preparedFolder();
  const startServer = () => startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
  await using upstream = await countingUpstream();
  let restarted = await startServer();
  await using undo = new AsyncDisposableStack();
  undo.defer(() => restarted[Symbol.asyncDispose]());
  const { url } = restarted;
  const hosts = [
    undo.use(await startHostProcess(url, upstream.url, 'one')),
    undo.use(await startHostProcess(url, upstream.url, 'two')),
  ];
  const seen = async () =>
    (await hosts[0]!.ask<HostInfo[]>({ do: 'hosts' })).map(({ id, shards }) => `${id}: ${shards}`).sort();
  await expect
    .poll(seen, { timeout: 10_000 })
    .toEqual([expect.stringContaining(': 32'), expect.stringContaining(': 32')]);
  const before = await seen();
  const loads = Promise.all(load(hosts, 100));
  await expect.poll(() => hosts[1]!.started.length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(50);
  await restarted[Symbol.asyncDispose]();
  // Longer than a host may be silent.
  await pause(5_000);
  restarted = await startServer();
  await loads;
  expect(await seen()).toEqual(before);
  for (const runId of [hosts[0]!.started.at(-1)!, hosts[1]!.started.at(-1)!])
    expect(await hosts[0]!.ask({ do: 'result', runId })).toMatchObject({ status: 'completed' });
  const calls = new Map<string, number>();
  for (const { key } of upstream.calls) calls.set(key, (calls.get(key) ?? 0) + 1);
  expect([...calls.values()].filter((times) => times !== 1)).toEqual([]);
});
