import { catalogue } from '../../errors/catalogue.ts';
import type { Problem } from '../../language/source/problem.ts';
import type { DataPath, YamlSource } from '../../language/source/yaml-source.ts';
import type { CheckRules, TemplateProblem } from '../../language/template/check-rules.ts';
import { checkIterators, checkTemplate } from '../../language/template/check-template.ts';
import { hasExpression } from '../../language/template/split-string.ts';
import type { ActionLookup } from './action-lookup.ts';
import type { ReadTemplate } from './read-template.ts';

/** Contexts that exist inside a template; `FN` comes on top. */
const CONTEXTS = ['inputs', 'steps', 'SECRETS', 'VARS'];

/** Every problem of every expression in a template, at its place in the file. */
export function checkExpressions(
  source: YamlSource,
  read: ReadTemplate,
  registry: Pick<ActionLookup, 'get'>,
): Problem[] {
  const { definition, declared } = read;
  if (definition === undefined) return [];
  const rules: CheckRules = { contexts: CONTEXTS, inputs: new Set(declared.inputs), steps: new Set(declared.steps) };
  const inLoop: CheckRules = { ...rules, contexts: [...CONTEXTS, 'var'] };
  const at = (path: DataPath, problems: readonly TemplateProblem[]) => problems.map((one) => place(source, path, one));
  const inSteps = definition.steps.flatMap((step) => {
    const path = ['definition', 'steps', step.index];
    const asWritten = registry.get(step.action)?.info.unevaluated ?? [];
    const args = Object.fromEntries(Object.entries(step.args).filter(([name]) => !asWritten.includes(name)));
    return [
      ...at([...path, 'run_if'], checkTemplate(step.runIf, rules)),
      ...at([...path, 'for_each'], step.forEach === undefined ? [] : checkIterators(step.forEach, rules)),
      ...at([...path, 'args'], checkTemplate(args, step.forEach === undefined ? rules : inLoop)),
    ];
  });
  return [...inSteps, ...at(['definition', 'returns'], checkTemplate(definition.returns, rules))];
}

function place(source: YamlSource, path: DataPath, problem: TemplateProblem): Problem {
  const { code, message, expected, didYouMean, at, offset } = problem;
  const remedy = Object.hasOwn(catalogue, code) ? catalogue[code as keyof typeof catalogue].remedy : undefined;
  return {
    code,
    severity: 'error',
    message,
    position: positionIn(source, [...path, ...at], offset),
    ...(expected === undefined ? {} : { expected }),
    ...(didYouMean === undefined ? {} : { didYouMean }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** A path leads to a value and to its key: where only the key holds an expression, the key is meant. */
function positionIn(source: YamlSource, path: DataPath, offset: number): Problem['position'] {
  const key = path.at(-1);
  if (typeof key !== 'string' || !hasExpression(key) || holdsExpression(source, path)) {
    return source.positionInside(path, offset);
  }
  return source.positionInsideKey(path, offset);
}

function holdsExpression(source: YamlSource, path: DataPath): boolean {
  let value = source.value;
  for (const segment of path) value = (value as Record<string | number, unknown> | undefined)?.[segment];
  return typeof value === 'string' && hasExpression(value);
}
