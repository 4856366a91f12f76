import { parseJson, stringifyJson } from '@backplane/sdk';
import { blobHash } from '../../storage/blobs/blob-hash.ts';
import type { Snapshot } from '../journal/journal.ts';
import type { RunState } from '../scheduler/state.ts';
import type { LiveRun } from './live-run.ts';

/** Raised whenever `RunState` changes: a snapshot of another format is not read. */
export const SNAPSHOT_FORMAT = 1;

interface Content {
  readonly format: number;
  /** Of the events up to here, in characters. */
  readonly size: number;
  readonly state: RunState;
}

/** What stands between a run and its events: the state after the newest of them, with all that a restart needs. */
export function takeSnapshot({ state, appended, size }: LiveRun): Snapshot & { readonly body: string } {
  const body = stringifyJson({ format: SNAPSHOT_FORMAT, size, state } satisfies Content);
  return { seq: appended, hash: blobHash(body), body };
}

/** Undefined for what is damaged, lost, of another run or written by another version: the events say the same. */
export function readSnapshot(
  runId: string,
  snapshot: Snapshot | undefined,
): { readonly seq: number; readonly length: number; readonly size: number; readonly state: RunState } | undefined {
  if (snapshot?.body === undefined || blobHash(snapshot.body) !== snapshot.hash) return undefined;
  const content = parsed(snapshot.body);
  if (content?.format !== SNAPSHOT_FORMAT) return undefined;
  const { state, size } = content;
  return state.runId === runId ? { seq: snapshot.seq, length: snapshot.body.length, size, state } : undefined;
}

function parsed(body: string): Content | undefined {
  try {
    return parseJson(body) as Content;
  } catch {
    return undefined;
  }
}
