import { raise } from '../../errors/catalogue.ts';
import { isTruthy } from '../../language/values/truthiness.ts';
import { evaluateFor } from './evaluate.ts';
import { isLive, type Place } from './place.ts';
import { streamEnded } from './scatter.ts';
import { failStep, giveUp, skipStep } from './settle.ts';
import { beginStep } from './start-step.ts';
import { isRunning, stepOf, type Task, type Turn } from './turn.ts';

/** Follows up everything that this event has set in motion, until nothing is left: a skip may decide the next step's edges. */
export function release(turn: Turn): void {
  for (let i = 0; i < turn.tasks.length && isRunning(turn); i++) carryOut(turn, turn.tasks[i]!);
  turn.tasks.length = 0;
}

function carryOut(turn: Turn, task: Task): void {
  if (task.kind === 'stream-ended') streamEnded(turn, task.stream);
  else if (!isLive(turn.state, task.place.stream)) return;
  else if (task.kind === 'begin') beginStep(turn, task.place);
  else decide(turn, task.place);
}

/** In this order: all edges skipped → skip; `run_if` → skip; the join → error; else the step begins. */
function decide(turn: Turn, place: Place): void {
  const { action, frame } = place;
  const edges = action.incoming.length;
  const visited = frame.visited[action.index] ?? 0;
  if (edges > 0 && visited === 0) {
    skipStep(turn, place);
    return;
  }
  const condition = action.runIf === undefined ? { value: true } : evaluateFor(turn, place, action.runIf, 'run_if');
  if ('error' in condition) failStep(turn, place, condition.error);
  else if (!isTruthy(condition.value)) skipStep(turn, place);
  else if (action.join === 'all' && visited < edges) failUnreachable(turn, place);
  else beginStep(turn, place);
}

/** A diamond with a skipped branch: the step wanted all of them. Fails the run, or the stream, whatever error edges it has. */
function failUnreachable(turn: Turn, place: Place): void {
  const { action, frame } = place;
  const skipped = action.incoming.filter((edge) => frame.edges[edge.key] === 'skipped');
  const names = skipped.map((edge) => turn.graph.actions[edge.from]!.ref + (edge.on === 'error' ? '.error' : ''));
  const error = raise.WORKFLOW_STEP_UNREACHABLE({ ref: action.ref, skipped: names }).toJSON();
  Object.assign(stepOf(place), { status: 'failed', error, endedAt: turn.state.now });
  giveUp(turn, place, error);
}
