import { raise } from '../../errors/catalogue.ts';
import { boundedCache } from '../bounded-cache.ts';
import type { Value } from '../values/value.ts';
import { find } from './find.ts';
import { givesList } from './gives-list.ts';
import { parsePath } from './parse-path.ts';
import { PathBudget } from './path-budget.ts';
import type { PathNode } from './path-node.ts';

const MAX_LENGTH = 10_000;
const parsed = boundedCache<PathNode>(1_000);

/**
 * Evaluates a JSONPath (`$.items[*].id`, `a.b`) with the language's rules: no match gives null, one the value, several a
 * list; `[*]` and `[?(…)]` always a list. Throws LANGUAGE_PATH_SYNTAX.
 */
export function evaluatePath(path: string, value: unknown): Value {
  if (path.length > MAX_LENGTH) throw raise.LANGUAGE_BUDGET_SOURCE({ limit: MAX_LENGTH });
  return (
    queryPath(
      parsed(path, (text) => parsePath(text)),
      value,
    ) ?? null
  );
}

/** The same on a parsed path; `undefined` when nothing matches. */
export function queryPath(node: PathNode, value: unknown, isList = givesList(node)): Value | undefined {
  const found = find(node, { value }, new PathBudget());
  if (isList || found.length > 1) return found.map((datum) => datum.value as Value);
  return found.length === 0 ? undefined : (found[0]!.value as Value);
}
