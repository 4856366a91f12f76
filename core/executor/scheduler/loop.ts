import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { GraphAction } from '../../workflow/graph.ts';
import { acceptOrRepeat } from './accept.ts';
import { evaluateItems } from './evaluate.ts';
import { failStep } from './settle.ts';
import type { StepState } from './state.ts';
import { stepOf, type Turn } from './turn.ts';

/** An error names at most so many of the items that failed. */
const MAX_NAMED = 20;

/** Evaluates the items of a `for_each` and begins as many as may run at once. */
export function beginLoop(turn: Turn, action: GraphAction): void {
  const outcome = evaluateItems(turn, action);
  if ('error' in outcome) {
    failStep(turn, action, outcome.error);
    return;
  }
  const items = outcome.value;
  const results = new Array<unknown>(items.length).fill(null);
  stepOf(turn, action).loop = { items, results, errors: [], next: 0, inFlight: 0 };
  advance(turn, action);
}

export function completeItem(turn: Turn, action: GraphAction, item: number, result: unknown): void {
  const loop = stepOf(turn, action).loop!;
  loop.results[item] = result;
  loop.inFlight--;
  advance(turn, action);
}

/** The item has failed for good; the others still run, so that the step's error can name all that failed. */
export function failItem(turn: Turn, action: GraphAction, item: number, error: ErrorRecord): void {
  const loop = stepOf(turn, action).loop!;
  loop.errors.push({ item, error });
  loop.inFlight--;
  advance(turn, action);
}

function advance(turn: Turn, action: GraphAction): void {
  const step = stepOf(turn, action);
  const loop = step.loop!;
  const round = step.rounds === undefined ? {} : { round: step.rounds };
  while (loop.next < loop.items.length && loop.inFlight < action.forEachConcurrency) {
    turn.state.ready.push({ action: action.index, attempt: 1, item: loop.next++, ...round });
    loop.inFlight++;
  }
  if (loop.inFlight === 0) endLoop(turn, action, step, loop);
}

function endLoop(turn: Turn, action: GraphAction, step: StepState, loop: NonNullable<StepState['loop']>): void {
  if (loop.errors.length > 0) {
    failStep(turn, action, loopError(action, loop));
    return;
  }
  step.result = loop.results;
  delete step.loop;
  acceptOrRepeat(turn, action);
}

function loopError(action: GraphAction, loop: NonNullable<StepState['loop']>): ErrorRecord {
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
