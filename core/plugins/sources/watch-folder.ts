import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

export interface WatchTiming {
  /** Quiet time after the last change before it is told; default 200 ms. */
  readonly quietMs?: number;
  /** Looks this often instead of being told by the system: for disks over a network, and containers. */
  readonly pollMs?: number;
}

/** Where the system cannot watch: no more watches to give, or no folder yet. */
const FALLBACK_POLL_MS = 1_000;

const EDITOR_FILE =
  /^(?:.*~|\..*\.sw[a-z]|4913|\.?#.*|___jb_(?:tmp|old)___|.*___jb_(?:tmp|old)___|\.DS_Store|sed[A-Za-z0-9]{6})$/;

/** Files that editors put beside those that are edited, for a moment or for good. */
export function isEditorFile(name: string): boolean {
  return EDITOR_FILE.test(name);
}

const isIgnored = (path: string) =>
  path.split(sep).some((name) => name === 'node_modules' || name === '.git' || isEditorFile(name));

/** Calls `changed` once the folder is quiet again after a change. Never throws: what cannot be watched is looked at again and again. */
export function watchFolder(folder: string, changed: () => void, timing: WatchTiming = {}): AsyncDisposable {
  const { quietMs = 200, pollMs } = timing;
  let quiet: NodeJS.Timeout | undefined;
  let stop: () => void = () => {};
  let ended = false;
  const noticed = () => {
    if (ended) return;
    clearTimeout(quiet);
    quiet = setTimeout(changed, quietMs);
    quiet.unref();
  };
  const poll = (everyMs: number) => {
    if (!ended) stop = pollFolder(folder, noticed, everyMs);
  };
  if (pollMs !== undefined) poll(pollMs);
  else {
    try {
      const watcher = watch(folder, { recursive: true, persistent: false }, (_event, name) => {
        if (name === null || !isIgnored(name)) noticed();
      });
      watcher.on('error', () => {
        watcher.close();
        noticed();
        poll(FALLBACK_POLL_MS);
      });
      stop = () => watcher.close();
    } catch {
      poll(FALLBACK_POLL_MS);
    }
  }
  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(quiet);
      stop();
    },
  };
}

function pollFolder(folder: string, noticed: () => void, everyMs: number): () => void {
  let before: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async () => {
    const now = await shape(folder);
    if (before !== undefined && before !== now) noticed();
    before = now;
    if (ended) return;
    timer = setTimeout(look, everyMs);
    timer.unref();
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** Paths, sizes and times of all files that count; a folder that is not there has no shape. */
async function shape(folder: string, parent = ''): Promise<string> {
  const entries = await readdir(join(folder, parent), { withFileTypes: true }).catch(() => []);
  const parts = entries
    .map((entry) => ({ entry, path: join(parent, entry.name) }))
    .filter(({ path }) => !isIgnored(path))
    .map(async ({ entry, path }) => {
      if (entry.isDirectory()) return `${path}/\n${await shape(folder, path)}`;
      const found = await stat(join(folder, path)).catch(() => undefined);
      return `${path} ${found?.size} ${found?.mtimeMs}`;
    });
  return (await Promise.all(parts)).sort().join('\n');
}
