import type { Scope, Warning } from '../../language/template/scope.ts';
import type { Template } from '../../language/template/template.ts';
import { pythonTypeName } from '../../language/values/type-name.ts';
import type { Graph, GraphAction } from '../../workflow/graph.ts';
import { readsSteps } from '../../workflow/reads-steps.ts';
import { seededUuid } from './deterministic-random.ts';
import type { Frame, RunState, StepState, StreamState } from './state.ts';
import { stepView, UNTOUCHED } from './step-view.ts';

export interface RunScopeOptions {
  readonly graph: Graph;
  readonly state: RunState;
  /** What will be evaluated; only the steps that it names are made visible. */
  readonly reader: Pick<Template, 'references'>;
  /** Decides `FN.uuid4`. */
  readonly seed: string;
  readonly warn: (warning: Warning) => void;
  /** Absent: as the workflow says. */
  readonly strict?: boolean;
  /** The stream of the reader; absent: the run itself. */
  readonly stream?: string;
  /** Whose `var` is visible. */
  readonly item?: { readonly action: number; readonly item: number };
  /** What the step asks, or for `approve_if` what was answered. */
  readonly interaction?: unknown;
}

/**
 * What an expression of a run sees, except secrets. Holds on to results as they are now, without copying them: later changes of
 * the state do not show.
 */
export function runScope(options: RunScopeOptions): Scope {
  const { state, graph, seed, item, stream, interaction } = options;
  const { now } = state;
  let uuids = 0;
  let env: unknown;
  return {
    ACTIONS: actionsContext(options),
    TRIGGER: state.trigger,
    INPUTS: state.trigger,
    get ENV() {
      env ??= envContext(state, now);
      return env;
    },
    VARS: state.vars,
    ...(item !== undefined && { var: frameOf(state, stream).steps[item.action]!.loop!.items[item.item] }),
    ...(interaction !== undefined && { interaction }),
    now: () => now,
    uuid: () => seededUuid(`${seed}/${uuids++}`),
    strict: options.strict ?? graph.strict,
    warn: options.warn,
  };
}

function actionsContext({ graph, state, reader, stream }: RunScopeOptions): Readonly<Record<string, unknown>> {
  const named = stepsNamedBy(reader);
  const context: Record<string, unknown> = Object.create(null);
  for (const ref of named === 'all' ? graph.byRef.keys() : named) {
    const action = graph.byRef.get(ref);
    if (action !== undefined) context[ref] = visibleStep(graph, state, action, stream);
  }
  return context;
}

/** The step as the nearest stream around the reader knows it; a scatter shows each of its streams the item that is theirs. */
function visibleStep(graph: Graph, state: RunState, action: GraphAction, stream: string | undefined): unknown {
  for (let id = stream; ; ) {
    const inside = id === undefined ? undefined : state.streams[id]!;
    if (inside?.scatter === action.index)
      return itemView(frameOf(state, inside.parent).steps[action.index]!, inside.item);
    if (isMember(graph, inside, action))
      return stepView(action.ref, frameOf(state, id).steps[action.index] ?? UNTOUCHED);
    // Runs in streams further inside, of which there are many.
    if (inside === undefined) return stepView(action.ref, UNTOUCHED);
    id = inside.parent;
  }
}

function isMember(graph: Graph, inside: StreamState | undefined, { region }: GraphAction): boolean {
  return inside === undefined ? region === 0 : graph.regions[region]!.scatter === inside.scatter;
}

function itemView({ result }: StepState, index: number): Readonly<Record<string, unknown>> {
  const item = (result as readonly unknown[])[index] ?? null;
  return {
    __proto__: null,
    result: item,
    result_typename: pythonTypeName(item),
    error: null,
    error_typename: null,
    collection_index: index,
  };
}

function frameOf(state: RunState, stream: string | undefined): Frame {
  return stream === undefined ? state : state.streams[stream]!;
}

const namedSteps = new WeakMap<readonly unknown[], readonly string[] | 'all'>();

/** The refs that expressions read, or `all` when one reads `ACTIONS` as a whole. */
function stepsNamedBy({ references }: Pick<Template, 'references'>): readonly string[] | 'all' {
  const known = namedSteps.get(references);
  if (known !== undefined) return known;
  const read = references.filter(readsSteps);
  const named = read.some(({ segments }) => segments.length === 0) ? 'all' : read.map(({ segments }) => segments[0]!);
  namedSteps.set(references, named);
  return named;
}

/** Dates are dates here, so that `ENV.workflow.start_time + FN.hours(1)` works; they are made when somebody looks. */
function envContext(state: RunState, now: number): Readonly<Record<string, unknown>> {
  const { startedAt, timeAnchor = startedAt } = state;
  return {
    __proto__: null,
    workflow: {
      __proto__: null,
      get start_time() {
        return dateOf(startedAt);
      },
      get time_anchor() {
        return dateOf(timeAnchor);
      },
      get logical_time() {
        return dateOf(timeAnchor + now - startedAt);
      },
      run_id: state.runId,
      execution_id: state.runId,
      trigger_type: state.triggerType,
      dispatch_type: state.triggerType,
      ...state.env,
    },
    environment: state.environment,
    variables: state.vars,
  };
}

function dateOf(epochMs: number): Temporal.ZonedDateTime {
  return new Temporal.ZonedDateTime(BigInt(epochMs) * 1_000_000n, 'UTC');
}
