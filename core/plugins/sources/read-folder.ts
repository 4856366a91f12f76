import { createHash, hash } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readlink, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { raise } from '../../errors/catalogue.ts';
import { inBatches } from '../store/in-batches.ts';
import { PACKAGE_LIMITS } from '../store/package-limits.ts';
import { createPathChecker } from '../store/path-checker.ts';
import { listIntegrity, type TreeFile, treeFiles } from '../store/tree-integrity.ts';
import { outsidePlugin } from './folder-files.ts';

export interface FolderReading {
  /** For messages. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Where the files are written as they are read; an empty folder. */
  readonly copyTo?: string;
}

/** Files open side by side, and the size up to which one is read in a piece. */
const AT_ONCE = 32;
const WHOLE_BYTES = 1024 * 1024;

/**
 * Reads everything that is part of the plugin in a folder that others may be writing to; gives the `sha512-…` of exactly what was read.
 * Throws PLUGIN_SOURCE_NOT_FOUND, PLUGIN_FOLDER_UNREADABLE, PLUGIN_FOLDER_UNSETTLED when files change or go meanwhile,
 * PLUGIN_FILE_REFUSED for links, PLUGIN_TOO_LARGE.
 */
export async function readFolder(folder: string, reading: FolderReading): Promise<string> {
  try {
    const root = await realpath(folder);
    const files = await limitedFiles(root, reading.what);
    const read = await inBatches(files, AT_ONCE, (file) => readOne(root, file, reading));
    return listIntegrity(read);
  } catch (thrown) {
    throw folderFailure(folder, thrown);
  }
}

/** What the system says of a folder, as a coded error; everything else as it is. */
export function folderFailure(folder: string, thrown: unknown): unknown {
  const { code = '', syscall, path = folder } = thrown as NodeJS.ErrnoException;
  if (syscall === undefined) return thrown;
  const cause = { cause: thrown };
  if (code === 'EACCES' || code === 'EPERM') return raise.PLUGIN_FOLDER_UNREADABLE({ folder, path, code }, cause);
  if (path !== folder) return raise.PLUGIN_FOLDER_UNSETTLED({ folder, path }, cause);
  const where = code === 'ENOENT' ? `the folder ${folder} does not exist` : `${folder} is not a folder (${code})`;
  return raise.PLUGIN_SOURCE_NOT_FOUND({ wish: `folder:${folder}`, where }, cause);
}

/** The limits come before anything is read: a folder may be far larger than a plugin. */
async function limitedFiles(root: string, what: string): Promise<readonly TreeFile[]> {
  const checker = createPathChecker(what, PACKAGE_LIMITS);
  const files = await treeFiles(root, what, await outsidePlugin(root));
  for (const { path, bytes } of files) {
    checker.take(path, 'file');
    checker.count(bytes, bytes);
  }
  return files;
}

interface ReadFile {
  readonly path: string;
  readonly executable: boolean;
  /** Hexadecimal sha512 of the content. */
  readonly digest: string;
}

async function readOne(root: string, { path, bytes }: TreeFile, reading: FolderReading): Promise<ReadFile> {
  const { signal, what, copyTo } = reading;
  signal.throwIfAborted();
  const file = join(root, path);
  await using handle = await openItself(file, path, what);
  const { mode, size } = await handle.stat();
  if (size !== bytes) throw raise.PLUGIN_FOLDER_UNSETTLED({ folder: root, path: file });
  const executable = (mode & 0o111) !== 0;
  const target = copyTo === undefined ? undefined : join(copyTo, path);
  if (target !== undefined) await mkdir(dirname(target), { recursive: true });
  const write = { flags: 'wx', flag: 'wx', mode: executable ? 0o755 : 0o644 } as const;
  if (size <= WHOLE_BYTES) {
    const content = await readExactly(handle, size);
    if (content === undefined) throw raise.PLUGIN_FOLDER_UNSETTLED({ folder: root, path: file });
    if (target !== undefined) await writeFile(target, content, write);
    return { path, executable, digest: hash('sha512', content, 'hex') };
  }
  const digest = createHash('sha512');
  let read = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      read += chunk.length;
      if (read > size) break;
      digest.update(chunk);
      if (target !== undefined) yield chunk;
    }
    if (read !== size) throw raise.PLUGIN_FOLDER_UNSETTLED({ folder: root, path: file });
  };
  const chunks = handle.createReadStream({ autoClose: false });
  if (target === undefined) await pipeline(chunks, counted, drained, { signal });
  else await pipeline(chunks, counted, createWriteStream(target, write), { signal });
  return { path, executable, digest: digest.digest('hex') };
}

async function drained(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks);
}

/** Undefined: the file has another length by now. */
async function readExactly(handle: FileHandle, size: number): Promise<Buffer | undefined> {
  // One byte more shows a file that has grown.
  const content = Buffer.allocUnsafe(size + 1);
  let read = 0;
  while (read <= size) {
    const { bytesRead } = await handle.read(content, read, size + 1 - read, read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return read === size ? content.subarray(0, size) : undefined;
}

/**
 * Opens the file that stands at this path and no other: neither it nor a folder above it may have become a link since it was listed.
 * Without that, whoever may write in the folder could have the host copy files that only the host may read.
 */
async function openItself(file: string, path: string, what: string): Promise<FileHandle> {
  const refused = (problem: string) => raise.PLUGIN_FILE_REFUSED({ what, path, problem });
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? refused('is a link') : error;
  }
  try {
    if (!(await handle.stat()).isFile()) throw refused('is neither a file nor a folder');
    if ((await openedPath(handle, file)) !== file) throw refused('is reached through a link');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Linux says where an open file stands; elsewhere the path is asked once more. */
async function openedPath({ fd }: FileHandle, file: string): Promise<string> {
  if (process.platform === 'linux') return readlink(`/proc/self/fd/${fd}`);
  return realpath(file);
}
