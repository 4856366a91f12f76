import { hash } from 'node:crypto';

export function blobHash(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** True for what may be the hash of a blob, and is safe in a path. */
export function isBlobHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
