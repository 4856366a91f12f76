import { errors } from 'undici';
import { headerName, namedByConnection } from '../exchange/header-names.ts';
import { LENGTH, NO_VALUE } from '../exchange/header-syntax.ts';
import { latin1 } from '../exchange/latin1.ts';

/** Takes what an `Http1Answer` reads. */
export interface Http1Reader {
  /** The last head, never one of 1xx but 101. */
  head(head: Http1Head): void;
  piece(piece: Buffer): void;
  /** The answer is whole. `rest` came after it. */
  whole(trailers: Readonly<Record<string, string>> | undefined, rest: Buffer): void;
}

export interface Http1Head {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case and values in turn; without those of the connection, except with 101. */
  readonly raw: string[];
  /** Whether the connection may be used again, and for how many seconds the other end says it waits. */
  readonly isKept: boolean;
  readonly keptSeconds: number | undefined;
}

/** Longest head, or trailer section, as Node's own parser has it. */
const MAX_HEAD_BYTES = 16_384;
/** Longest line that says the size of a chunk; what stands after the size is of no use to anyone. */
const MAX_SIZE_LINE = 256;
/** Most heads are shorter, or come with a body that is. */
const USUAL_BYTES = 2_048;
const END_OF_HEAD = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\r\n]*))?$/;
const CHUNK_SIZE = /^[\dA-Fa-f]{1,12}$/;

/** `last`: everything was read, and `whole` is to be told yet. */
type Stage = 'head' | 'length' | 'size' | 'chunk' | 'chunkEnd' | 'trailers' | 'untilEnd' | 'last' | 'whole';

/**
 * Reads one answer of HTTP/1.1 from whatever pieces it comes in, and takes nothing that can be read in two ways (RFC 9112 §6.3, §11.2): two lengths, a length
 * beside chunks, another coding than chunks, folded lines, lines that end with half of CRLF. Throws HTTPParserError, HeadersOverflowError.
 */
export class Http1Answer {
  /** Holds everything up from the next event on. */
  isPaused = false;
  readonly #reader: Http1Reader;
  readonly #method: string;
  readonly #mayUpgrade: boolean;
  #stage: Stage = 'head';
  #rest: Buffer = NOTHING;
  /** Bytes that are missing of the body, or of the chunk. */
  #missing = 0;
  #trailers: Readonly<Record<string, string>> | undefined;

  constructor(reader: Http1Reader, method: string, mayUpgrade = false) {
    this.#reader = reader;
    this.#method = method;
    this.#mayUpgrade = mayUpgrade;
  }

  /** Whether its head was read. */
  get isBegun(): boolean {
    return this.#stage !== 'head';
  }

  /** Whether the end was read, though it may not have been told yet. */
  get isRead(): boolean {
    return this.#stage === 'last' || this.#stage === 'whole';
  }

  /** The next bytes; none: goes on where it was paused. Not to be called from within the reader, where reading goes on by itself. */
  take(bytes: Buffer = NOTHING): void {
    let rest = this.#rest.length === 0 ? bytes : bytes.length === 0 ? this.#rest : Buffer.concat([this.#rest, bytes]);
    this.#rest = NOTHING;
    while (rest.length > 0 && !this.isPaused && !this.isRead) {
      const before = rest;
      rest = this.#step(rest);
      if (rest === before) break;
    }
    if (this.#stage !== 'last' || this.isPaused) {
      this.#rest = rest;
      return;
    }
    this.#stage = 'whole';
    this.#reader.whole(this.#trailers, rest);
  }

  /** Nothing more comes. Whether the answer is whole by that. */
  close(): boolean {
    if (this.#stage === 'untilEnd' && this.#rest.length === 0) this.#stage = 'last';
    if (!this.isRead) return false;
    if (this.#stage === 'last') this.take();
    return true;
  }

  /** Takes one part from the front; the same bytes: it needs more of them. */
  #step(bytes: Buffer): Buffer {
    switch (this.#stage) {
      case 'head':
        return this.#head(bytes);
      case 'length':
        return this.#piece(bytes, 'last');
      case 'size':
        return this.#size(bytes);
      case 'chunk':
        return this.#piece(bytes, 'chunkEnd');
      case 'chunkEnd':
        if (bytes.length < 2) return bytes;
        if (bytes[0] !== 13 || bytes[1] !== 10) throw broken('a chunk is longer than its size');
        this.#stage = 'size';
        return bytes.subarray(2);
      case 'trailers':
        return this.#lastFields(bytes);
      case 'untilEnd':
        this.#reader.piece(bytes);
        return NOTHING;
      case 'last':
      case 'whole':
        return bytes;
    }
  }

  /** As much as is missing; once nothing is, the next stage begins. */
  #piece(bytes: Buffer, next: Stage): Buffer {
    const piece = bytes.length > this.#missing ? bytes.subarray(0, this.#missing) : bytes;
    this.#missing -= piece.length;
    if (this.#missing === 0) this.#stage = next;
    this.#reader.piece(piece);
    return bytes.subarray(piece.length);
  }

  #head(bytes: Buffer): Buffer {
    const text = headOf(bytes);
    if (text === undefined) return bytes;
    const rest = bytes.subarray(text.length + 4);
    const lineEnd = text.indexOf('\r\n');
    const { status, reason, isVersion11 } = statusLine(lineEnd < 0 ? text : text.slice(0, lineEnd));
    const fields = readFields(text, lineEnd < 0 ? text.length : lineEnd + 2, status === 101);
    if (status < 200 && status !== 101) return rest;
    if (status === 101 && !this.#mayUpgrade) throw broken('an upgrade that nobody asked for');
    this.#begin(status, reason, isVersion11, fields);
    return rest;
  }

  #begin(status: number, reason: string, isVersion11: boolean, fields: Fields): void {
    const { raw, length, codings, keptSeconds } = fields;
    if (codings !== undefined) {
      if (length >= 0) throw broken('a length beside a transfer coding');
      if (codings.toLowerCase() !== 'chunked' || !isVersion11) throw broken('an unknown transfer coding');
    }
    const hasNone = this.#method === 'HEAD' || status === 204 || status === 304 || status === 101;
    if (hasNone || (length === 0 && codings === undefined)) this.#stage = 'last';
    else if (codings !== undefined) this.#stage = 'size';
    else this.#stage = length > 0 ? 'length' : 'untilEnd';
    this.#missing = length;
    // A body that must not be there may follow all the same, and would be taken for the next answer.
    const isDoubtful = this.#method !== 'HEAD' && hasNone && (length > 0 || codings !== undefined);
    const isKept =
      this.#stage !== 'untilEnd' && status !== 101 && !isDoubtful && (isVersion11 ? !fields.closes : fields.keeps);
    this.#reader.head({ status, reason, raw, isKept, keptSeconds });
  }

  #size(bytes: Buffer): Buffer {
    const end = bytes.indexOf('\r\n');
    if (end > MAX_SIZE_LINE || (end < 0 && bytes.length > MAX_SIZE_LINE))
      throw broken('the size of a chunk is too long');
    if (end < 0) return bytes;
    const line = latin1(bytes, end);
    const semicolon = line.indexOf(';');
    const size = semicolon < 0 ? line : line.slice(0, semicolon);
    if (!CHUNK_SIZE.test(size) || NO_VALUE.test(line)) throw broken('the size of a chunk is not a number');
    this.#missing = Number.parseInt(size, 16);
    this.#stage = this.#missing === 0 ? 'trailers' : 'chunk';
    return bytes.subarray(end + 2);
  }

  #lastFields(bytes: Buffer): Buffer {
    if (bytes.length < 2) return bytes;
    if (bytes[0] === 13 && bytes[1] === 10) {
      this.#stage = 'last';
      return bytes.subarray(2);
    }
    const text = headOf(bytes);
    if (text === undefined) return bytes;
    const { raw } = readFields(text, 0, false);
    const trailers: Record<string, string> = {};
    for (let at = 0; at < raw.length; at += 2)
      if (raw[at] !== 'content-length') Object.defineProperty(trailers, raw[at]!, { value: raw[at + 1]!, ...OWN });
    this.#trailers = trailers;
    this.#stage = 'last';
    return bytes.subarray(text.length + 4);
  }
}

/** A name such as `__proto__` is a name like others. */
const OWN = { enumerable: true, configurable: true, writable: true };

/** What stands before the first empty line; undefined: it has not come yet. Searching text is cheaper than searching bytes. */
function headOf(bytes: Buffer): string | undefined {
  const start = latin1(bytes, Math.min(bytes.length, USUAL_BYTES));
  const end = start.indexOf(END_OF_HEAD);
  if (end >= 0) return start.slice(0, end);
  const all = bytes.length <= USUAL_BYTES ? -1 : bytes.indexOf(END_OF_HEAD);
  if (all > MAX_HEAD_BYTES || (all < 0 && bytes.length > MAX_HEAD_BYTES)) throw new errors.HeadersOverflowError();
  return all < 0 ? undefined : latin1(bytes, all);
}

interface StatusLine {
  readonly status: number;
  readonly reason: string;
  readonly isVersion11: boolean;
}

/** There are few of them. Bounded, since upstreams choose the words. */
const seenLines = new Map<string, StatusLine>();
const MOST_SEEN = 256;

function statusLine(text: string): StatusLine {
  const known = seenLines.get(text);
  if (known !== undefined) return known;
  const [, version, status, reason = ''] = STATUS_LINE.exec(text) ?? [];
  if (status === undefined) throw broken('the first line is not a status line');
  if (NO_VALUE.test(reason)) throw broken('the reason has characters that must not stand there');
  const line = { status: Number(status), reason, isVersion11: version === '1' };
  if (seenLines.size < MOST_SEEN && text.length <= 64) seenLines.set(text, line);
  return line;
}

interface Fields {
  readonly raw: string[];
  /** -1: not said. */
  readonly length: number;
  readonly codings: string | undefined;
  readonly closes: boolean;
  readonly keeps: boolean;
  readonly keptSeconds: number | undefined;
}

/** `isWhole`: those of the connection are wanted too. */
function readFields(text: string, from: number, isWhole: boolean): Fields {
  const raw: string[] = [];
  let length = -1;
  let codings: string | undefined;
  let connection = '';
  let keptSeconds: number | undefined;
  for (let at = from; at < text.length; ) {
    let end = text.indexOf('\r\n', at);
    if (end < 0) end = text.length;
    const colon = text.indexOf(':', at);
    const { lower, isToken, isOfConnection } = headerName(colon < 0 || colon > end ? '' : text.slice(at, colon));
    if (!isToken) throw broken('a line of the head is not a field');
    const value = valueBetween(text, colon + 1, end);
    if (NO_VALUE.test(value)) throw broken('a field has characters that must not stand there');
    at = end + 2;
    if (lower === 'content-length') {
      if (length >= 0 || !LENGTH.test(value)) throw broken('the length of the body is not one number');
      length = Number(value);
    } else if (isOfConnection) {
      if (lower === 'transfer-encoding') codings = codings === undefined ? value : `${codings}, ${value}`;
      else if (lower === 'connection') connection = connection === '' ? value : `${connection},${value}`;
      else if (lower === 'keep-alive') keptSeconds = secondsOf(value);
      if (!isWhole) continue;
    }
    raw.push(lower, value);
  }
  const isUsual = connection === '' || connection === 'keep-alive';
  const named = isUsual || isWhole ? undefined : namedByConnection(connection);
  return {
    raw: named === undefined ? raw : withoutNamed(raw, named),
    length,
    codings,
    closes: !isUsual && names(connection, 'close'),
    keeps: connection !== '' && (isUsual || names(connection, 'keep-alive')),
    keptSeconds,
  };
}

/** What `Connection` names belongs to it (RFC 9110 §7.6.1). */
function withoutNamed(raw: readonly string[], named: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) if (!named.has(raw[at]!)) kept.push(raw[at]!, raw[at + 1]!);
  return kept;
}

/** Whether `Connection` says so, by itself or among others. */
function names(connection: string, option: string): boolean {
  return connection.split(',').some((one) => one.trim().toLowerCase() === option);
}

/** Without the spaces and tabs around it. */
function valueBetween(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

function secondsOf(keepAlive: string): number | undefined {
  const said = /(?:^|[,;\s])timeout=(\d{1,6})/i.exec(keepAlive)?.[1];
  return said === undefined ? undefined : Number(said);
}

function broken(why: string): Error {
  return new errors.HTTPParserError(`the answer is not HTTP/1.1: ${why}`);
}
