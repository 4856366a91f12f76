import type { ErrorRecord } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { Scope } from '../../language/template/scope.ts';
import type { Template } from '../../language/template/template.ts';
import { toData } from '../../language/values/to-data.ts';
import type { GraphAction } from '../../workflow/graph.ts';
import { runScope } from './run-scope.ts';
import { recordWarnings } from './step-warnings.ts';
import { stepOf, type Turn } from './turn.ts';

export type Outcome<T> = { readonly value: T } | { readonly error: ErrorRecord };

/** Evaluates an expression of the run itself; its warnings are kept with the run. */
export function evaluateData(turn: Turn, template: Template, purpose: string): Outcome<unknown> {
  return evaluate(turn, template, purpose, turn.state);
}

/** Evaluates an expression that steers one step; its warnings are kept with the step. */
export function evaluateFor(turn: Turn, action: GraphAction, template: Template, purpose: string): Outcome<unknown> {
  return evaluate(turn, template, `${action.ref}/${purpose}`, stepOf(turn, action));
}

/** The values of `var` for every item of a step's `for_each`. */
export function evaluateItems(turn: Turn, action: GraphAction): Outcome<unknown[]> {
  const forEach = action.forEach!;
  return attempt(() => {
    const scope = scopeOf(turn, forEach, `${action.ref}/for_each`, stepOf(turn, action));
    return Array.from(forEach.items(scope), toData);
  });
}

type WarningsOwner = Parameters<typeof recordWarnings>[0];

function evaluate(turn: Turn, template: Template, purpose: string, owner: WarningsOwner): Outcome<unknown> {
  return attempt(() => toData(template.evaluate(scopeOf(turn, template, purpose, owner))));
}

function scopeOf(turn: Turn, reader: Pick<Template, 'references'>, purpose: string, owner: WarningsOwner): Scope {
  const { graph, state } = turn;
  return runScope({
    graph,
    state,
    reader,
    seed: `${state.runId}/${state.nextSeq}/${purpose}`,
    warn: (warning) => recordWarnings(owner, [warning]),
  });
}

function attempt<T>(compute: () => T): Outcome<T> {
  try {
    return { value: compute() };
  } catch (thrown) {
    return { error: toErrorRecord(thrown) };
  }
}
