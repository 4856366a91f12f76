import { conversionBuiltins } from './conversion-builtins.ts';
import type { PythonFunction } from './lambda-value.ts';
import { sequenceBuiltins } from './sequence-builtins.ts';
import { typeBuiltins } from './type-builtins.ts';

/** Every name that a lambda may use without binding it. */
export const builtins: ReadonlyMap<string, PythonFunction> = new Map(
  [...typeBuiltins, ...conversionBuiltins, ...sequenceBuiltins].map((builtin) => [builtin.name, builtin]),
);
