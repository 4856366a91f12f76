import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkServer } from './check-server.ts';
import { openDatabase } from './open-database.ts';
import { silentLog } from './silent-log.fixture.ts';
import { embeddedDatabase, temporaryFolder } from './test-database.fixture.ts';

const open = (url: string) => openDatabase({ url, dataDir: '/nowhere', log: silentLog });

test('a database that exists is prepared, and found prepared the next time', async () => {
  await using server = await embeddedDatabase();
  await using database = await open(server.url);
  expect(database.embedded).toBe(false);
  await database.ping();
  await using again = await open(server.url);
  const tables: { n: string }[] = await again.dataSource.query(
    "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'",
  );
  expect(Number(tables[0]!.n)).toBeGreaterThan(5);
});

test('two hosts that prepare a new database at once do not trip over each other', async () => {
  await using server = await embeddedDatabase();
  await server.dataSource.query('CREATE DATABASE fresh');
  const url = server.url.replace('/postgres?', '/fresh?');
  const both = await Promise.all([open(url), open(url)]);
  for (const database of both) await database[Symbol.asyncDispose]();
});

test('each way in which a server cannot be used has its own error, without the password', async () => {
  await using server = await embeddedDatabase();
  const { url } = server;
  await server.dataSource.query("CREATE ROLE weak LOGIN PASSWORD 'weak'");
  await server.dataSource.query('CREATE DATABASE closed');
  await expect(open('mysql://localhost/x')).rejects.toMatchObject({ code: 'STORAGE_URL_INVALID' });
  await expect(open(url.replace(/:[0-9a-f]+@/, ':wrong-secret@'))).rejects.toMatchObject({
    code: 'STORAGE_PASSWORD_WRONG',
    message: expect.not.stringContaining('wrong-secret'),
  });
  await expect(open(url.replace('/postgres?', '/absent?'))).rejects.toMatchObject({ code: 'STORAGE_DATABASE_MISSING' });
  const weak = url.replace('/postgres?', '/closed?').replace(/backplane:[0-9a-f]+@/, 'weak:weak@');
  await expect(open(weak)).rejects.toMatchObject({
    code: 'STORAGE_RIGHTS_MISSING',
    message: expect.stringContaining('"weak"'),
  });
  await expect(checkServer(url, 99)).rejects.toMatchObject({ code: 'STORAGE_VERSION_TOO_OLD' });
});

test('nobody listening is told apart from somebody who does not speak Postgres', async () => {
  const server = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('hello\n'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(open(`postgresql://u:p@127.0.0.1:${port}/d`)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
  server.close();
  await once(server, 'close');
  await expect(open(`postgresql://u:p@127.0.0.1:${port}/d`)).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test('a database that a newer version prepared is left alone', async () => {
  await using server = await embeddedDatabase();
  await server.dataSource.query("INSERT INTO schema_migration (timestamp, name) VALUES (99, 'future0000000000099')");
  await expect(open(server.url)).rejects.toMatchObject({
    code: 'STORAGE_SCHEMA_NEWER',
    message: expect.stringContaining('future'),
  });
});

test('ping rejects with STORAGE_UNAVAILABLE when the database has gone', async () => {
  await using folder = await temporaryFolder();
  const database = await openDatabase({ dataDir: folder.path, log: silentLog });
  await database[Symbol.asyncDispose]();
  await expect(database.ping()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
});
