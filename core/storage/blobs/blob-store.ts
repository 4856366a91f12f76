/**
 * Large values by what they hold: the same bytes have the same hash and are kept once. Nothing here knows who refers to a blob;
 * whoever deletes must know that nobody does.
 */
export interface BlobStore {
  /** Durable when it resolves. Gives the SHA-256 of the content, 64 hex digits. Rejects with STORAGE_BLOBS_UNAVAILABLE. */
  put(content: string | Uint8Array): Promise<string>;
  /** Rejects with STORAGE_BLOB_MISSING, STORAGE_BLOB_CORRUPT or STORAGE_BLOBS_UNAVAILABLE. */
  get(hash: string): Promise<Uint8Array>;
  has(hash: string): Promise<boolean>;
  /**
   * Deletes the blob if nobody has put it for so long (milliseconds; 0: whatever its age), also when somebody puts it at this
   * very moment. True when it is gone because of this call.
   */
  delete(hash: string, unusedForMs: number): Promise<boolean>;
  /** The hashes of all that is kept, in no order. What comes or goes meanwhile may be missing. */
  list(): AsyncIterable<string>;
}
