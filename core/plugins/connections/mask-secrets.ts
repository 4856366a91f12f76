const MASK = '***';

/** The text with every secret replaced. Longer ones first: one may be part of another. */
export function maskText(text: string, secrets: readonly string[]): string {
  return longestFirst(secrets).reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

/** Bytes with every secret replaced; the very bytes when there is none in them. */
export function maskBytes(bytes: Uint8Array, secrets: readonly string[]): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = longestFirst(secrets).filter((secret) => view.includes(secret));
  if (found.length === 0) return bytes;
  // Latin-1 keeps each byte as it is, whatever the body is.
  const latin = found.map((secret) => Buffer.from(secret).toString('latin1'));
  return Buffer.from(maskText(view.toString('latin1'), latin), 'latin1');
}

function longestFirst(secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret.length > 0).sort((left, right) => right.length - left.length);
}
