import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tells command-line tools of this machine where the host of a data folder answers. Gone when disposed. */
export function noteHost(dataDir: string, url: string): Disposable {
  const file = join(dataDir, 'host.json');
  writeFileSync(file, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Where a host of this data folder says that it answers; it may have ended without a word since. */
export function notedHost(dataDir: string): { readonly url: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'host.json'), 'utf8')) as { url: string };
  } catch {
    return undefined;
  }
}
