import { raise } from '../../errors/catalogue.ts';
import type { Scope } from '../template/scope.ts';
import { CONTEXT_NAMES } from './context-name.ts';

/** Reads one context of a scope. Throws LANGUAGE_CONTEXT_ABSENT when the scope has none of that name. */
export type ContextReader = (scope: Scope) => unknown;

/** One reader a context: a property that is named in the code is read much faster than one whose name is a variable. */
const READERS: Readonly<Record<string, ContextReader>> = {
  inputs: (scope) => scope.inputs ?? orAbsent(scope, 'inputs', scope.inputs),
  // `steps` is another name of `ACTIONS`, and `INPUTS` of what triggered a run or of a template's inputs.
  steps: (scope) => scope.steps ?? scope.ACTIONS ?? orAbsent(scope, 'steps', scope.steps),
  ACTIONS: (scope) => scope.ACTIONS ?? orAbsent(scope, 'ACTIONS', scope.ACTIONS),
  TRIGGER: (scope) => scope.TRIGGER ?? orAbsent(scope, 'TRIGGER', scope.TRIGGER),
  INPUTS: (scope) => scope.INPUTS ?? scope.TRIGGER ?? scope.inputs ?? orAbsent(scope, 'INPUTS', scope.TRIGGER),
  SECRETS: (scope) => scope.SECRETS ?? orAbsent(scope, 'SECRETS', scope.SECRETS),
  VARS: (scope) => scope.VARS ?? orAbsent(scope, 'VARS', scope.VARS),
  ENV: (scope) => scope.ENV ?? orAbsent(scope, 'ENV', scope.ENV),
  var: (scope) => scope.var ?? orAbsent(scope, 'var', scope.var),
  interaction: (scope) => scope.interaction ?? orAbsent(scope, 'interaction', scope.interaction),
};

export function contextReader(context: string): ContextReader {
  const reader = Object.hasOwn(READERS, context) ? READERS[context] : undefined;
  // The parameter of a lambda.
  return reader ?? ((scope) => (scope as Record<string, unknown>)[context]);
}

/** A context that is null is there all the same. */
function orAbsent(scope: Scope, context: string, value: unknown): null {
  if (value === null) return null;
  const available = CONTEXT_NAMES.filter((name) => scope[name] !== undefined);
  throw raise.LANGUAGE_CONTEXT_ABSENT({ context, available });
}
