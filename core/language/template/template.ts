import type { Value } from '../values/value.ts';
import type { Scope } from './scope.ts';

/** One path that an expression reads: `ACTIONS.scan.result.id` is context `ACTIONS`, segments `['scan', 'result', 'id']` up to the first dynamic one. */
export interface Reference {
  readonly context:
    | 'ACTIONS'
    | 'TRIGGER'
    | 'SECRETS'
    | 'VARS'
    | 'ENV'
    | 'INPUTS'
    | 'inputs'
    | 'steps'
    | 'var'
    | 'interaction';
  readonly segments: readonly string[];
  /** Where in the template object the string stands, and the offset of the reference inside that string. */
  readonly at: readonly (string | number)[];
  readonly offset: number;
}

/** A value with `${{ }}` in it, parsed once. Evaluating is synchronous, free of I/O and leaves the scope untouched. */
export interface Template {
  evaluate(scope: Scope): Value;
  readonly references: readonly Reference[];
  /** True when nothing in it needs a scope; `evaluate({})` then always gives the same value. */
  readonly isConstant: boolean;
}
