import { raise } from '../../errors/catalogue.ts';
import type { Control } from '../../workflow/graph.ts';
import { loopArguments } from './control-arguments.ts';
import { evaluateArguments } from './evaluate.ts';
import type { Place } from './place.ts';
import { completeStep, failStep } from './settle.ts';
import type { Frame, RunState, StepState } from './state.ts';
import { placeOf, startTimerAt, stepOf, type Turn } from './turn.ts';

/** So many streams and iterations may follow from one event; then a timer comes between, so that no loop holds up the host. */
const MAX_BEGUN_A_TURN = 256;

type LoopEnd = Control & { kind: 'loop-end' };

export function startIteration(turn: Turn, place: Place): void {
  const step = stepOf(place);
  step.result = { iteration: step.iteration ?? 0 };
  completeStep(turn, place);
}

/** The loop goes round again while its condition holds, and fails when it holds too long. */
export function endIteration(turn: Turn, place: Place, control: LoopEnd): void {
  const args = evaluateArguments(turn, place, control.args, loopArguments);
  if ('error' in args) {
    failStep(turn, place, args.error);
    return;
  }
  const { goesOn, limit } = args.value;
  const start = placeOf(turn, control.start, place.stream);
  const next = (stepOf(start).iteration ?? 0) + 1;
  if (goesOn && next >= limit) {
    failStep(turn, place, raise.WORKFLOW_LOOP_LIMIT({ ref: place.action.ref, limit }).toJSON());
    return;
  }
  stepOf(place).result = { continue: goesOn };
  if (goesOn) repeatBody(turn, start, control.body, next);
  else completeStep(turn, place);
}

function repeatBody(turn: Turn, start: Place, body: readonly number[], iteration: number): void {
  const { frame } = start;
  // All of the body has ended, except the loop end, which is at it.
  frame.remaining += body.length;
  for (const index of body) reset(turn, placeOf(turn, index, start.stream));
  frame.steps[start.action.index] = { ...anew(stepOf(start)), iteration };
  if (turn.begun++ < MAX_BEGUN_A_TURN) turn.tasks.push({ kind: 'begin', place: start });
  else startTimerAt(turn, start, 'next-iteration', turn.state.now);
}

function reset({ state }: Turn, { action, frame }: Place): void {
  const { index, incoming } = action;
  const step = frame.steps[index];
  if (step?.streams !== undefined) dropStreams(state, step.streams);
  if (step !== undefined) frame.steps[index] = anew(step);
  frame.decided[index] = 0;
  frame.visited[index] = 0;
  for (const { key } of incoming) delete frame.edges[key];
}

/** Keeps what the step gave: when the next iteration skips it, that still stands. */
function anew({ result, error, errors, warnings, interaction, pass = 0 }: StepState): StepState {
  return {
    status: 'waiting',
    attempts: 0,
    pass: pass + 1,
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    ...(errors !== undefined && { errors }),
    ...(warnings !== undefined && { warnings }),
    ...(interaction !== undefined && { interaction }),
  };
}

/** The streams of the iteration before, and those inside them. */
function dropStreams(state: RunState, { prefix, begun }: NonNullable<StepState['streams']>): void {
  for (let item = 0; item < begun; item++) {
    const id = `${prefix}${item}`;
    const { steps }: Frame = state.streams[id]!;
    for (const step of Object.values(steps)) if (step.streams !== undefined) dropStreams(state, step.streams);
    delete state.streams[id];
    state.streamCount--;
  }
}
