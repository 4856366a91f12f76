import { raise } from '../../errors/catalogue.ts';
import { evaluateData } from './evaluate.ts';
import type { RunStarted } from './event.ts';
import { failRun } from './finish.ts';
import { placeOf, startTimer, type Turn } from './turn.ts';

/** Fills the state from the first event and opens the steps that depend on nothing. */
export function startRun(turn: Turn, event: RunStarted): void {
  const { graph, state } = turn;
  const count = graph.actions.length;
  state.status = 'running';
  state.runId = event.runId;
  state.startedAt = state.now = event.at;
  state.trigger = event.trigger;
  state.triggerType = event.triggerType;
  state.env = event.env;
  state.vars = event.vars ?? {};
  if (event.timeAnchor !== undefined) state.timeAnchor = event.timeAnchor;
  if (event.callers !== undefined) state.callers = event.callers;
  state.steps = Array.from({ length: count }, () => ({ status: 'waiting', attempts: 0 }));
  state.decided = new Array(count).fill(0);
  state.visited = new Array(count).fill(0);
  state.remaining = graph.regions[0]!.members.length;
  startTimeout(turn, event.timeoutMs);
  if (!chooseEnvironment(turn, event.environment)) return;
  for (const entry of graph.entries) turn.tasks.push({ kind: 'decide', place: placeOf(turn, entry, undefined) });
}

/** The shorter one of what the workflow and its caller allow; 0 allows anything. */
function startTimeout(turn: Turn, asked = 0): void {
  const limits = [turn.graph.timeoutMs, asked].filter((limit) => limit > 0);
  if (limits.length === 0) return;
  const limit = Math.min(...limits);
  turn.state.timeoutMs = limit;
  startTimer(turn, { purpose: 'run-timeout' }, turn.state.now + limit);
}

function chooseEnvironment(turn: Turn, wanted: string | undefined): boolean {
  if (wanted !== undefined) {
    turn.state.environment = wanted;
    return true;
  }
  const outcome = evaluateData(turn, turn.graph.environment, 'environment');
  if ('error' in outcome) {
    failRun(turn, outcome.error);
    return false;
  }
  if (typeof outcome.value !== 'string' || outcome.value === '') {
    failRun(turn, raise.WORKFLOW_ENVIRONMENT_INVALID({ found: outcome.value }).toJSON());
    return false;
  }
  turn.state.environment = outcome.value;
  return true;
}
