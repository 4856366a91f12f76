import { BackplaneError } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { PlannedChange } from '../plan/plugin-plan.ts';
import type { AppliedChange } from '../plugin-host.ts';
import type { Candidate } from '../sources/find-plugins.ts';

/** True when the host process holds code of this place that is not the code which is wanted: it never forgets any. */
export function holdsOtherCode(held: Candidate, next: Candidate): boolean {
  const samePlace = 'path' in held.origin && 'path' in next.origin && held.origin.path === next.origin.path;
  return samePlace && held.integrity !== next.integrity;
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
