import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Control, GraphAction } from '../../workflow/graph.ts';
import { acceptOrRepeat } from './accept.ts';
import { evaluateArguments, evaluateItems, type Outcome } from './evaluate.ts';
import type { Place } from './place.ts';
import { failStep } from './settle.ts';
import type { StepState, SubflowOptions } from './state.ts';
import { subflowOptions } from './subflow-arguments.ts';
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
  const runs = optionsOf(turn, place);
  if (runs !== undefined && 'error' in runs) {
    failStep(turn, place, runs.error);
    return;
  }
  const items = outcome.value;
  const results = new Array<unknown>(items.length).fill(null);
  const loop = { items, results, errors: [], next: 0, inFlight: 0 };
  stepOf(place).loop = runs === undefined ? loop : { ...loop, runs: runs.value };
  advance(turn, place);
}

function optionsOf(turn: Turn, place: Place): Outcome<SubflowOptions> | undefined {
  const { control } = place.action;
  if (control === undefined) return undefined;
  const { options } = control as Control & { kind: 'subflow' };
  return evaluateArguments(turn, place, options, (ref, args) => subflowOptions(ref, args, true));
}

export function completeItem(turn: Turn, place: Place, item: number, result: unknown): void {
  const loop = stepOf(place).loop!;
  loop.results[item] = result;
  loop.inFlight--;
  advance(turn, place);
}

/**
 * The item has failed for good; the others still run, so that the step's error can name all that failed. Of runs of another
 * workflow no more are begun then, or the error stands among the results.
 */
export function failItem(turn: Turn, place: Place, item: number, error: ErrorRecord): void {
  const loop = stepOf(place).loop!;
  noteItemError(loop, item, error);
  loop.inFlight--;
  advance(turn, place);
}

export function noteItemError(loop: NonNullable<StepState['loop']>, item: number, error: ErrorRecord): void {
  if (loop.runs?.isolated === true) loop.results[item] = { is_error: true, type: error.code, message: error.message };
  else loop.errors.push({ item, error });
}

function advance(turn: Turn, place: Place): void {
  const step = stepOf(place);
  const loop = step.loop!;
  const round = step.rounds === undefined ? {} : { round: step.rounds };
  const window = windowOf(loop, place.action);
  while (loop.next < loop.items.length && loop.inFlight < window) {
    turn.state.ready.push(workAt(place, { attempt: 1, item: loop.next++, ...round }));
    loop.inFlight++;
  }
  if (loop.inFlight === 0) endForEach(turn, place, step, loop);
}

/** How many items may be in flight. */
function windowOf({ runs, inFlight, errors }: NonNullable<StepState['loop']>, action: GraphAction): number {
  if (runs === undefined) return action.forEachConcurrency;
  return errors.length > 0 || (runs.inBatches && inFlight > 0) ? 0 : runs.window;
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

export function itemsError(action: GraphAction, loop: NonNullable<StepState['loop']>): ErrorRecord {
  const errors = loop.errors.toSorted((a, b) => a.item - b.item);
  const named = errors
    .slice(0, MAX_NAMED)
    .map(({ item, error }) => ({ item, code: error.code, message: error.message }));
  const counts = { failed: errors.length, total: loop.items.length };
  const data = { ref: action.ref, ...counts, first: named.slice(0, 3) };
  const facts = { details: { ...counts, items: named } };
  if (loop.runs === undefined) return raise.WORKFLOW_ITEMS_FAILED(data, facts).toJSON();
  return raise.WORKFLOW_SUBFLOWS_FAILED({ ...data, left: loop.items.length - loop.next }, facts).toJSON();
}
