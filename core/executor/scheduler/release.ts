import { raise } from '../../errors/catalogue.ts';
import { isTruthy } from '../../language/values/truthiness.ts';
import type { GraphAction } from '../../workflow/graph.ts';
import { evaluateFor } from './evaluate.ts';
import { failRun } from './finish.ts';
import { failStep, skipStep } from './settle.ts';
import { beginStep } from './start-step.ts';
import { actionAt, isRunning, stepOf, type Turn } from './turn.ts';

/** Looks at every step whose incoming edges are decided, until none is left: a skip may decide the next step's edges. */
export function release(turn: Turn): void {
  for (let i = 0; i < turn.open.length && isRunning(turn); i++) decide(turn, actionAt(turn, turn.open[i]!));
}

/** In this order: all edges skipped → skip; `run_if` → skip; the join → error; else the step begins. */
function decide(turn: Turn, action: GraphAction): void {
  const edges = action.incoming.length;
  const visited = turn.state.visited[action.index]!;
  if (edges > 0 && visited === 0) {
    skipStep(turn, action);
    return;
  }
  const condition = action.runIf === undefined ? { value: true } : evaluateFor(turn, action, action.runIf, 'run_if');
  if ('error' in condition) failStep(turn, action, condition.error);
  else if (!isTruthy(condition.value)) skipStep(turn, action);
  else if (action.join === 'all' && visited < edges) failUnreachable(turn, action);
  else beginStep(turn, action);
}

/** A diamond with a skipped branch: the step wanted all of them. Fails the run whatever error edges the step has. */
function failUnreachable(turn: Turn, action: GraphAction): void {
  const skipped = action.incoming.filter((edge) => turn.state.edges[edge.key] === 'skipped');
  const names = skipped.map((edge) => actionAt(turn, edge.from).ref + (edge.on === 'error' ? '.error' : ''));
  const error = raise.WORKFLOW_STEP_UNREACHABLE({ ref: action.ref, skipped: names }).toJSON();
  Object.assign(stepOf(turn, action), { status: 'failed', error, endedAt: turn.state.now });
  failRun(turn, error, action);
}
