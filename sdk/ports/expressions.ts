/** The host's expression language, for actions whose arguments are themselves small programs. Every method throws a coded error. */
export interface Expressions {
  /** A function written as a Python lambda (`lambda x: x['id'] > 3`) or as an expression over `x` (`x.id > 3`). Compiled once. */
  lambda(source: string): (argument: unknown) => unknown;
  /** Evaluates a JSONPath with the semantics of expression paths: one match gives the value, several or a wildcard a list. */
  jsonpath(path: string, value: unknown): unknown;
  /** Python truthiness: null, false, 0, "" and empty collections are false. */
  isTruthy(value: unknown): boolean;
  /** Python equality: `1 == 1.0`, deep on lists and maps. */
  isEqual(left: unknown, right: unknown): boolean;
}
