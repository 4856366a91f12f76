import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ErrorRecord } from '@backplane/sdk';
import type { GitSourceStatus, SourceCommit } from './git-sources.ts';

/** What is remembered of a source, in `state.json` of its folder. */
export interface SourceState {
  readonly current?: SourceCommit;
  readonly candidate?: SourceCommit;
  readonly why?: NonNullable<GitSourceStatus['why']>;
  readonly pending?: string;
  /** Commits that were current before, the last one first. */
  readonly before: readonly SourceCommit[];
  /** The commit that a person went back from: it is not promoted by itself again. */
  readonly left?: string;
  /** Who moved the pointer, newest first. */
  readonly moves: readonly { readonly at: string; readonly by: string; readonly commit: string }[];
  readonly triedAt?: string;
  readonly fetchedAt?: string;
  readonly error?: ErrorRecord;
}

export const EMPTY: SourceState = { before: [], moves: [] };

/** A state that cannot be read counts as none: the next sync makes it anew, and promotion is a person's or the rule's again. */
export async function readState(file: string): Promise<SourceState> {
  try {
    return { ...EMPTY, ...(JSON.parse(await readFile(file, 'utf8')) as SourceState) };
  } catch {
    return EMPTY;
  }
}

/** Replaces the file as a whole. */
export async function writeState(file: string, state: SourceState): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(state, undefined, 2));
  await rename(`${file}.new`, file);
}
