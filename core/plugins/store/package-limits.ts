/** How much one package may bring, its dependencies counted with it. */
export interface PackageLimits {
  /** As downloaded. */
  readonly archiveBytes: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly files: number;
  /** Folders in folders. */
  readonly depth: number;
  /** UTF-8 bytes of a path. */
  readonly pathBytes: number;
  /** Unpacked over packed size; counts only beyond 8 MiB, since small texts pack very well. */
  readonly ratio: number;
  readonly unpackMs: number;
}

const MiB = 1024 * 1024;

export const PACKAGE_LIMITS: PackageLimits = {
  archiveBytes: 64 * MiB,
  fileBytes: 48 * MiB,
  totalBytes: 256 * MiB,
  files: 20_000,
  depth: 32,
  pathBytes: 400,
  ratio: 100,
  unpackMs: 30_000,
};
