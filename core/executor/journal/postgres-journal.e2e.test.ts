import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../storage/database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { databases } from '../../storage/test-database.fixture.ts';
import { LONE_HOST_LOCK } from '../hosts/host-locks.ts';
import { begin, journalContract, next } from './journal.contract.ts';
import type { Journal } from './journal.ts';
import { journalDepthContract } from './journal-depth.contract.ts';
import { openPostgresJournal } from './postgres-journal.ts';

describe.each(databases)('%s', (_, open) => {
  let database: Database;
  let journal: Journal;
  const openJournal = (more: object = {}) => openPostgresJournal({ url: database.url, log: silentLog, ...more });
  const sql = (text: string, values: unknown[] = []) => database.dataSource.query(text, values);
  const killWriter = () =>
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'backplane journal'");

  beforeAll(async () => {
    database = await open();
    journal = await openJournal();
  });
  afterAll(async () => {
    await journal[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  journalContract(() => journal);
  journalDepthContract(() => journal);

  test('a host of a version that works alone cannot join hosts that share, nor they it', async () => {
    const lone = new pg.Client({ connectionString: database.url });
    await lone.connect();
    const { rows } = await lone.query('SELECT pg_try_advisory_lock($1) AS locked', [LONE_HOST_LOCK]);
    expect(rows).toEqual([{ locked: false }]);
    await journal[Symbol.asyncDispose]();
    await lone.query('SELECT pg_advisory_lock($1)', [LONE_HOST_LOCK]);
    await sql("INSERT INTO engine_lease (name, epoch, holder) VALUES ('journal', 7, 'process 12 on old')");
    await expect(openJournal()).rejects.toMatchObject({
      code: 'ENGINE_DATABASE_IN_USE',
      message: expect.stringContaining('process 12 on old'),
    });
    await lone.end();
    journal = await openJournal();
    expect(await sql('SELECT epoch::int FROM engine_lease')).toEqual([{ epoch: 8 }]);
  });

  test('of new runs with the same key on two hosts one is stored; what shares its commit with the other is stored too', async () => {
    await using other = await openJournal();
    for (let round = 0; round < 20; round++) {
      const [mine, theirs, bystander] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
      const key = { text: `both-${round}`, expiresAt: Date.now() + 60_000 };
      const outcomes = await Promise.allSettled([
        journal.append([begin(mine, { key })], { refusable: true }),
        other.append([begin(theirs, { key })], { refusable: true }),
        journal.append([begin(bystander)], { refusable: true }),
        other.append([next(theirs, 2)]),
      ]);
      const holder = await journal.runByKey('w', key.text, Date.now());
      const [winner, loser] = holder === mine ? [mine, theirs] : [theirs, mine];
      expect(holder).toBe(winner);
      const verdict = { status: 'rejected', reason: expect.objectContaining({ holder: winner }) };
      expect(outcomes[loser === mine ? 0 : 1]).toMatchObject(verdict);
      expect(outcomes[loser === mine ? 1 : 0]).toMatchObject({ status: 'fulfilled' });
      expect(outcomes[2]).toMatchObject({ status: 'fulfilled' });
      expect(await journal.run(loser)).toBeUndefined();
      expect(await journal.events(loser, 0, 10)).toEqual([]);
      expect(await journal.run(bystander)).toBeDefined();
    }
  });

  test('a message is gone with the commit that holds its event, and not without it', async () => {
    const runId = randomUUIDv7();
    await journal.append([begin(runId)]);
    const [{ id }] = await sql("INSERT INTO run_message (shard, run_id, body) VALUES (1, $1, '{}') RETURNING id", [
      runId,
    ]);
    const left = async () => (await sql('SELECT 1 FROM run_message WHERE run_id = $1', [runId])).length;
    await journal.append([next(runId, 2)]);
    expect(await left()).toBe(1);
    await journal.append([{ ...next(runId, 3), message: Number(id) }]);
    expect(await left()).toBe(0);
  });

  test('when the writing connection breaks, what was appended is stored once, and appending goes on', async () => {
    const runs = Array.from({ length: 200 }, () => randomUUIDv7());
    const appended = runs.map((runId) => journal.append([begin(runId), next(runId, 2)], { refusable: true }));
    await killWriter();
    await Promise.all(appended);
    await Promise.all(runs.map((runId) => journal.append([next(runId, 3)])));
    const [{ rows, runs: kept }] = await sql(
      'SELECT count(*)::int AS rows, count(DISTINCT run_id)::int AS runs FROM run_event WHERE run_id = ANY ($1)',
      [runs],
    );
    expect({ rows, kept }).toEqual({ rows: 600, kept: 200 });
  });

  test('a refusal by the store reaches new runs, leaves nothing behind, and holds back the others until it takes them', async () => {
    const [running, fresh] = [randomUUIDv7(), randomUUIDv7()];
    await journal.append([begin(running)]);
    // As with a full disk: the statement fails, the server lives.
    await sql(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$`,
    );
    await sql('CREATE TRIGGER full_disk BEFORE INSERT ON run_event FOR EACH STATEMENT EXECUTE FUNCTION refuse()');
    const refused = journal.append([begin(fresh)], { refusable: true });
    const ahead = journal.append([next(fresh, 2)]);
    const held = journal.append([next(running, 2)]);
    await expect(refused).rejects.toMatchObject({
      code: 'STORAGE_WRITE_REFUSED',
      message: expect.stringContaining('no space left'),
    });
    await expect(ahead).rejects.toMatchObject({ code: 'STORAGE_WRITE_REFUSED' });
    await sql('DROP TRIGGER full_disk ON run_event');
    await held;
    expect(await journal.run(fresh)).toBeUndefined();
    expect(await journal.events(fresh, 0, 10)).toEqual([]);
    expect((await journal.events(running, 0, 10)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('a commit repeated after it had been stored changes nothing', async () => {
    const runId = randomUUIDv7();
    await journal.append([begin(runId)]);
    // The server answers and the answer is lost: the row is there, and the same batch is sent again.
    await sql('INSERT INTO run_event (run_id, seq, body) VALUES ($1, 2, $2)', [runId, next(runId, 2).event!.body]);
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE run_event IN ACCESS EXCLUSIVE MODE');
    const appended = journal.append([next(runId, 2), { runId, end: { status: 'completed', endedAt: 7 } }]);
    await expect
      .poll(
        async () =>
          (
            await sql(
              "SELECT 1 FROM pg_stat_activity WHERE application_name = 'backplane journal' AND wait_event_type = 'Lock'",
            )
          ).length,
      )
      .toBe(1);
    await killWriter();
    await blocker.end();
    await appended;
    expect(await journal.run(runId)).toMatchObject({ status: 'completed' });
    expect((await journal.events(runId, 0, 10)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('a host that others have taken for dead stores nothing any more', async () => {
    const old = await openJournal();
    const runId = randomUUIDv7();
    await old.append([begin(runId)]);
    await sql('DELETE FROM engine_host WHERE id = $1', [(await old.cluster!.hosts()).find(({ self }) => self)!.id]);
    const lost = { code: 'ENGINE_LEASE_LOST', facts: { retry: 'later' } };
    await expect(old.append([next(runId, 2)])).rejects.toMatchObject(lost);
    await expect(old.append([begin(randomUUIDv7())])).rejects.toMatchObject(lost);
    await old[Symbol.asyncDispose]();
    expect(await journal.events(runId, 0, 10)).toHaveLength(1);
  });
});
