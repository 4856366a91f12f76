import { queryPath } from '../path/evaluate-path.ts';
import { givesList } from '../path/gives-list.ts';
import { contextReader } from './context-of.ts';
import type { Evaluate } from './evaluate.ts';
import type { QueryExpression } from './expression-node.ts';
import { reportNoMatch } from './report-missing.ts';

/** Paths with wildcards, filters, slices or `..`. */
export function compileQuery({ context, text, query }: QueryExpression, isOptional: boolean): Evaluate {
  const isList = givesList(query);
  const read = contextReader(context);
  return (scope) => queryPath(query, read(scope), isList) ?? reportNoMatch(scope, context + text, isOptional);
}
