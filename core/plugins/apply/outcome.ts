import { BackplaneError } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import { workFolder } from '../lifecycle/plugin-record.ts';
import type { PlannedChange } from '../plan/plugin-plan.ts';
import type { AppliedChange } from '../plugin-host.ts';
import type { Candidate } from '../sources/find-plugins.ts';

/**
 * True when the host process holds code of this place that is not the code which is wanted: it never forgets any. Every snapshot of a
 * folder counts as the same place, else the host would grow with each edit.
 */
export function holdsOtherCode(held: Candidate, next: Candidate): boolean {
  return placeOf(held) === placeOf(next) && held.integrity !== next.integrity;
}

function placeOf({ id, origin }: Candidate): string {
  return workFolder(origin) ?? (origin.from === 'other' ? `${id} of ${origin.text}` : origin.path);
}

export function keyOf({ id, version }: { readonly id: string; readonly version: string }): string {
  return `${id}@${version}`;
}

/** A change as it is told; rows of the lock are an inner matter. */
export function outcome({ entry: _, ...change }: PlannedChange, result: AppliedChange['outcome']): AppliedChange {
  return { ...change, outcome: result };
}

/** A change that lost to another host: what ran before runs, and the wish is not noted. */
export function conflicting(change: PlannedChange, error: BackplaneError): AppliedChange {
  return { ...outcome(change, 'kept'), error: toErrorRecord(error) };
}

export function failedChange(id: string, error: unknown): AppliedChange {
  return {
    id,
    kind: 'refuse',
    reason: error instanceof BackplaneError ? error.message : String(error),
    outcome: 'kept',
    error: toErrorRecord(error),
  };
}
