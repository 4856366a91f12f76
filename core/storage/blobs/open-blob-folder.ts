import { randomUUID } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import type { BlobStore } from './blob-store.ts';
import { createFolderBlobStore } from './folder-blob-store.ts';

const FACT = 'blob-store';
const MARKER = 'blob-store';

/**
 * The blobs of this database, in a sub-folder whose name the database keeps: several databases may share a folder, and a host
 * that looks in the wrong folder is told so before it misses anything. Throws STORAGE_BLOBS_ELSEWHERE, STORAGE_BLOBS_UNAVAILABLE.
 */
export async function openBlobFolder(folder: string, database: DataSource): Promise<BlobStore> {
  const known = await knownId(database);
  const id = known ?? (await claim(folder, database));
  const path = join(folder, id);
  if (!(await isMarked(path))) throw raise.STORAGE_BLOBS_ELSEWHERE({ folder, id, marker: join(path, MARKER) });
  return createFolderBlobStore(path);
}

/** The first host on a database makes its folder; of two at once one wins. */
async function claim(folder: string, database: DataSource): Promise<string> {
  const id = randomUUID();
  const path = join(folder, id);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await writeFile(
      join(path, MARKER),
      'Large values of Backplane runs. The database knows this folder by its name.\n',
    );
  } catch (cause) {
    throw raise.STORAGE_BLOBS_UNAVAILABLE({ cause: (cause as Error).message }, { cause });
  }
  await database.query('INSERT INTO host_fact (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [FACT, id]);
  return (await knownId(database))!;
}

async function knownId(database: DataSource): Promise<string | undefined> {
  const rows: readonly { readonly value: string }[] = await database.query(
    'SELECT value FROM host_fact WHERE name = $1',
    [FACT],
  );
  return rows[0]?.value;
}

async function isMarked(path: string): Promise<boolean> {
  try {
    await access(join(path, MARKER));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw raise.STORAGE_BLOBS_UNAVAILABLE({ cause: (error as Error).message }, { cause: error });
  }
}
