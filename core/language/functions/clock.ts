import type { Scope } from '../template/scope.ts';

/** Logical time of the run where the scope has one, so that a replay computes the same; else the wall clock. */
export function logicalNow(scope: Scope): Temporal.ZonedDateTime {
  return atMillisecond(scope.now?.() ?? Date.now());
}

/** Real time, whatever the run believes. */
export function wallNow(): Temporal.ZonedDateTime {
  return atMillisecond(Date.now());
}

function atMillisecond(epochMilliseconds: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMilliseconds)).toZonedDateTimeISO('UTC');
}
