import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { GraphAction } from '../../workflow/graph.ts';
import { acceptOrRepeat } from './accept.ts';
import { evaluateItems } from './evaluate.ts';
import type { Place } from './place.ts';
import { failStep } from './settle.ts';
import type { StepState } from './state.ts';
import { stepOf, type Turn, workAt } from './turn.ts';

/** An error names at most so many of the items that failed. */
const MAX_NAMED = 20;

/** Evaluates the items of a `for_each` and begins as many as may run at once. */
export function beginForEach(turn: Turn, place: Place): void {
  const outcome = evaluateItems(turn, place);
  if ('error' in outcome) {
    failStep(turn, place, outcome.error);
    return;
  }
  const items = outcome.value;
  const results = new Array<unknown>(items.length).fill(null);
  stepOf(place).loop = { items, results, errors: [], next: 0, inFlight: 0 };
  advance(turn, place);
}

export function completeItem(turn: Turn, place: Place, item: number, result: unknown): void {
  const loop = stepOf(place).loop!;
  loop.results[item] = result;
  loop.inFlight--;
  advance(turn, place);
}

/** The item has failed for good; the others still run, so that the step's error can name all that failed. */
export function failItem(turn: Turn, place: Place, item: number, error: ErrorRecord): void {
  const loop = stepOf(place).loop!;
  loop.errors.push({ item, error });
  loop.inFlight--;
  advance(turn, place);
}

function advance(turn: Turn, place: Place): void {
  const step = stepOf(place);
  const loop = step.loop!;
  const round = step.rounds === undefined ? {} : { round: step.rounds };
  while (loop.next < loop.items.length && loop.inFlight < place.action.forEachConcurrency) {
    turn.state.ready.push(workAt(place, { attempt: 1, item: loop.next++, ...round }));
    loop.inFlight++;
  }
  if (loop.inFlight === 0) endForEach(turn, place, step, loop);
}

function endForEach(turn: Turn, place: Place, step: StepState, loop: NonNullable<StepState['loop']>): void {
  if (loop.errors.length > 0) {
    failStep(turn, place, itemsError(place.action, loop));
    return;
  }
  step.result = loop.results;
  delete step.loop;
  acceptOrRepeat(turn, place);
}

function itemsError(action: GraphAction, loop: NonNullable<StepState['loop']>): ErrorRecord {
  const errors = loop.errors.toSorted((a, b) => a.item - b.item);
  const named = errors
    .slice(0, MAX_NAMED)
    .map(({ item, error }) => ({ item, code: error.code, message: error.message }));
  return raise
    .WORKFLOW_ITEMS_FAILED(
      { ref: action.ref, failed: errors.length, total: loop.items.length, first: named.slice(0, 3) },
      { details: { failed: errors.length, total: loop.items.length, items: named } },
    )
    .toJSON();
}
