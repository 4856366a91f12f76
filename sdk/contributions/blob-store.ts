import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { ByteStream, Opened, Opens } from './context.ts';

export interface BlobFacts {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType?: string;
  /** Of the stored bytes; changes with them. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** Keys are up to 512 characters of `A-Z a-z 0-9 / . _ -`; the host hands out no others. */
export interface BlobBucket extends Opened {
  /** Whole or not at all: whoever reads meanwhile gets the bytes before. `size` is the exact length where it is known. */
  put(
    key: string,
    content: ByteStream,
    options: { readonly size?: number; readonly contentType?: string; readonly signal: AbortSignal },
  ): Promise<BlobFacts>;
  /** Undefined when there is none. `range` counts bytes, both ends included. */
  get(
    key: string,
    options: { readonly range?: readonly [from: number, to: number]; readonly signal: AbortSignal },
  ): Promise<{ readonly facts: BlobFacts; readonly content: ByteStream } | undefined>;
  head(key: string, signal: AbortSignal): Promise<BlobFacts | undefined>;
  /** Resolves whether or not it was there. */
  remove(key: string, signal: AbortSignal): Promise<void>;
  /** Sorted by key. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<BlobFacts>;
  /** An address that works for so long without further credentials. */
  link?(key: string, options: { readonly method: 'GET' | 'PUT'; readonly expiresInMs: number }): Promise<string>;
}

export interface BlobStoreSpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, BlobBucket> {}

export type BlobStore = BlobStoreSpec<any, any> & Tagged<'blob-store'>;

/** Declares where large values are kept: S3, Azure, a folder … */
export function defineBlobStore<C extends AnySchema, const U extends ContextPort = never>(
  spec: BlobStoreSpec<C, U>,
): BlobStoreSpec<C, U> & Tagged<'blob-store'> {
  return tag('blob-store', spec);
}
