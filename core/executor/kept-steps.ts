import { raise } from '../errors/catalogue.ts';
import { nearest } from '../language/source/did-you-mean.ts';
import type { Graph, GraphAction } from '../workflow/graph.ts';
import { unitsOf } from '../workflow/units-of.ts';
import type { RerunRequest } from './engine.ts';
import type { KeptStep, KeptSteps } from './scheduler/event.ts';
import { keptStep } from './scheduler/keep-steps.ts';
import type { RunState } from './scheduler/state.ts';
import { stepSummaries } from './scheduler/step-summaries.ts';

/** A run that has ended, and the definition that it followed. */
export interface EarlierRun {
  readonly graph: Graph;
  readonly state: RunState;
}

/**
 * The results that a new run takes over: of every step that has one and does not come after a step that runs again. `graph` is what
 * the new run follows. Scatters and loops are taken over whole or not at all. Throws RUN_RERUN_STEP_UNKNOWN, _STEP_INSIDE or
 * _INCOMPATIBLE.
 */
export function keptSteps(earlier: EarlierRun, graph: Graph, from: NonNullable<RerunRequest['from']>): KeptSteps {
  const ref = from === 'failed' ? undefined : from.ref;
  // Checked first: a step that cannot be begun at is a mistake whatever else is.
  const start = ref === undefined ? [] : [startOf(graph, ref)];
  const ended = stepsOf(earlier);
  const old = earlier.graph;
  const known = ref === undefined ? undefined : old.byRef.get(ref);
  const kept = stay(old, ended, { again: known === undefined ? [] : [unitsOf(old)[known.index]!], from });
  if (graph === old) return Object.fromEntries(kept);
  refuseIncompatible(old, graph, kept);
  return Object.fromEntries(stay(graph, kept, { again: start, from }));
}

function startOf(graph: Graph, ref: string): number {
  const { byRef, actions } = graph;
  const action = byRef.get(ref);
  if (action === undefined) throw raise.RUN_RERUN_STEP_UNKNOWN({ ref, didYouMean: nearest(ref, [...byRef.keys()]) });
  const unit = actions[unitsOf(graph)[action.index]!]!;
  if (unit === action) return unit.index;
  const kind = unit.control?.kind === 'scatter' ? 'scatter' : 'loop';
  throw raise.RUN_RERUN_STEP_INSIDE({ ref, instead: unit.ref, kind });
}

/**
 * By ref, the steps that have ended in a way with which a run can go on. What ran in streams is there in sum, so that people see how
 * it went. What has failed is a result like any other where the run went on by an error edge.
 */
function stepsOf({ graph, state }: EarlierRun): ReadonlyMap<string, KeptStep> {
  const summaries = stepSummaries(graph, state);
  const ended = new Map<string, KeptStep>();
  for (const { ref, index, outgoing } of graph.actions) {
    const step = summaries.get(index) ?? state.steps[index]!;
    const isHandled = outgoing.some(({ on, key }) => on === 'error' && state.edges[key] === 'visited');
    const stands = ['completed', 'skipped'].includes(step.status) || (step.status === 'failed' && isHandled);
    if (summaries.has(index) || stands) ended.set(ref, keptStep(step));
  }
  return ended;
}

interface Choice {
  /** Units that run again whatever their results are. */
  readonly again: readonly number[];
  readonly from: NonNullable<RerunRequest['from']>;
}

/** Those of the steps that need not run again when the run follows this graph. */
function stay(graph: Graph, ended: ReadonlyMap<string, KeptStep>, choice: Choice): ReadonlyMap<string, KeptStep> {
  const units = unitsOf(graph);
  const again = new Set(choice.again);
  for (const action of graph.actions) {
    const stands = action.region !== 0 || hasResult(action, ended.get(action.ref), choice.from);
    if (!stands) again.add(units[action.index]!);
  }
  addFollowers(graph, units, again);
  const staying = graph.actions.filter(({ index, ref }) => ended.has(ref) && !again.has(units[index]!));
  return new Map(staying.map(({ ref }) => [ref, ended.get(ref)!]));
}

/** What has failed stands only where it is not to run again and someone still waits for its error. */
function hasResult({ outgoing }: GraphAction, step: KeptStep | undefined, from: Choice['from']): boolean {
  if (step?.status !== 'failed') return step !== undefined;
  return from !== 'failed' && outgoing.some(({ on }) => on === 'error');
}

/** Whatever comes after a unit that runs again runs again too. */
function addFollowers({ actions }: Graph, units: readonly number[], again: Set<number>): void {
  const followers = new Map<number, number[]>();
  for (const { index, outgoing } of actions) {
    const known = followers.get(units[index]!) ?? [];
    known.push(...outgoing.map(({ to }) => units[to]!));
    followers.set(units[index]!, known);
  }
  // A set that grows while it is gone through: what is new comes last.
  for (const unit of again) for (const follower of followers.get(unit)!) again.add(follower);
}

/** The result of a step means the same in both definitions only if it does the same thing, in a unit of the same name. */
function refuseIncompatible(old: Graph, graph: Graph, kept: ReadonlyMap<string, KeptStep>): void {
  const [oldUnits, units] = [unitsOf(old), unitsOf(graph)];
  const changed = [...kept.keys()].filter((ref) => {
    const before = old.byRef.get(ref)!;
    const now = graph.byRef.get(ref);
    if (now === undefined || now.action !== before.action) return true;
    return old.actions[oldUnits[before.index]!]!.ref !== graph.actions[units[now.index]!]!.ref;
  });
  if (changed.length > 0) throw raise.RUN_RERUN_INCOMPATIBLE({ steps: changed });
}
