import type { ErrorRecord } from '@backplane/sdk';
import type { Place } from './place.ts';
import type { StepState, StreamState } from './state.ts';
import { closeInteraction } from './stop-interaction.ts';
import { stepOf, type Turn } from './turn.ts';

/** A step of a stream has failed and nobody in the stream waits for that: the stream is over, its siblings go on. */
export function failStream(turn: Turn, place: Place, error: ErrorRecord): void {
  const id = place.stream!;
  const stream = turn.state.streams[id]!;
  stream.error = { ref: place.action.ref, attempt: stepOf(place).attempts, error };
  stopStream(turn, id, stream, 'failed');
  turn.tasks.push({ kind: 'stream-ended', stream: id });
}

/** Cancels whatever the stream, and the streams inside it, are still at. */
function stopStream(turn: Turn, id: string, stream: StreamState, status: 'failed' | 'cancelled'): void {
  const { state } = turn;
  stream.status = status;
  for (const seq of stream.pending) {
    if (state.pending[seq]!.kind !== 'timer') state.running--;
    delete state.pending[seq];
    turn.commands.push({ type: 'CancelAction', seq });
  }
  stream.pending = [];
  for (const [index, step] of Object.entries(stream.steps)) {
    if (step.streams !== undefined && step.streams.open > 0) stopInner(turn, step.streams);
    cancelStep(turn, { step, index: Number(index), stream: id });
  }
}

function stopInner(turn: Turn, { prefix, begun }: NonNullable<StepState['streams']>): void {
  for (let item = 0; item < begun; item++) {
    const id = `${prefix}${item}`;
    const inner = turn.state.streams[id]!;
    if (inner.status === 'running') stopStream(turn, id, inner, 'cancelled');
  }
}

interface StoppedStep {
  readonly step: StepState;
  /** Of its action. */
  readonly index: number;
  readonly stream?: string;
}

/** Marks a step that will not end by itself any more. */
export function cancelStep(turn: Turn, { step, index, stream }: StoppedStep): void {
  if (step.status !== 'waiting' && step.status !== 'running') return;
  step.status = 'cancelled';
  step.endedAt = turn.state.now;
  const asked = step.interaction;
  if (asked?.status === 'open') closeInteraction(turn, turn.graph.actions[index]!, stream, asked, 'cancelled');
  delete step.loop;
}
