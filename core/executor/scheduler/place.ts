import type { GraphAction } from '../../workflow/graph.ts';
import type { Frame, RunState, StepState } from './state.ts';

/** One step: an action, in the run itself or in one stream of it. */
export interface Place {
  readonly action: GraphAction;
  /** Absent: the run itself. */
  readonly stream: string | undefined;
  readonly frame: Frame;
}

export function placeAt(state: RunState, action: GraphAction, stream: string | undefined): Place {
  return { action, stream, frame: stream === undefined ? state : state.streams[stream]! };
}

export function newStep(): StepState {
  return { status: 'waiting', attempts: 0 };
}

/** False once the stream has ended or was given up: what still waits there is of no interest. */
export function isLive(state: RunState, stream: string | undefined): boolean {
  return stream === undefined || (Object.hasOwn(state.streams, stream) && state.streams[stream]!.status === 'running');
}

/** `hosts:3/scan`, or `scan` in the run itself. */
export function stepName({ action, stream }: Place): string {
  return stream === undefined ? action.ref : `${stream}/${action.ref}`;
}
