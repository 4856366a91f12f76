import { catalogue } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import type { TemplateProblem } from '../../language/template/check-rules.ts';
import { checkIterators, checkTemplate } from '../../language/template/check-template.ts';
import { compileIterators } from '../../language/template/compile-iterators.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import type { Reference } from '../../language/template/template.ts';
import { readsSteps } from '../reads-steps.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';
import { type ExpressionPlace, expressionPlaces } from './expression-places.ts';
import type { Reach } from './reach.ts';

/** Every expression: syntax, functions, contexts, refs, and whether what it reads is there by then. `reach` only of a sound graph. True when all are right. */
export function checkExpressions(
  findings: Findings,
  definition: WorkflowDefinition,
  path: DataPath,
  reach: Reach | undefined,
): boolean {
  const before = findings.problems.length;
  const actions = new Set(definition.actions.map(({ ref }) => ref));
  const indexes = new Map(definition.actions.map(({ ref }, index) => [ref, index]));
  for (const place of expressionPlaces(definition, path)) {
    const check = place.kind === 'iterators' ? checkIterators : checkTemplate;
    const problems = check(place.value, { contexts: place.contexts, actions });
    for (const problem of problems) report(findings, place, problem);
    if (problems.length > 0 || reach === undefined) continue;
    for (const { segments, at, offset } of referencesOf(place).filter(readsSteps)) {
      const ref = segments[0];
      const error = ref === undefined ? undefined : reach.problem(place, indexes.get(ref)!);
      if (error !== undefined) findings.at(findings.source.positionInside(pathOf(findings, place, at), offset), error);
    }
  }
  return findings.problems.length === before;
}

function report(findings: Findings, place: ExpressionPlace, problem: TemplateProblem): void {
  const { code, message, at, offset, expected, didYouMean } = problem;
  findings.problems.push({
    code,
    severity: 'error',
    message,
    position: findings.source.positionInside(pathOf(findings, place, at), offset),
    ...(expected !== undefined && { expected }),
    ...(didYouMean !== undefined && { didYouMean }),
    ...(Object.hasOwn(catalogue, code) && { remedy: catalogue[code as keyof typeof catalogue].remedy }),
  });
}

function referencesOf({ kind, value }: ExpressionPlace): readonly Reference[] {
  return (kind === 'iterators' ? compileIterators(value as readonly string[]) : compileTemplate(value)).references;
}

/** A single iterator may be written without a list around it. */
function pathOf(findings: Findings, { kind, path }: ExpressionPlace, at: DataPath): DataPath {
  return kind === 'iterators' && !findings.isListAt(path) ? path : [...path, ...at];
}
