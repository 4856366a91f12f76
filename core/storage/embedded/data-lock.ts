import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { isAlive, processIdentity } from './process-identity.ts';

interface Holder {
  readonly pid: number;
  readonly identity: string;
}

/** Makes this process the only host on the data folder. A lock whose process has ended is taken over. Throws STORAGE_DATA_IN_USE. */
export async function lockDataFolder(dataDir: string): Promise<AsyncDisposable> {
  const file = join(dataDir, 'host.lock');
  const own = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) } satisfies Holder);
  for (;;) {
    if (await writeNew(file, own)) return { [Symbol.asyncDispose]: () => release(file, own) };
    const text = await readFile(file, 'utf8').catch(() => '');
    const holder = parseHolder(text);
    if (holder !== undefined && stillRuns(holder))
      throw raise.STORAGE_DATA_IN_USE({ folder: dataDir, pid: holder.pid });
    await rm(file, { force: true });
  }
}

/** Written beside and then linked, so that nobody ever reads half a lock. */
async function writeNew(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function release(file: string, own: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => '')) === own) await rm(file, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, identity } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && pid > 0 ? { pid, identity } : undefined;
  } catch {
    // Not written by us: nobody holds it.
    return undefined;
  }
}

function stillRuns({ pid, identity }: Holder): boolean {
  return isAlive(pid) && processIdentity(pid) === identity;
}
