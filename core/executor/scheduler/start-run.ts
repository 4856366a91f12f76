import { raise } from '../../errors/catalogue.ts';
import { evaluateData } from './evaluate.ts';
import type { RunAdmitted, RunStarted } from './event.ts';
import { failRun } from './finish.ts';
import { keepSteps } from './keep-steps.ts';
import { startTimeLimit } from './pause.ts';
import { newStep } from './place.ts';
import { advanceClock, placeOf, type Turn } from './turn.ts';

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
  if (event.workspace !== undefined) state.workspace = event.workspace;
  if (event.environment !== undefined) state.environment = event.environment;
  if (event.concurrencyKey !== undefined) state.concurrencyKey = event.concurrencyKey;
  for (let index = 0; index < count; index++) {
    state.steps.push(newStep());
    state.decided.push(0);
    state.visited.push(0);
  }
  state.remaining = graph.regions[0]!.members.length;
  limitTime(turn, event.timeoutMs);
  if (event.kept !== undefined) keepSteps(turn, event.kept);
  if (event.queued === true) state.queued = true;
  else begin(turn);
}

/** The turn of a queued run has come. */
export function admitRun(turn: Turn, { at }: RunAdmitted): boolean {
  const { state } = turn;
  if (state.queued !== true || state.cancel !== undefined) return false;
  advanceClock(state, at);
  delete state.queued;
  begin(turn);
  return true;
}

/** Opens the steps that depend on nothing, or on nothing but what stands from an earlier run. */
function begin(turn: Turn): void {
  const { graph, state } = turn;
  if (state.timeoutMs !== undefined) startTimeLimit(turn, state.timeoutMs);
  if (!chooseEnvironment(turn)) return;
  for (const index of graph.regions[0]!.members) {
    const place = placeOf(turn, index, undefined);
    const { incoming, control } = place.action;
    const isOpen = control?.kind !== 'gather' && state.decided[index] === incoming.length;
    if (isOpen && state.steps[index]!.kept !== true) turn.tasks.push({ kind: 'decide', place });
  }
}

/** The shorter one of what the workflow and its caller allow; 0 allows anything. */
function limitTime({ graph, state }: Turn, asked = 0): void {
  const limits = [graph.timeoutMs, asked].filter((limit) => limit > 0);
  if (limits.length > 0) state.timeoutMs = Math.min(...limits);
}

/** What the caller asked for, or what the workflow says. */
function chooseEnvironment(turn: Turn): boolean {
  if (turn.state.environment !== '') return true;
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
