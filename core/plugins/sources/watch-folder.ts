import { statSync, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

export interface WatchTiming {
  /** Quiet time after the last change before it is told; default 200 ms. */
  readonly quietMs?: number;
  /** A folder that is never quiet is told this often all the same; default 2 s. */
  readonly longestMs?: number;
  /** Looks this often besides being told by the system, which forgets some disks and folders that come and go; default 3 s. */
  readonly pollMs?: number;
}

const EDITOR_FILE =
  /^(?:.*~|\..*\.sw[a-z]|4913|\.?#.*|___jb_(?:tmp|old)___|.*___jb_(?:tmp|old)___|\.DS_Store|sed[A-Za-z0-9]{6})$/;

/** Files that editors put beside those that are edited, for a moment or for good. */
export function isEditorFile(name: string): boolean {
  return EDITOR_FILE.test(name);
}

/** Of installed packages the lock file tells when they change. */
const isIgnored = (path: string) =>
  path.split(sep).some((name) => name === 'node_modules' || name === '.git' || isEditorFile(name));

/**
 * Calls `changed` once the folder is quiet again after a change, also when the folder itself goes, comes or is exchanged. Never throws:
 * what cannot be watched is looked at again and again.
 */
export function watchFolder(folder: string, changed: () => void, timing: WatchTiming = {}): Disposable {
  const { quietMs = 200, longestMs = 2_000, pollMs = 3_000 } = timing;
  let quiet: NodeJS.Timeout | undefined;
  let since: number | undefined;
  let ended = false;
  const tell = async () => {
    since = undefined;
    system.renew();
    // Else the next look would find, and tell again, what the system has told.
    await polling.look();
    if (!ended) changed();
  };
  const noticed = () => {
    if (ended) return;
    clearTimeout(quiet);
    since ??= performance.now();
    quiet = setTimeout(tell, Math.max(0, Math.min(quietMs, since + longestMs - performance.now())));
    quiet.unref();
  };
  const system = watchBySystem(folder, noticed);
  const polling = pollFolder(folder, noticed, pollMs);
  return {
    [Symbol.dispose]() {
      ended = true;
      clearTimeout(quiet);
      system.stop();
      polling[Symbol.dispose]();
    },
  };
}

/** What the system tells of the folder that stands at this path now; `renew` looks whether it still is the same one. */
function watchBySystem(folder: string, noticed: () => void) {
  let stop = () => {};
  let watched: string | undefined;
  const start = () => {
    watched = identity(folder);
    if (watched === undefined) return;
    try {
      const watcher = watch(folder, { recursive: true, persistent: false, ignore: isIgnored }, noticed);
      // It is looked at all the same; the next change that is seen tries this way again.
      watcher.on('error', () => {
        watcher.close();
        watched = undefined;
        noticed();
      });
      stop = () => watcher.close();
    } catch {
      watched = undefined;
    }
  };
  start();
  return {
    renew() {
      if (watched !== undefined && watched === identity(folder)) return;
      stop();
      start();
    },
    stop: () => stop(),
  };
}

function identity(folder: string): string | undefined {
  try {
    const { dev, ino } = statSync(folder);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

function pollFolder(folder: string, noticed: () => void, everyMs: number) {
  let before: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async () => {
    before = `${identity(folder)}\n${await shape(folder)}`;
  };
  const lookAgain = async () => {
    const known = before;
    await look();
    if (known !== undefined && known !== before) noticed();
    if (ended) return;
    timer = setTimeout(lookAgain, everyMs);
    timer.unref();
  };
  void lookAgain();
  return {
    /** Takes what is there as known. */
    look,
    [Symbol.dispose]() {
      ended = true;
      clearTimeout(timer);
    },
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
