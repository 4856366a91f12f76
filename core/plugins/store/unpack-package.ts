import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { BackplaneError } from '@backplane/sdk';
import { Parser, type ReadEntry } from 'tar';
import { raise } from '../../errors/catalogue.ts';
import { PACKAGE_LIMITS, type PackageLimits } from './package-limits.ts';
import { createPathChecker, type PathChecker } from './path-checker.ts';

export interface UnpackOptions {
  /** For messages: `tickets-1.4.2.tgz`. */
  readonly what: string;
  readonly limits?: PackageLimits;
  /** Given when several archives count as one package. */
  readonly checker?: PathChecker;
  /** Where in the package the files go, with forward slashes; for dependencies. */
  readonly below?: string;
  /** Only these files are written; all are checked. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Files up to this size are written in a piece. */
const WHOLE_BYTES = 1024 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Writes the files of a gzipped tar archive into `folder`, without their common top folder (`package/`). Rights are dropped except
 * "executable", times and owners too. Links, devices, odd or doubled names and whatever exceeds a limit end it; the caller throws the
 * folder away then. Throws PLUGIN_ARCHIVE_INVALID, PLUGIN_FILE_REFUSED, PLUGIN_TOO_LARGE.
 */
export async function unpackPackage(archive: Buffer, folder: string, options: UnpackOptions): Promise<void> {
  const { what, limits = PACKAGE_LIMITS } = options;
  if (archive.length > limits.archiveBytes)
    throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.archiveBytes} bytes in the archive` });
  if (!archive.subarray(0, 2).equals(GZIP))
    throw raise.PLUGIN_ARCHIVE_INVALID({ what, problem: 'it is not compressed with gzip' });
  const deadline = AbortSignal.timeout(limits.unpackMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  const reader = entryReader(folder, options);
  try {
    await pipeline(
      Readable.from([archive]),
      createGunzip({ chunkSize: 256 * 1024 }),
      guardRatio(archive.length, what, limits),
      reader.write,
      {
        signal,
      },
    );
    await reader.end();
  } catch (thrown) {
    await reader.abandon();
    // The parser may have been stopped by an entry; that says more than the broken pipe.
    const cause = reader.refusal() ?? thrown;
    if (isCoded(cause)) throw cause;
    options.signal?.throwIfAborted();
    if (deadline.aborted) throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.unpackMs} ms of unpacking` });
    throw raise.PLUGIN_ARCHIVE_INVALID({ what, problem: (cause as Error).message }, { cause });
  }
}

const isCoded = (thrown: unknown): thrown is BackplaneError =>
  /^PLUGIN_/.test((thrown as { readonly code?: string }).code ?? '');

/** Ends what unpacks to far more than it was. The first bytes must not be an archive again: the parser would unpack that, uncounted. */
function guardRatio(packed: number, what: string, limits: PackageLimits) {
  const most = Math.max(8 * 1024 * 1024, packed * limits.ratio);
  const withHeaders = Math.min(most, limits.totalBytes + limits.files * 2048);
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const chunk of chunks) {
      if (size === 0 && (chunk.subarray(0, 2).equals(GZIP) || chunk.readUInt32BE(0) === 0x28b52ffd))
        throw raise.PLUGIN_ARCHIVE_INVALID({ what, problem: 'it is compressed twice' });
      size += chunk.length;
      if (size > withHeaders)
        throw raise.PLUGIN_TOO_LARGE({ what, limit: `${withHeaders} bytes for an archive of its size` });
      yield chunk;
    }
    if (size === 0) throw raise.PLUGIN_ARCHIVE_INVALID({ what, problem: 'it is empty' });
  };
}

function entryReader(folder: string, options: UnpackOptions) {
  const { what, limits = PACKAGE_LIMITS, below, only } = options;
  const checker = options.checker ?? createPathChecker(what, limits);
  const writing: Promise<void>[] = [];
  const stop = new AbortController();
  let top: string | undefined;
  let refused: unknown;

  const parser = new Parser({
    strict: true,
    maxMetaEntrySize: 64 * 1024,
    onReadEntry: (entry) => attempt(entry, () => accept(entry)),
  });
  // Entry types the parser does not know are not handed out but dropped; nothing is dropped silently here.
  parser.on('ignoredEntry', (entry: ReadEntry) =>
    attempt(entry, () => {
      throw raise.PLUGIN_FILE_REFUSED({ what, path: String(entry.path), problem: 'is of a kind that is not known' });
    }),
  );
  // The parser collects what stands behind the end of the archive; padding is counted by then, and nothing else belongs there.
  let atEnd = false;
  parser.on('eof', () => {
    atEnd = true;
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  ended.catch(() => {});

  function attempt(entry: ReadEntry, work: () => void): void {
    try {
      if (refused === undefined) work();
    } catch (thrown) {
      refused = thrown;
    }
    if (refused !== undefined) entry.resume();
  }

  function accept(entry: ReadEntry): void {
    const refuse = (problem: string) => raise.PLUGIN_FILE_REFUSED({ what, path: entry.path, problem });
    if (entry.type === 'SymbolicLink' || entry.type === 'Link') throw refuse('is a link');
    const isFolder = entry.type === 'Directory';
    if (!isFolder && entry.type !== 'File' && entry.type !== 'OldFile') throw refuse('is neither a file nor a folder');
    const path = isFolder ? entry.path.replace(/\/+$/, '') : entry.path;
    const [first, ...rest] = path.split('/');
    const inside = rest.join('/');
    if (path.startsWith('/') || first === '..' || first === '.' || (rest.length === 0 && !isFolder))
      throw refuse('is not inside the top folder');
    top ??= first;
    if (first !== top) throw refuse(`is not inside the top folder ${JSON.stringify(top)}`);
    if (inside === '') return void entry.resume();
    const target = below === undefined ? inside : `${below}/${inside}`;
    checker.take(target, isFolder ? 'folder' : 'file');
    checker.count(entry.size, entry.size);
    if (isFolder || (only !== undefined && !only.includes(inside))) return void entry.resume();
    const writes = write(entry, join(folder, target), stop.signal);
    writes.catch(() => {});
    writing.push(writes);
  }

  return {
    refusal: () => refused,
    async write(chunks: AsyncIterable<Buffer>): Promise<void> {
      for await (const chunk of chunks) {
        if (atEnd) continue;
        if (!parser.write(chunk)) await Promise.race([new Promise((resolve) => parser.once('drain', resolve)), ended]);
        if (refused !== undefined) throw refused;
      }
    },
    async end(): Promise<void> {
      parser.end();
      await ended;
      await Promise.all(writing);
      if (refused !== undefined) throw refused;
    },
    /** Ends what is being written, so that the folder can be thrown away. */
    async abandon(): Promise<void> {
      stop.abort();
      await Promise.allSettled(writing);
    },
  };
}

async function write(entry: ReadEntry, file: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const mode = ((entry.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755;
  // `wx`: whatever slipped through the checks meets a file that exists, and ends.
  if (entry.size <= WHOLE_BYTES) {
    // What is left of an archive that broke off never comes.
    const stopped = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => stopped.reject(signal.reason));
    return writeFile(file, await Promise.race([entry.concat(), stopped.promise]), { flag: 'wx', mode, signal });
  }
  await pipeline(entry as unknown as NodeJS.ReadableStream, createWriteStream(file, { flags: 'wx', mode }), { signal });
}
