import { hash } from 'node:crypto';
import type { PolicyRequest } from '@backplane/sdk';
import { type DigestHeader, SignatureRefused } from './signed-request.ts';

const ALGORITHMS: Readonly<Record<string, 'sha256' | 'sha512'>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };

/** Checks `Content-Digest` (RFC 9530) or the older `Digest` against the body. All digests of a known algorithm must fit. */
export function checkDigest({ headers }: PolicyRequest, name: DigestHeader, body: Uint8Array): void {
  const digests = headers.all(name).flatMap((line) => line.split(','));
  const pairs = digests.map((pair) => /^\s*([\w-]+)=:?([A-Za-z0-9+/]+={0,2}):?\s*$/.exec(pair));
  let known = 0;
  for (const pair of pairs) {
    const algorithm = ALGORITHMS[pair?.[1]?.toLowerCase() ?? ''];
    if (algorithm === undefined) continue;
    known += 1;
    if (hash(algorithm, body, 'base64') !== pair?.[2])
      throw new SignatureRefused('The digest is not that of the body.');
  }
  if (known === 0) throw new SignatureRefused('There is no digest of the body with sha-256 or sha-512.');
}
