import { hasExpression } from '../../../language/template/split-string.ts';
import { controlKind } from '../../control/control-kind.ts';
import type { Edges } from '../../edges-of.ts';
import type { Edge } from '../../graph.ts';
import type { Scopes } from '../../scopes.ts';
import { topologicalOrder } from '../../topological-order.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { ancestorsOf } from '../ancestors.ts';
import { ALWAYS, DecisionDiagrams, type Diagram, NEVER } from './decision-diagrams.ts';
import { mayRaise } from './may-raise.ts';
import { RunConditions } from './run-conditions.ts';

/** What is known of one action, in terms of the conditions and failures before it. */
export interface StepFlow {
  /** Its `run_if`. */
  readonly condition: Diagram;
  /** It begins. Of a gather: it collects in a stream. */
  readonly runs: Diagram;
  /** It has succeeded, as those behind it see it: of a gather, after all streams. */
  readonly succeeds: Diagram;
  /** It has failed, and error edges lead on from there. */
  readonly fails: Diagram;
  /** It waits for all of its dependencies, some have come, some never will: the run, or its stream, ends there. */
  readonly breaks: Diagram;
  /** The run gets as far as this action at all. */
  readonly reached: Diagram;
}

export interface FlowQuestion {
  readonly actions: readonly ActionDefinition[];
  readonly edges: Edges;
  readonly scopes: Scopes;
  readonly strict: boolean;
  readonly diagrams?: DecisionDiagrams;
}

/**
 * How a run may take its way through a sound graph: follows the rules of the scheduler (`release.ts`), with every `run_if` that is
 * not constant, and every failure that an error edge catches, as a variable. A failure that nothing catches ends the run, so what
 * comes after it says nothing about the rest. Throws {@link TooManyNodes}.
 */
export class Flow {
  readonly diagrams: DecisionDiagrams;
  readonly #actions: readonly ActionDefinition[];
  readonly #edges: Edges;
  readonly #scopes: Scopes;
  readonly #conditions: RunConditions;
  readonly #strict: boolean;
  readonly #steps: StepFlow[] = [];

  constructor({ actions, edges, scopes, strict, diagrams = new DecisionDiagrams() }: FlowQuestion) {
    this.diagrams = diagrams;
    this.#strict = strict;
    this.#actions = actions;
    this.#edges = edges;
    this.#scopes = scopes;
    const ancestors = ancestorsOf(edges);
    const isBefore = (earlier: number, later: number) => ((ancestors[later]! >> BigInt(earlier)) & 1n) === 1n;
    this.#conditions = new RunConditions(diagrams, actions, isBefore);
    for (const index of topologicalOrder(edges)) this.#steps[index] = this.#step(index);
  }

  step(index: number): StepFlow {
    return this.#steps[index]!;
  }

  /** The edge is taken. Into the streams of a scatter that has nothing to scatter none is. */
  taken({ from, on }: Edge): Diagram {
    const { succeeds, fails } = this.#steps[from]!;
    if (on === 'error') return fails;
    return hasNoItems(this.#actions[from]!) ? NEVER : succeeds;
  }

  /** Nothing that it does can go wrong. */
  cannotFail(index: number): boolean {
    return cannotFail(this.#actions[index]!, this.#steps[index]!.condition);
  }

  #step(index: number): StepFlow {
    const { and, not, all, any } = this.#logic();
    const action = this.#actions[index]!;
    const incoming = this.#edges.incoming[index]!;
    const comes = incoming.map((edge) => this.taken(edge));
    const wanted = incoming.length === 0 ? ALWAYS : any(comes);
    const reachedBefore = all(incoming.map(({ from }) => this.#steps[from]!.reached));
    const condition = this.#conditions.of(action, index);
    const complete = action.joinStrategy === 'all' ? all(comes) : wanted;
    const breaks = and(reachedBefore, and(wanted, and(condition, not(complete))));
    const reached = and(reachedBefore, not(breaks));
    const step = { condition, breaks, reached };
    const scatter = this.#gathers(index);
    if (scatter !== undefined) return { ...step, ...this.#gathered(index, scatter, and(complete, condition)) };
    const caught = this.#isCaught(index) && !cannotFail(action, condition);
    // A `run_if` that cannot be evaluated is a failure of its step, before any join is looked at.
    const misjudged = caught && mayRaise(action.runIf, { strict: this.#strict }) ? this.diagrams.variable() : NEVER;
    const runs = and(and(complete, condition), not(misjudged));
    const failure = caught ? this.diagrams.variable() : NEVER;
    const fails = this.diagrams.or(and(wanted, misjudged), and(runs, failure));
    return { ...step, runs, fails, succeeds: and(runs, not(failure)) };
  }

  /** Around the streams: whatever happens in them, the gather has its turn when the scatter had. */
  #gathered(index: number, scatter: number, runs: Diagram): Pick<StepFlow, 'runs' | 'succeeds' | 'fails' | 'reached'> {
    const { succeeds: opened, reached } = this.#steps[scatter]!;
    const failure = this.#isCaught(index) ? this.diagrams.variable() : NEVER;
    return {
      runs,
      reached,
      succeeds: this.diagrams.and(opened, this.diagrams.not(failure)),
      fails: this.diagrams.and(opened, failure),
    };
  }

  #gathers(index: number): number | undefined {
    if (controlKind(this.#actions[index]!.action) !== 'gather') return undefined;
    const { kind, opener } = this.#scopes.all[this.#scopes.of[index]!]!;
    return kind === 'scatter' ? opener : undefined;
  }

  #isCaught(index: number): boolean {
    return this.#edges.outgoing[index]!.some(({ on }) => on === 'error');
  }

  #logic() {
    const { diagrams } = this;
    const and = (a: Diagram, b: Diagram) => diagrams.and(a, b);
    const or = (a: Diagram, b: Diagram) => diagrams.or(a, b);
    return {
      and,
      not: (a: Diagram) => diagrams.not(a),
      all: (list: readonly Diagram[]) => list.reduce(and, ALWAYS),
      any: (list: readonly Diagram[]) => list.reduce(or, NEVER),
    };
  }
}

/** Only what steers the run, and has nothing to evaluate. */
function cannotFail({ action, waitUntil }: ActionDefinition, condition: Diagram): boolean {
  if (controlKind(action) !== 'loop-start' || condition > ALWAYS) return false;
  return !(typeof waitUntil === 'string' && hasExpression(waitUntil));
}

/** A scatter over a list that is written out, and empty. */
function hasNoItems({ action, args }: ActionDefinition): boolean {
  if (controlKind(action) !== 'scatter' || !Object.hasOwn(args, 'collection')) return false;
  const { collection } = args;
  return collection === null || (Array.isArray(collection) && collection.length === 0);
}
