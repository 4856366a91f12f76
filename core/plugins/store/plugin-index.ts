import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { LockEntry } from '../lock/lock-entry.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import type { Fetched } from '../sources/plugin-source.ts';
import { checkArtifact } from './check-artifact.ts';
import type { PluginArtifact } from './plugin-artifact.ts';
import { PROCESS_MARK } from './process-mark.ts';

/**
 * What was found out once about versions of the store, so that a start need not look into each of them: their manifests, and what their
 * code said of itself when it was loaded. It can be deleted at any time.
 */
export interface PluginIndex {
  /** The files of a row of the lock that met these `rules` before. They are looked at again when their code is loaded. */
  find(locked: LockEntry, rules: string): Fetched | undefined;
  /** Keeps what a source gave under these `rules`; what it gives back notes more about it. */
  note(fetched: Fetched, rules: string): Fetched;
}

interface Row {
  readonly version: string;
  /** Relative to the store. */
  readonly folder: string;
  /** Of the tree. */
  readonly integrity: string;
  readonly manifest: Manifest;
  /** Of its receipt: another one means other files. */
  readonly mark: string;
  readonly rules: string;
  readonly described?: unknown;
}

const FILE = 'index.json';

/** `reader`: whatever changes what manifests and descriptions mean; an index of another reader is not used. */
export function openPluginIndex(store: string, reader: string): PluginIndex {
  const file = join(store, FILE);
  const rows = readRows(file, reader);
  let writing = false;

  const write = () => {
    if (writing) return;
    writing = true;
    setImmediate(() => {
      writing = false;
      writeRows(file, reader, rows);
    });
  };
  const recall = (key: string, { folder }: PluginArtifact, check?: () => Promise<void>): Fetched['recall'] => ({
    ...(check && { check }),
    ...(rows.get(key)?.described === undefined ? {} : { described: rows.get(key)!.described }),
    remember(described) {
      const row = rows.get(key);
      if (row === undefined || markOf(folder) !== row.mark) return;
      rows.set(key, { ...row, described });
      write();
    },
  });

  return {
    find(locked, rules) {
      const { id, integrity, capabilities: _, ...facts } = locked;
      const key = `${id} ${integrity}`;
      const row = rows.get(key);
      if (row === undefined || row.version !== locked.version || row.rules !== digestOf(rules)) return undefined;
      const folder = join(store, row.folder);
      if (markOf(folder) !== row.mark) return undefined;
      const artifact = { id, version: row.version, folder, manifest: row.manifest, integrity: row.integrity };
      const check = () => checkArtifact(artifact);
      return { artifact, entry: { ...facts, id, integrity }, recall: recall(key, artifact, check)! };
    },
    note(fetched, rules) {
      const { artifact, entry } = fetched;
      const mark = markOf(artifact.folder);
      const key = `${artifact.id} ${entry.integrity}`;
      const before = rows.get(key);
      if (mark === undefined) return fetched;
      if (before === undefined || before.mark !== mark || before.rules !== digestOf(rules)) {
        const { version, folder, integrity, manifest } = artifact;
        const same = before?.mark === mark ? before : undefined;
        const row = { version, folder: relative(store, folder), integrity, manifest, mark, rules: digestOf(rules) };
        rows.set(key, same?.described === undefined ? row : { ...row, described: same.described });
        write();
      }
      return { ...fetched, recall: recall(key, artifact)! };
    },
  };
}

function markOf(folder: string): string | undefined {
  const stat = statSync(join(dirname(folder), 'receipt.json'), { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

/** The same rules are asked about for every plugin of a source. */
let digested = { rules: '', digest: '' };

function digestOf(rules: string): string {
  if (digested.rules !== rules) digested = { rules, digest: hash('sha256', rules, 'base64') };
  return digested.digest;
}

function readRows(file: string, reader: string): Map<string, Row> {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as { reader?: unknown; rows?: Record<string, Row> };
    return new Map(read.reader === reader ? Object.entries(read.rows ?? {}) : []);
  } catch {
    // Absent or cut short: it is made anew.
    return new Map();
  }
}

/** Versions that are gone are left out. What cannot be written is found out again at the next start. */
function writeRows(file: string, reader: string, rows: ReadonlyMap<string, Row>): void {
  const kept = [...rows].filter(([, { folder, mark }]) => markOf(join(dirname(file), folder)) === mark);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const beside = `${file}.${PROCESS_MARK}`;
    writeFileSync(beside, JSON.stringify({ reader, rows: Object.fromEntries(kept) }));
    renameSync(beside, file);
  } catch {}
}
