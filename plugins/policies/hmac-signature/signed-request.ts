/** What a request says of its signature, in either scheme. Times in epoch milliseconds. */
export interface SignedRequest {
  readonly keyId: string;
  readonly algorithm: string | undefined;
  /** What it covers, as the settings name it. */
  readonly components: readonly string[];
  /** Headers with a digest of the body that it covers. */
  readonly digests: readonly DigestHeader[];
  readonly created: number | undefined;
  readonly expires: number | undefined;
  readonly signature: Uint8Array;
  /** The text that was signed. */
  readonly base: string;
}

export type DigestHeader = 'content-digest' | 'digest';

export const isDigestHeader = (name: string): name is DigestHeader => name === 'content-digest' || name === 'digest';

/** The signature cannot be read, or does not cover what it must. The message is for the caller. */
export class SignatureRefused extends Error {}
