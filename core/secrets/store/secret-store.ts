import type { KeyValues, SecretType } from '../material/secret-facts.ts';
import type { SecretPlace, SecretRef } from '../secret-place.ts';
import type { SecretEntry, SecretVersion } from './secret-entry.ts';

export interface NewSecret extends SecretRef {
  readonly type: SecretType;
  readonly description?: string;
  readonly values: KeyValues;
  /** Who does it, for people. */
  readonly by: string;
}

export interface SecretChange {
  /** All keys there will be. */
  readonly values?: KeyValues;
  /** Single keys; null takes one away. */
  readonly patch?: Readonly<Record<string, string | null>>;
  readonly description?: string;
  readonly by: string;
  /** Guards against overwriting another's change: SECRET_CHANGED. */
  readonly expectedVersion?: number;
}

export interface SecretPage {
  readonly limit: number;
  readonly cursor?: string;
  readonly environment?: string;
}

/** The secrets of workspaces and organisations. Every new set of values is a version of its own; the last ten are kept. */
export interface SecretStore {
  /** Throws SECRET_EXISTS, SECRET_INVALID, SECRETS_KEY_MISMATCH. */
  create(secret: NewSecret): Promise<SecretEntry>;
  /** Throws SECRET_NOT_FOUND, as do all below. */
  get(ref: SecretRef): Promise<SecretEntry>;
  list(place: SecretPlace, page: SecretPage): Promise<{ items: readonly SecretEntry[]; nextCursor?: string }>;
  /** Throws SECRET_INVALID, SECRET_CHANGED. */
  change(ref: SecretRef, change: SecretChange): Promise<SecretEntry>;
  delete(ref: SecretRef): Promise<void>;
  /** Newest first. */
  versions(ref: SecretRef): Promise<readonly SecretVersion[]>;
  /** The values of an earlier version as a new one. Throws SECRET_VERSION_NOT_FOUND. */
  restore(ref: SecretRef, version: number | 'previous', by: string): Promise<SecretEntry>;
}
