import type { Evaluate } from '../expression/evaluate.ts';

/** A piece of a template, compiled. */
export interface CompiledPart {
  readonly evaluate: Evaluate;
  /** Gives the same value whatever the scope. */
  readonly isConstant: boolean;
}
