import type { Environment } from './environment.ts';
import type { LambdaValue } from './lambda-value.ts';
import type { PythonNode } from './python-node.ts';

/** A compiled piece of a lambda. */
export type PythonEvaluate = (environment: Environment) => LambdaValue;
/** The names bound around a node. */
export type Names = ReadonlySet<string>;
export type CompilePython = (node: PythonNode, names: Names) => PythonEvaluate;
