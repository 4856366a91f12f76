import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import { silentLog } from '../silent-log.fixture.ts';
import { preparedFolder, temporaryFolder } from '../test-database.fixture.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { postgresBinaries, restoreLibraryLinks } from './postgres-binaries.ts';
import { isAlive } from './process-identity.ts';

const isRoot = process.getuid?.() === 0;

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return Object.values(rows[0] ?? {})[0];
}

/** A host in a process of its own. */
async function holder(dataDir: string) {
  const script = fileURLToPath(new URL('hold-database.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, ...(JSON.parse(String(line)) as { url: string; pid: number; how: string }) };
}

test('the first start makes a cluster that only its user can open; the second finds it again', async () => {
  await using folder = await temporaryFolder();
  {
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
    expect(server.how).toBe('created');
    await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS n');
    expect(statSync(join(folder.path, 'postgres.password')).mode & 0o777).toBe(0o600);
    expect(await ask(server.url, 'SHOW fsync')).toBe('on');
    const stranger = server.url.replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(ask(stranger, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  }
  await using again = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
  expect(again.how).toBe('started');
  expect(await ask(again.url, 'SELECT n FROM kept')).toBe(42);
});

test('disposing stops the server and lets go of the folder', async () => {
  await using folder = await preparedFolder();
  const server = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
  await server[Symbol.asyncDispose]();
  expect(isAlive(server.pid)).toBe(false);
  expect(existsSync(join(folder.path, 'host.lock'))).toBe(false);
});

test('a second host on the same folder is refused while the first one lives', async () => {
  await using folder = await preparedFolder();
  await using _first = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
  const refused = startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
  await expect(refused).rejects.toMatchObject({
    code: 'STORAGE_DATA_IN_USE',
    message: expect.stringContaining(String(process.pid)),
  });
});

test('the server of a host that was killed is adopted, and stops with its new host', async () => {
  await using folder = await preparedFolder();
  const first = await holder(folder.path);
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(isAlive(first.pid)).toBe(true);
  {
    await using second = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
    expect(second).toMatchObject({ how: 'adopted', pid: first.pid });
    expect(await ask(second.url, 'SELECT n FROM kept')).toBe(7);
  }
  expect(isAlive(first.pid)).toBe(false);
});

test('a server left behind that does not answer is stopped, and a new one takes its place', async () => {
  await using folder = await preparedFolder();
  const first = await holder(folder.path);
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
  // It refuses everybody: its password is not the one in the file any more.
  await ask(first.url, "ALTER ROLE backplane PASSWORD 'another'");
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const warned: string[] = [];
  const start = startEmbeddedPostgres({
    dataDir: folder.path,
    log: { ...silentLog, warn: (message) => warned.push(message) },
  });
  await using second = await start;
  expect(second.how).toBe('started');
  expect(warned.join()).toContain('left behind');
  expect(isAlive(first.pid)).toBe(false);
});

test('a stale process file, whose number went to another program, does not confuse it', async () => {
  await using folder = await preparedFolder();
  await writeFile(join(folder.path, 'host.lock'), JSON.stringify({ pid: process.ppid, identity: 'long ago' }));
  await writeFile(
    join(folder.path, 'postgres', 'postmaster.pid'),
    `${2 ** 22 - 3}\n${folder.path}\n0\n5432\n\n\n\nready\n`,
  );
  await using server = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
  expect(server.how).toBe('started');
});

test('a data folder with a path too long for a socket works all the same', async () => {
  await using folder = await temporaryFolder();
  const deep = join(folder.path, 'a-rather-long-folder-name/'.repeat(5));
  await using server = await startEmbeddedPostgres({ dataDir: deep, log: silentLog });
  expect(await ask(server.url, 'SELECT 1')).toBe(1);
});

test('data of another version of Postgres is left alone', async () => {
  await using folder = await preparedFolder();
  await writeFile(join(folder.path, 'postgres', 'PG_VERSION'), '9\n');
  await expect(startEmbeddedPostgres({ dataDir: folder.path, log: silentLog })).rejects.toMatchObject({
    code: 'STORAGE_DATA_VERSION',
    message: expect.stringMatching(/Postgres 9, .* Postgres \d+\.$/),
  });
});

test('a server that cannot start says why', async () => {
  await using folder = await preparedFolder();
  await rm(join(folder.path, 'postgres', 'global', 'pg_control'));
  await expect(startEmbeddedPostgres({ dataDir: folder.path, log: silentLog })).rejects.toMatchObject({
    code: 'STORAGE_START_FAILED',
    message: expect.stringContaining('pg_control'),
  });
  expect(existsSync(join(folder.path, 'host.lock'))).toBe(false);
});

test('an unknown platform is told to use DATABASE_URL', async () => {
  await expect(postgresBinaries('plan9-mips')).rejects.toMatchObject({
    code: 'STORAGE_BINARIES_MISSING',
    facts: { remedy: expect.stringContaining('DATABASE_URL') },
  });
});

test('library links that an install without scripts has left out are made', async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, 'native');
  await mkdir(join(root, 'lib'), { recursive: true });
  await writeFile(join(root, 'lib', 'libx.so.1.2'), 'library');
  const links = ['native/lib/libx.so', 'native/lib/libx.so.1'].map((target) => ({
    source: 'native/lib/libx.so.1.2',
    target,
  }));
  await writeFile(join(root, 'pg-symlinks.json'), JSON.stringify(links));
  await symlink('libx.so.1.2', join(root, 'lib', 'libx.so'));
  await restoreLibraryLinks(root);
  expect(await readFile(join(root, 'lib', 'libx.so.1'), 'utf8')).toBe('library');
});

test.runIf(isRoot)(
  'as root without namespaces, another user runs a copy that it can reach, with the data beside it',
  async () => {
    await using folder = await temporaryFolder();
    await using shared = await temporaryFolder();
    await chmod(shared.path, 0o755);
    const options = {
      dataDir: folder.path,
      log: silentLog,
      namespacesWork: async () => false,
      sharedFolder: shared.path,
    };
    let served: number;
    {
      await using server = await startEmbeddedPostgres(options);
      expect(await ask(server.url, 'SELECT 1')).toBe(1);
      served = statSync(`/proc/${server.pid}`).uid;
    }
    expect(served).toBeGreaterThan(0);
    await using again = await startEmbeddedPostgres(options);
    expect(again.how).toBe('started');
  },
);

test.runIf(isRoot)('as root where nobody else can run it, the error names DATABASE_URL', async () => {
  await using folder = await temporaryFolder();
  const blocked = join(folder.path, 'file');
  await writeFile(blocked, '');
  const options = {
    dataDir: folder.path,
    log: silentLog,
    namespacesWork: async () => false,
    sharedFolder: join(blocked, 'under'),
  };
  await expect(startEmbeddedPostgres(options)).rejects.toMatchObject({
    code: 'STORAGE_ROOT_REFUSED',
    facts: { remedy: expect.stringContaining('DATABASE_URL') },
  });
});
