import type { ErrorRecord } from '@backplane/sdk';
import { acceptOrRepeat } from './accept.ts';
import { completeItem, failItem } from './for-each.ts';
import type { Place } from './place.ts';
import { retryAttempt } from './retry.ts';
import { failStep } from './settle.ts';
import type { Work } from './state.ts';
import { stepOf, type Turn } from './turn.ts';

export function workSucceeded(turn: Turn, place: Place, work: Work, result: unknown): void {
  if (work.item === undefined) {
    stepOf(place).result = result;
    acceptOrRepeat(turn, place);
  } else completeItem(turn, place, work.item, result);
}

export function workFailed(turn: Turn, place: Place, work: Work, error: ErrorRecord): void {
  if (!retryAttempt(turn, place, work, error)) workLost(turn, place, work, error);
}

/** Trying again would not help, or has not. */
export function workLost(turn: Turn, place: Place, work: Work, error: ErrorRecord): void {
  if (work.item === undefined) failStep(turn, place, error);
  else failItem(turn, place, work.item, error);
}
