/** Small durable state of a plugin, per workspace. Keys up to 512 characters, values JSON up to 256 KB. */
export interface KeyValue {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options?: { readonly ttlMs?: number }): Promise<void>;
  /** Stores and returns true only when the key was absent or expired; atomic, so of two callers one wins. */
  setIfAbsent(key: string, value: unknown, options?: { readonly ttlMs?: number }): Promise<boolean>;
  delete(key: string): Promise<void>;
}
