import { stringifyJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

const LONGEST_KEY = 512;
const LARGEST_VALUE_BYTES = 262_144;

/** Throws STORAGE_KEY_INVALID. */
export function checkedKey(key: string): string {
  if (key === '' || key.length > LONGEST_KEY)
    throw raise.STORAGE_KEY_INVALID({ problem: `a key has 1 to ${LONGEST_KEY} characters, not ${key.length}` });
  if (key.includes('\0')) throw raise.STORAGE_KEY_INVALID({ problem: 'the key holds a NUL character' });
  return key;
}

/** An entry as every store keeps it: exact JSON, and milliseconds to live or null. Throws STORAGE_KEY_INVALID. */
export function checkedEntry(
  key: string,
  value: unknown,
  options: { readonly ttlMs?: number } = {},
): { readonly text: string; readonly ttlMs: number | null } {
  checkedKey(key);
  const { ttlMs = null } = options;
  if (ttlMs !== null && !(Number.isFinite(ttlMs) && ttlMs > 0))
    throw raise.STORAGE_KEY_INVALID({ problem: `ttlMs is ${ttlMs}` });
  const text = asJson(value);
  const size = Buffer.byteLength(text);
  if (size > LARGEST_VALUE_BYTES)
    throw raise.STORAGE_KEY_INVALID({
      problem: `the value has ${size} bytes, at most ${LARGEST_VALUE_BYTES} are kept`,
    });
  return { text, ttlMs };
}

function asJson(value: unknown): string {
  try {
    return stringifyJson(value);
  } catch (cause) {
    throw raise.STORAGE_KEY_INVALID({ problem: `the value is not JSON (${(cause as Error).message})` }, { cause });
  }
}
