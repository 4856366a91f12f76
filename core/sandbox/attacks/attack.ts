import type { ScriptLimits } from '@backplane/sdk';

/** One hostile script and every way in which it may end. */
export interface Attack {
  readonly name: string;
  readonly source: string;
  /** Error codes it may end in. */
  readonly codes?: readonly string[];
  /** The harmless result it may give instead. */
  readonly result?: unknown;
  readonly limits?: ScriptLimits;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** An expression that names what of Node it could reach, or `none`. */
export const REACHED = `[typeof process, typeof require, typeof module, typeof Buffer, typeof global, typeof fetch, typeof ivm]
  .every((kind) => kind === 'undefined') ? 'none' : 'node'`;
