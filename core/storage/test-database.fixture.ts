import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { prepareCluster } from './prepared-cluster.fixture.ts';
import { silentLog } from './silent-log.fixture.ts';

/** A folder that is gone afterwards. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'bp-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The same, with an empty database that nobody serves yet. */
export async function preparedFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await temporaryFolder();
  if (!prepareCluster(folder.path)) {
    await (await openDatabase({ dataDir: folder.path, log: silentLog }))[Symbol.asyncDispose]();
  }
  return folder;
}

/** A fresh embedded database of its own. */
export async function embeddedDatabase(): Promise<Database> {
  await using undo = new AsyncDisposableStack();
  const { path } = undo.use(await preparedFolder());
  const database = undo.use(await openDatabase({ dataDir: path, log: silentLog }));
  const held = undo.move();
  return { ...database, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** A fresh database on the server that `BACKPLANE_TEST_DATABASE_URL` names. */
async function databaseOnServer(server: string): Promise<Database> {
  const name = `backplane_test_${process.pid}_${Date.now()}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.href, dataDir: tmpdir(), log: silentLog });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

const { BACKPLANE_TEST_DATABASE_URL: server } = process.env;

/** Every kind of database that can be tried here. */
export const databases: readonly (readonly [name: string, open: () => Promise<Database>])[] = [
  ['embedded Postgres', embeddedDatabase],
  ...(server === undefined
    ? []
    : ([['Postgres of BACKPLANE_TEST_DATABASE_URL', () => databaseOnServer(server)]] as const)),
];
