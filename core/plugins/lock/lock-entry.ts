/** Where a plugin came from, exact enough to fetch the same bytes again. */
export type LockOrigin =
  | { readonly from: 'builtin' }
  | { readonly from: 'npm'; readonly name: string; readonly registry: string; readonly tarball: string }
  | { readonly from: 'folder'; readonly path: string }
  | {
      readonly from: 'git';
      readonly source: string;
      readonly url: string;
      readonly commit: string;
      readonly path: string;
    }
  | { readonly from: 'archive'; readonly file: string };

/** An answer that is missing is never taken for a yes. */
export interface Proof {
  readonly state: 'verified' | 'absent' | 'unchecked' | 'bad';
  /** Who signed, or which repository and workflow built it. */
  readonly by?: string;
}

/** One row of `plugins.lock`: what runs, and who let it. */
export interface LockEntry {
  readonly id: string;
  readonly version: string;
  /** The wish that it was found for: while config/plugins.yaml says the same, this row is what is meant. */
  readonly use?: string;
  readonly origin: LockOrigin;
  /** `sha512-…` of the downloaded archive for npm and archives, of the tree for folders and Git. */
  readonly integrity: string;
  readonly signature: Proof;
  readonly provenance: Proof;
  readonly capabilities: {
    /** `sha256-…` of the canonical capabilities without their reasons. */
    readonly digest: string;
    /** The same in words, one line each, so that what comes later can be compared: `network GET api.acme.test`. */
    readonly asked?: readonly string[];
    /** Absent: built in or trusted by name, or without capabilities. ISO time. */
    readonly approvedBy?: string;
    readonly approvedAt?: string;
  };
  /** `kind:name`, sorted. */
  readonly contributions: readonly string[];
}

/** `config/plugins.lock`. Keys and rows sorted, so that a change reads well in a diff. */
export interface PluginsLock {
  readonly lock: 1;
  /** Counts every change. Of two locks the one that counts further is the newer: so hosts on one database agree. */
  readonly serial: number;
  /** By id; several versions only while workflows pin the older ones. `current` is what floating workflows use. */
  readonly plugins: Readonly<Record<string, { readonly current: string; readonly versions: readonly LockEntry[] }>>;
  /** The row before, for one step back: id → entry. */
  readonly previous: Readonly<Record<string, LockEntry>>;
}
