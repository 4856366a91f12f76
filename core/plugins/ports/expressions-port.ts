import type { Expressions } from '@backplane/sdk';
import { compileLambda } from '../../language/lambda/compile-lambda.ts';
import { evaluatePath } from '../../language/path/evaluate-path.ts';
import { isEqual } from '../../language/values/equality.ts';
import { isTruthy } from '../../language/values/truthiness.ts';

/** The expression language as plugins see it. Compiled lambdas are kept by the language. */
export const expressionsPort: Expressions = Object.freeze({
  lambda: (source: string) => compileLambda(source),
  jsonpath: evaluatePath,
  isTruthy,
  isEqual,
});
