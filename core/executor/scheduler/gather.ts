import type { ErrorRecord } from '@backplane/sdk';
import type { ErrorStrategy } from '../../workflow/control/limits.ts';
import type { Control } from '../../workflow/graph.ts';
import { type GatherArguments, gatherArguments } from './control-arguments.ts';
import { evaluateArguments, evaluateFor } from './evaluate.ts';
import type { Place } from './place.ts';
import { completeStep, failStep } from './settle.ts';
import type { StepState, StreamError } from './state.ts';
import { streamError, streamsError } from './stream-errors.ts';
import { stepOf, type Turn } from './turn.ts';

type Streams = NonNullable<StepState['streams']>;

/** In one stream: takes what this stream has to show. */
export function collect(turn: Turn, place: Place, { items }: Control & { kind: 'gather' }): void {
  const outcome = evaluateFor(turn, place, items, 'items');
  if ('error' in outcome) {
    failStep(turn, place, outcome.error);
    return;
  }
  stepOf(place).result = outcome.value;
  completeStep(turn, place);
}

/** Around the streams: puts together what they gave, in the order of the items. */
export function gatherStreams(turn: Turn, place: Place, streams: Streams): void {
  stepOf(place).startedAt = turn.state.now;
  const { options } = place.action.control as Control & { kind: 'gather' };
  const args = evaluateArguments(turn, place, options, gatherArguments);
  if ('error' in args) {
    failStep(turn, place, args.error);
    return;
  }
  const failure = raised(turn, place, streams, args.value);
  if (failure === undefined) putTogether(turn, place, streams, args.value);
  else failStep(turn, place, failure);
}

function raised(turn: Turn, place: Place, streams: Streams, { strategy }: GatherArguments): ErrorRecord | undefined {
  return strategy === 'raise' ? streamsError(turn.state, place.action.ref, streams) : undefined;
}

function putTogether(turn: Turn, place: Place, streams: Streams, { strategy, dropNulls }: GatherArguments): void {
  const step = stepOf(place);
  const found = resultsOf(turn, place, streams);
  step.result = found.filter((value) => isWanted(value, strategy, dropNulls)).map(({ value }) => value);
  const errors = strategy === 'partition' ? found.filter(({ failed }) => failed) : [];
  delete step.errors;
  if (errors.length > 0) step.errors = errors.map(({ value }) => value as StreamError);
  completeStep(turn, place);
}

interface Found {
  readonly failed: boolean;
  readonly value: unknown;
}

/** One entry a stream, except for those that never came to the gather because a step before it was skipped. */
function resultsOf({ state }: Turn, { action }: Place, { prefix, count }: Streams): Found[] {
  const found: Found[] = [];
  for (let item = 0; item < count; item++) {
    const id = `${prefix}${item}`;
    const stream = state.streams[id]!;
    const collected = stream.steps[action.index];
    if (stream.status === 'failed') found.push({ failed: true, value: streamError(id, stream) });
    else if (collected?.status === 'completed') found.push({ failed: false, value: collected.result });
  }
  return found;
}

function isWanted({ failed, value }: Found, strategy: ErrorStrategy, dropNulls: boolean): boolean {
  return failed ? strategy === 'include' : !(dropNulls && value === null);
}
