import { type Tagged, tag } from '../tag.ts';

/**
 * A function for expressions: `FN.acme_slug(text)`. It computes and nothing else: synchronous, the same answer for the same arguments, no
 * ports. Values are JSON as the language has them; numbers are plain JavaScript numbers.
 */
export interface ExpressionFunctionSpec<A extends readonly unknown[]> {
  /** Lower case, digits and underscores; starts with the plugin's name so that it never meets one of the language's. */
  readonly name: string;
  readonly summary: string;
  /** Names in order, for keyword arguments and messages: one for each argument, `?` behind those that may be left out. */
  readonly parameters: { readonly [K in keyof A]: string };
  /** Each is run by the contract suite and shown on the function's page. */
  readonly examples: readonly { readonly args: A; readonly gives: unknown }[];
  readonly deprecated?: string;
  /** Throw a coded error on arguments it cannot take. */
  call(...args: A): unknown;
}

export type ExpressionFunction = ExpressionFunctionSpec<any> & Tagged<'expression-function'>;

export function defineExpressionFunction<const A extends readonly unknown[]>(
  spec: ExpressionFunctionSpec<A>,
): ExpressionFunctionSpec<A> & Tagged<'expression-function'> {
  return tag('expression-function', spec);
}
