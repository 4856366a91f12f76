import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Control, GraphAction } from '../../workflow/graph.ts';
import { scatterArguments } from './control-arguments.ts';
import { evaluateArguments } from './evaluate.ts';
import { gatherStreams } from './gather.ts';
import { isLive, type Place } from './place.ts';
import { completeStep, failStep, mark } from './settle.ts';
import type { StepState } from './state.ts';
import { streamsError } from './stream-errors.ts';
import { placeOf, startTimerAt, stepOf, type Turn } from './turn.ts';

/** Streams that one run may hold at a time, those of ended scatters included. */
const MAX_STREAMS = 20_000;

type Scatter = Control & { kind: 'scatter' };
type Streams = NonNullable<StepState['streams']>;

/** Opens one stream an item: all at once, or one every `interval`. */
export function beginScatter(turn: Turn, place: Place, control: Scatter): void {
  const { state } = turn;
  const args = evaluateArguments(turn, place, control.args, scatterArguments);
  if ('error' in args) {
    failStep(turn, place, args.error);
    return;
  }
  const { items, intervalMs } = args.value;
  const count = turn.graph.regions[control.region]!.members.length === 0 ? 0 : items.length;
  if (state.streamCount + count > MAX_STREAMS) {
    failStep(turn, place, tooMany(place, count));
    return;
  }
  const step = stepOf(place);
  step.result = items;
  step.streams = { prefix: prefixOf(place, step), count, begun: 0, open: 0, from: state.now, intervalMs };
  if (count === 0) finishScatter(turn, place, control);
  else openStreams(turn, place, control);
}

function tooMany({ action: { ref } }: Place, count: number): ErrorRecord {
  return raise.WORKFLOW_STREAMS_LIMIT({ ref, count, limit: MAX_STREAMS }).toJSON();
}

/** The interval has passed. */
export function openStreams(turn: Turn, place: Place, control: Scatter): void {
  const streams = stepOf(place).streams!;
  const { intervalMs } = streams;
  if (intervalMs === 0) {
    while (streams.begun < streams.count) openStream(turn, place, control, streams);
    return;
  }
  openStream(turn, place, control, streams);
  if (streams.begun === streams.count) return;
  startTimerAt(turn, place, 'next-stream', streams.from + Math.round(streams.begun * intervalMs));
}

/** Nothing runs in the stream any more; after the last one the gather has all that it waits for. */
export function streamEnded(turn: Turn, id: string): void {
  const stream = turn.state.streams[id]!;
  if (!isLive(turn.state, stream.parent)) return;
  if (stream.status === 'running') stream.status = 'completed';
  const place = placeOf(turn, stream.scatter, stream.parent);
  const streams = stepOf(place).streams!;
  streams.open--;
  if (streams.open === 0 && streams.begun === streams.count) {
    finishScatter(turn, place, place.action.control as Scatter);
  }
}

function openStream(turn: Turn, { action, stream: parent }: Place, { region }: Scatter, streams: Streams): void {
  const { state, graph } = turn;
  const item = streams.begun++;
  const id = `${streams.prefix}${item}`;
  streams.open++;
  turn.begun++;
  state.streamCount++;
  state.streams[id] = {
    scatter: action.index,
    item,
    ...(parent !== undefined && { parent }),
    status: 'running',
    pending: [],
    steps: {},
    edges: {},
    decided: {},
    visited: {},
    remaining: graph.regions[region]!.members.length,
  };
  for (const edge of intoStreams(action)) mark(turn, placeOf(turn, edge.to, id), edge, 'visited');
}

function intoStreams({ outgoing }: GraphAction) {
  return outgoing.filter(({ on }) => on === 'success');
}

/** Without a gather nobody else asks what became of the streams: their errors are the scatter's. */
function finishScatter(turn: Turn, place: Place, control: Scatter): void {
  if (control.gather !== undefined) {
    completeStep(turn, place);
    gatherStreams(turn, placeOf(turn, control.gather, place.stream), stepOf(place).streams!);
    return;
  }
  const error = streamsError(turn.state, place.action.ref, stepOf(place).streams!);
  if (error === undefined) completeStep(turn, place);
  else failStep(turn, place, error);
}

/** `hosts:`, `hosts:3/ports:`, and `hosts@1:` when a loop runs the scatter again. */
function prefixOf({ action, stream }: Place, { pass }: StepState): string {
  return `${stream === undefined ? '' : `${stream}/`}${action.ref}${pass === undefined ? '' : `@${pass}`}:`;
}
