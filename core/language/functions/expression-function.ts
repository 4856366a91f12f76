import type { Scope } from '../template/scope.ts';
import type { Value } from '../values/value.ts';

/** One `FN.name`. Pure but for the scope's clock and uuid source. Throws a coded error on arguments it cannot take. */
export interface ExpressionFunction {
  readonly name: string;
  /** Parameter names in order, for keyword arguments and messages; a last name starting with `*` takes the rest. */
  readonly parameters: readonly string[];
  readonly minArguments: number;
  /** `Infinity` when variadic. */
  readonly maxArguments: number;
  readonly summary: string;
  call(args: readonly Value[], scope: Scope): Value;
}
