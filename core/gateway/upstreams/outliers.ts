import type { HealthModel } from '../model/upstream-model.ts';
import type { LiveTarget } from './live-target.ts';
import type { TryOutcome } from './upstream.ts';

type OutlierModel = NonNullable<HealthModel['outlier']>;

/** A target that keeps failing is tried again after so long at the latest, unless the time given is longer. */
const LONGEST_MS = 300_000;

/** Leaves targets out that fail in a row, each time for longer. True: it is left out from now on. */
export function noteOutcome(
  outlier: OutlierModel,
  target: LiveTarget,
  all: readonly LiveTarget[],
  outcome: TryOutcome,
  now: number,
): boolean {
  if ('failure' in outcome && outcome.failure === 'cancelled') return false;
  if (!isFailure(outlier, outcome)) {
    if (target.outUntil === 0) target.failures = 0;
    return false;
  }
  target.failures += 1;
  if (target.failures < outlier.consecutiveFailures || target.outUntil > 0) return false;
  const out = all.filter(({ outUntil }) => outUntil > 0).length;
  if (out > 0 && ((out + 1) / all.length) * 100 > outlier.maxEjectedPercent) return false;
  // One that has served for as long as it was out begins anew.
  if (now - target.since > lengthOf(outlier, target.ejections)) target.ejections = 0;
  target.ejections += 1;
  target.outUntil = now + lengthOf(outlier, target.ejections);
  return true;
}

function lengthOf({ ejectMs }: OutlierModel, times: number): number {
  return Math.min(ejectMs * times, Math.max(ejectMs, LONGEST_MS));
}

function isFailure({ statuses }: OutlierModel, outcome: TryOutcome): boolean {
  if ('failure' in outcome) return true;
  return statuses.some(([from, to]) => outcome.status >= from && outcome.status <= to);
}
