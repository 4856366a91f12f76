import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { raise } from '../errors/catalogue.ts';

/** 16 bytes that sign, 16 bytes that encrypt. */
export type FernetKey = Uint8Array;

const KEY_BYTES = 32;
const VERSION = 0x80;
const CIPHER = 'aes-128-cbc';
/** Version, seconds, IV; at least one block; the signature. */
const HEAD_BYTES = 1 + 8 + 16;
const BLOCK_BYTES = 16;
const SIGNATURE_BYTES = 32;
/** Clocks of several machines may differ by so much. */
const MAX_SKEW_SECONDS = 60;

/** A key as text: 32 bytes in Base64, URL-safe or not. Undefined for anything else. */
export function readFernetKey(text: string): FernetKey | undefined {
  const plain = text.trim();
  if (!/^[A-Za-z0-9_+/-]{43}=?$/.test(plain)) return undefined;
  const bytes = Buffer.from(plain, 'base64url');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

/** A new key, as text that {@link readFernetKey} reads. */
export function newFernetKey(): string {
  return urlSafe(randomBytes(KEY_BYTES));
}

/** `seconds` since 1970 and `iv` are for tests alone. */
export interface FernetMoment {
  readonly seconds?: number;
  readonly iv?: Uint8Array;
}

/** A Fernet token (version 0x80): encrypted, signed, and with the second in which it was made. */
export function fernetEncrypt(key: FernetKey, content: Uint8Array, moment: FernetMoment = {}): string {
  const { seconds = Math.floor(Date.now() / 1000), iv = randomBytes(16) } = moment;
  const cipher = createCipheriv(CIPHER, key.subarray(16), iv);
  const head = Buffer.alloc(9);
  head.writeUInt8(VERSION, 0);
  head.writeBigUInt64BE(BigInt(seconds), 1);
  const body = Buffer.concat([head, iv, cipher.update(content), cipher.final()]);
  return urlSafe(Buffer.concat([body, sign(key, body)]));
}

export interface FernetChecks {
  /** Older tokens are refused; absent: of any age. */
  readonly ttlSeconds?: number;
  /** Epoch seconds; default: now. */
  readonly now?: number;
}

/** What a token of any of the keys holds. Throws SECRETS_TOKEN_INVALID, which says nothing of the content. */
export function fernetDecrypt(keys: readonly FernetKey[], token: string, checks: FernetChecks = {}): Buffer {
  const bytes = decode(token);
  const body = bytes.subarray(0, -SIGNATURE_BYTES);
  const signature = bytes.subarray(-SIGNATURE_BYTES);
  const key = keys.find((one) => timingSafeEqual(sign(one, body), signature));
  if (key === undefined) throw invalid('none of the keys has signed it');
  const { ttlSeconds, now = Math.floor(Date.now() / 1000) } = checks;
  if (ttlSeconds !== undefined) {
    const made = Number(body.readBigUInt64BE(1));
    if (made + ttlSeconds < now) throw invalid('it is too old');
    if (made > now + MAX_SKEW_SECONDS) throw invalid('it was made in the future');
  }
  const decipher = createDecipheriv(CIPHER, key.subarray(16), body.subarray(9, HEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(HEAD_BYTES)), decipher.final()]);
  } catch {
    throw invalid('its padding is wrong');
  }
}

function decode(token: string): Buffer {
  const bytes = Buffer.from(token, 'base64url');
  // Node skips what is not Base64: a token is what comes out the same.
  if (urlSafe(bytes) !== token) throw invalid('it is not URL-safe Base64');
  const encrypted = bytes.length - HEAD_BYTES - SIGNATURE_BYTES;
  if (encrypted < BLOCK_BYTES || encrypted % BLOCK_BYTES !== 0) throw invalid('its length is wrong');
  if (bytes[0] !== VERSION) throw invalid('its version is not 0x80');
  return bytes;
}

function sign(key: FernetKey, body: Uint8Array): Buffer {
  return createHmac('sha256', key.subarray(0, 16)).update(body).digest();
}

function urlSafe(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function invalid(problem: string) {
  return raise.SECRETS_TOKEN_INVALID({ problem });
}
