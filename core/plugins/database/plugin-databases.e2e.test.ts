import { tmpdir } from 'node:os';
import type { Database as DatabasePort, Entity } from '@backplane/sdk';
import { defineEntity } from '@backplane/sdk';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../storage/database.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { createPluginDatabases } from './create-plugin-databases.ts';
import type { PluginTables } from './tables-of.ts';

let database: Database;
let databases: ReturnType<typeof createPluginDatabases>;
beforeAll(async () => {
  database = await embeddedDatabase();
  databases = createPluginDatabases({
    database: Promise.resolve(database),
    log: silentLog,
    limits: { wallMs: 400, rows: 50, bytes: 10_000 },
  });
});
afterAll(async () => {
  await databases[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const never = new AbortController().signal;
const port = (plugin: string, signal = never): DatabasePort => databases.of(plugin, signal);
const prepare = (
  id: string,
  migrations: PluginTables['migrations'],
  entities: PluginTables['entities'] = [],
  version = '1.0.0',
) => databases.prepare({ id, version, log: silentLog }, { migrations, entities });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => error.code ?? error.message,
  );
const things = { name: '0001_things', up: ['CREATE TABLE thing (id integer PRIMARY KEY, name text, data jsonb)'] };
const thing = defineEntity({
  name: 'thing',
  columns: {
    id: { type: 'integer', primary: true },
    name: { type: 'text', nullable: true },
    data: { type: 'json', nullable: true },
  },
});

test('a plugin reaches its own schema and no other, whatever it says', async () => {
  await prepare('mine', [things]);
  await prepare('theirs', [things]);
  await port('theirs').table(thing).insert({ id: 1, name: 'secret' });
  const { user: owner } = new pg.Client({ connectionString: database.url });
  const attacks = [
    `DO $$ BEGIN EXECUTE 'SET ROLE "${owner}"'; END $$`,
    'SELECT * FROM plugin_theirs.thing',
    'INSERT INTO plugin_theirs.thing (id) VALUES (2)',
    'SELECT * FROM public.workflow',
    'SELECT password FROM public.plugin_schema',
    'CREATE TABLE public.mine (id integer)',
    'CREATE TABLE plugin_theirs.mine (id integer)',
    'CREATE SCHEMA mine',
    'DROP SCHEMA plugin_theirs CASCADE',
    'CREATE ROLE another SUPERUSER',
    'ALTER TABLE plugin_theirs.thing OWNER TO CURRENT_USER',
    `UPDATE _backplane_migrations SET digest = ''`,
    'DROP TABLE _backplane_migrations',
    `SELECT pg_read_file('/etc/passwd')`,
    `SELECT lo_import('/etc/passwd')`,
    'SELECT * FROM pg_authid',
    `DO $$ BEGIN EXECUTE 'RESET ROLE'; EXECUTE 'SELECT * FROM public.workflow'; END $$`,
    `DO $$ BEGIN EXECUTE 'SET SESSION AUTHORIZATION "${owner}"'; END $$`,
  ];
  for (const attack of attacks)
    expect([attack, await codeOf(port('mine').query(attack))]).toEqual([attack, 'PLUGIN_DATABASE_DENIED']);
  await port('mine')
    .transaction(async (inside) => {
      await inside.query(
        `SELECT set_config('role', 'none', false), set_config('search_path', 'plugin_theirs, public', false)`,
      );
      expect(await codeOf(inside.query('SELECT * FROM thing'))).toMatch(/PLUGIN_DATABASE_(DENIED|FAILED)/);
    })
    .catch(() => {});
  expect(await port('theirs').table(thing).find()).toEqual([{ id: 1, name: 'secret', data: null }]);
});

test('what belongs to the session is refused, behind comments, too', async () => {
  for (const sql of ['BEGIN', ' /* a */ -- b\n commit', 'SET role postgres', 'reset all', 'COPY thing TO STDOUT'])
    expect(await codeOf(port('mine').query(sql))).toBe('PLUGIN_DATABASE_STATEMENT');
  expect(await codeOf(port('mine').query('SELECT 1; SELECT 2'))).toBe('PLUGIN_DATABASE_FAILED');
});

test('a statement that takes too long, or gives too much, is ended on the server', async () => {
  const running = async () =>
    (
      await database.dataSource.query(
        `SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(77)%' AND pid <> pg_backend_pid()`,
      )
    )[0].n;
  // Its own time limit on the server is a setting that it can lift.
  const slow = port('mine').transaction(async (inside) => {
    await inside.query(`SELECT set_config('statement_timeout', '0', false)`);
    await inside.query('SELECT pg_sleep(77)');
  });
  expect(await codeOf(slow)).toBe('PLUGIN_DATABASE_LIMIT');
  await expect.poll(running).toBe('0');
  expect(await codeOf(port('mine').query('SELECT generate_series(1, 51)'))).toBe('PLUGIN_DATABASE_LIMIT');
  expect(await codeOf(port('mine').query(`SELECT repeat('x', 10001) AS x`))).toBe('PLUGIN_DATABASE_LIMIT');
  expect(await port('mine').query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a cancelled call ends its transaction', async () => {
  await prepare('mine', [things]);
  const call = new AbortController();
  const { promise: inserted, resolve } = Promise.withResolvers<void>();
  const work = port('mine', call.signal).transaction(async (inside) => {
    await inside.table(thing).insert({ id: 77 });
    resolve();
    await new Promise(() => {});
  });
  await inserted;
  call.abort(new Error('gone'));
  expect(await codeOf(work)).toBe('gone');
  expect(await port('mine').table(thing).count({ id: 77 })).toBe(0);
});

test('a transaction is all or nothing, and one inside it can fail by itself', async () => {
  await prepare('tx', [things]);
  const table = port('tx').table(thing);
  await port('tx').transaction(async (inside) => {
    await inside.table(thing).insert({ id: 1 });
    await inside
      .transaction(async (part) => {
        await part.table(thing).insert({ id: 2 });
        throw new Error('no');
      })
      .catch(() => {});
  });
  await port('tx')
    .transaction(async (inside) => {
      await inside.table(thing).insert({ id: 3 });
      throw new Error('no');
    })
    .catch(() => {});
  expect(await table.find({ orderBy: [['id', 'asc']] })).toMatchObject([{ id: 1 }]);
});

test('a table finds, counts, changes and deletes by its columns alone', async () => {
  await prepare('rows', [things]);
  const table = port('rows').table(thing);
  for (const id of [1, 2, 3]) await table.insert({ id, name: `n${id}`, data: { id, list: [id] } });
  expect(await table.upsert({ id: 3, name: 'new' }, ['id'])).toEqual({
    id: 3,
    name: 'new',
    data: { id: 3, list: [3] },
  });
  expect(await table.find({ where: { id: { gte: 2 } }, orderBy: [['id', 'desc']], limit: 1 })).toMatchObject([
    { id: 3 },
  ]);
  expect(await table.count({ name: { in: ['n1', 'new'] } })).toBe(2);
  expect(await table.count({ id: { in: [] } })).toBe(0);
  expect(await table.count({ data: { id: 1, list: [1] } })).toBe(1);
  expect(await table.update({ id: 1 }, { name: null })).toBe(1);
  expect(await table.count({ name: null })).toBe(1);
  expect(await table.delete({ id: { lt: 3 }, name: { not: 'x' } })).toBe(2);
  expect(await codeOf(table.delete({}))).toBe('INPUT_INVALID');
  expect(await codeOf(table.count({ 'id" = 1 OR "id': 1 } as never))).toBe('INPUT_INVALID');
  expect(await codeOf(table.insert({ id: 3 }))).toBe('PLUGIN_DATABASE_CONFLICT');
});

test('values keep every digit and times are ISO text', async () => {
  const [row] = await port('rows').query(
    `SELECT 9007199254740993::bigint AS big, 0.10::numeric AS exact, 'epoch'::timestamptz AS time, '\\x01ff'::bytea AS bytes, $1::bigint AS given`,
    [2n ** 60n],
  );
  expect(row).toEqual({
    big: 9007199254740993n,
    exact: '0.10',
    time: '1970-01-01T00:00:00Z',
    bytes: Buffer.from([1, 255]),
    given: 2n ** 60n,
  });
});

test('a migration runs once, and one that fails leaves nothing', async () => {
  const more = { name: '0002_more', up: ['ALTER TABLE thing ADD COLUMN more text', 'SELECT broken'] };
  await prepare('steps', [things]);
  await prepare('steps', [things]);
  await expect(prepare('steps', [things, more])).rejects.toMatchObject({
    code: 'PLUGIN_MIGRATION_FAILED',
    message: expect.stringContaining('statement 2'),
  });
  await prepare('steps', [things, { ...more, up: [more.up[0]!] }], [], '1.1.0');
  expect(await port('steps').query('SELECT name, version FROM _backplane_migrations ORDER BY name')).toEqual([
    { name: '0001_things', version: '1.0.0' },
    { name: '0002_more', version: '1.1.0' },
  ]);
});

test('a migration cannot reach out of the schema or end its transaction', async () => {
  const attempt = (sql: string) => codeOf(prepare('sly', [{ name: '0001_sly', up: [sql] }]));
  expect(await attempt('CREATE TABLE public.sly (id integer)')).toBe('PLUGIN_MIGRATION_FAILED');
  expect(await attempt('DROP TABLE public.workflow')).toBe('PLUGIN_MIGRATION_FAILED');
  expect(await attempt('COMMIT')).toBe('PLUGIN_MIGRATION_FAILED');
  expect(await attempt('SELECT 1; DROP TABLE public.workflow')).toBe('PLUGIN_MIGRATION_FAILED');
});

test('a migration that ran and was changed is refused', async () => {
  await prepare('changed', [things]);
  expect(await codeOf(prepare('changed', [{ ...things, up: [`${things.up[0]} `] }]))).toBe('PLUGIN_MIGRATION_CHANGED');
});

test('entities must be what stands in the database', async () => {
  const entity = (columns: object, name = 'thing') => ({ name, columns }) as never as Entity as never;
  const attempt = (given: never) => codeOf(prepare('shape', [things], [given]));
  expect(await attempt(entity({ id: { type: 'integer', nullable: false } }))).toBe('done');
  expect(await attempt(entity({ id: { type: 'text', nullable: false } }))).toBe('PLUGIN_ENTITY_MISMATCH');
  expect(await attempt(entity({ other: { type: 'text', nullable: false } }))).toBe('PLUGIN_ENTITY_MISMATCH');
  expect(await attempt(entity({ name: { type: 'text', nullable: false } }))).toBe('PLUGIN_ENTITY_MISMATCH');
  expect(await attempt(entity({}, 'absent'))).toBe('PLUGIN_ENTITY_MISMATCH');
});

test('data stays until it is dropped, and then it is all gone', async () => {
  await prepare('gone', [things]);
  await port('gone').query('SELECT lo_create(0)');
  expect(await databases.kept()).toContain('gone');
  await databases.drop('gone');
  expect(await databases.kept()).not.toContain('gone');
  const left = await database.dataSource.query(
    `SELECT 1 FROM pg_namespace WHERE nspname = 'plugin_gone' UNION SELECT 1 FROM pg_roles WHERE rolname LIKE '%_gone'`,
  );
  expect(left).toEqual([]);
  await prepare('gone', [things]);
});

test('a host that may not make roles says so, and gives no plugin a schema', async () => {
  await database.dataSource.query(`CREATE ROLE poor LOGIN PASSWORD 'poor'`);
  await database.dataSource.query('GRANT ALL ON ALL TABLES IN SCHEMA public TO poor');
  const { DataSource } = await import('typeorm');
  const { host, port: number, database: name } = new pg.Client({ connectionString: database.url });
  const source = await new DataSource({
    type: 'postgres',
    host,
    port: number,
    database: name ?? 'postgres',
    username: 'poor',
    password: 'poor',
  }).initialize();
  await using poor = createPluginDatabases({
    database: Promise.resolve({ ...database, dataSource: source }),
    log: silentLog,
  });
  const attempt = poor.prepare(
    { id: 'poor', version: '1.0.0', log: silentLog },
    { migrations: [things], entities: [] },
  );
  await expect(attempt).rejects.toMatchObject({ code: 'PLUGIN_DATABASE_ROLE' });
  expect(await databases.kept()).not.toContain('poor');
  await source.destroy();
});

test('a host that is no superuser, but may make roles, gives plugins their schemas and takes them back', async () => {
  await database.dataSource.query(`CREATE ROLE maker LOGIN PASSWORD 'maker' CREATEROLE`);
  await database.dataSource.query('CREATE DATABASE made OWNER maker');
  const url = new URL(database.url);
  url.username = 'maker';
  url.password = 'maker';
  url.pathname = '/made';
  await using made = await openDatabase({ url: url.href, dataDir: tmpdir(), log: silentLog });
  await using own = createPluginDatabases({ database: Promise.resolve(made), log: silentLog });
  await own.prepare({ id: 'mine', version: '1.0.0', log: silentLog }, { migrations: [things], entities: [] });
  const inside = own.of('mine', never);
  await inside.table(thing).insert({ id: 1 });
  expect(await codeOf(inside.query('SELECT * FROM public.plugin_schema'))).toBe('PLUGIN_DATABASE_DENIED');
  expect(await codeOf(inside.query('CREATE TABLE public.mine (id integer)'))).toBe('PLUGIN_DATABASE_DENIED');
  await own.drop('mine');
  expect(await own.kept()).toEqual([]);
});
