import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import { embeddedDatabase, temporaryFolder } from '../test-database.fixture.ts';
import { openBlobFolder } from './open-blob-folder.ts';

let database: Database;
let root: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [database, root] = await Promise.all([embeddedDatabase(), temporaryFolder()]);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await root[Symbol.asyncDispose]();
});

test('hosts that start at once agree on one folder, and a later one finds what they stored', async () => {
  const open = () => openBlobFolder(join(root.path, 'shared'), database.dataSource);
  const [first, second] = await Promise.all([open(), open()]);
  const hash = await first.put('large');
  expect(await second.has(hash)).toBe(true);
  expect(await (await open()).has(hash)).toBe(true);
});

test('a host that looks in another folder does not start, and is told which one it needs', async () => {
  const rows: readonly { readonly value: string }[] = await database.dataSource.query('SELECT value FROM host_fact');
  const elsewhere = join(root.path, 'elsewhere');
  const open = () => openBlobFolder(elsewhere, database.dataSource);
  await expect(open()).rejects.toMatchObject({
    code: 'STORAGE_BLOBS_ELSEWHERE',
    message: expect.stringContaining(rows[0]!.value),
  });
  await mkdir(elsewhere, { recursive: true });
  await rename(join(root.path, 'shared', rows[0]!.value), join(elsewhere, rows[0]!.value));
  expect(await Array.fromAsync((await open()).list())).toHaveLength(1);
});

test('a folder that cannot be made is said to be unusable', async () => {
  const file = join(root.path, 'file');
  await writeFile(file, '');
  await database.dataSource.query('DELETE FROM host_fact');
  await expect(openBlobFolder(join(file, 'blobs'), database.dataSource)).rejects.toMatchObject({
    code: 'STORAGE_BLOBS_UNAVAILABLE',
  });
});
