import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { GitSourceStatus, SourceCommit, SourceMove } from './git-sources.ts';

/** What is remembered of a source. */
export interface SourceState {
  /** Counts every change; 0: nothing is remembered yet. */
  readonly serial: number;
  readonly current?: SourceCommit;
  readonly candidate?: SourceCommit;
  readonly why?: NonNullable<GitSourceStatus['why']>;
  readonly pending?: string;
  /** Commits that were current before, the last one first. */
  readonly before: readonly SourceCommit[];
  /** The commit that a person went back from: it is not promoted by itself again. */
  readonly left?: string;
  /** Who moved the pointer, newest first. */
  readonly moves: readonly SourceMove[];
  /** The last move, until its plugins have followed it. */
  readonly unfollowed?: SourceMove;
  readonly triedAt?: string;
  readonly fetchedAt?: string;
  readonly error?: ErrorRecord;
}

export const EMPTY: SourceState = { serial: 0, before: [], moves: [] };

/** Where the states of sources are kept: what one host writes, every host of the same place reads. */
export interface SourceStates {
  read(source: string): Promise<SourceState>;
  /** Puts `next` in the place of the state that it was made from. Throws GIT_SOURCE_MOVED when that is not the newest any more. */
  replace(source: string, next: SourceState): Promise<void>;
}

/** `state.json` in the folder of each source, for a host alone. One that cannot be read counts as none: the next sync makes it anew. */
export function fileStates(folder: string): SourceStates {
  const fileOf = (source: string) => join(folder, source, 'state.json');
  return {
    async read(source) {
      try {
        return { ...EMPTY, ...(JSON.parse(await readFile(fileOf(source), 'utf8')) as SourceState) };
      } catch {
        return EMPTY;
      }
    },
    async replace(source, next) {
      const file = fileOf(source);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify({ ...next, serial: next.serial + 1 }, undefined, 2));
      await rename(`${file}.new`, file);
    },
  };
}

/** Rows that all hosts of a database share. */
export interface StateRows {
  sourceState(source: string): Promise<{ readonly serial: number; readonly state: object } | undefined>;
  /** False when the row does not count `expected` any more; 0: there is none yet. */
  replaceSourceState(source: string, expected: number, state: object): Promise<boolean>;
}

/**
 * States that hosts share. What a host without a database left in files is where a new row begins; files go on as a copy for tools that work
 * while no host runs.
 */
export function sharedStates(rows: () => Promise<StateRows>, files: SourceStates): SourceStates {
  return {
    async read(source) {
      const row = await (await rows()).sourceState(source);
      if (row !== undefined) return { ...EMPTY, ...row.state, serial: row.serial };
      return { ...(await files.read(source)), serial: 0 };
    },
    async replace(source, next) {
      const { serial, ...state } = next;
      if (!(await (await rows()).replaceSourceState(source, serial, state))) throw raise.GIT_SOURCE_MOVED({ source });
      await files.replace(source, next);
    },
  };
}
