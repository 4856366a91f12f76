import type { Scope } from '../template/scope.ts';
import type { Value } from '../values/value.ts';
import type { Expression } from './expression-node.ts';

/** A compiled expression: closures over closures, no code generation. */
export type Evaluate = (scope: Scope) => Value;

/** Compiles a node below another. `isOptional`: its absence is expected, as on the left of `||`. */
export type Compile = (node: Expression, isOptional?: boolean) => Evaluate;
