import { randomFillSync } from 'node:crypto';

export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const PARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Of a `traceparent` (W3C Trace Context); undefined for one that is to be passed over. */
export function readTraceParent(header: string | undefined): TraceParent | undefined {
  if (header === undefined) return undefined;
  const [, version, traceId, spanId, flags, rest] = PARENT.exec(header) ?? [];
  // Only versions to come may say more.
  if (traceId === undefined || spanId === undefined || (version === '00' && rest !== undefined)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

export function writeTraceParent({ traceId, spanId, isSampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

const pool = Buffer.alloc(4096);
let at = pool.length;

/** So many random bytes in hexadecimal; of a pool, since asking for a few at a time is slow. */
export function randomId(bytes: 8 | 16): string {
  if (at + bytes > pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  at += bytes;
  const id = pool.toString('hex', at - bytes, at);
  return /^0+$/.test(id) ? randomId(bytes) : id;
}

/** The same answer for a trace wherever it is asked: by the random end of its id. */
export function isChosen(traceId: string, share: number): boolean {
  return share >= 1 || Number.parseInt(traceId.slice(20), 16) < share * 2 ** 48;
}
