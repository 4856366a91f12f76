import { raise } from '../../errors/catalogue.ts';
import { Findings } from '../../language/source/findings.ts';
import type { Problem } from '../../language/source/problem.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import type { RunnableAction } from '../runnable-action.ts';
import type { ActionLookup } from './action-lookup.ts';
import { checkReferences } from './check-references.ts';
import type { TemplateDefinition, TemplateStep } from './template-definition.ts';
import { stepsOf } from './template-steps.ts';
import { validateTemplate } from './validate-template.ts';

/** All problems of one template file: shape, types, expressions, and its steps against the actions that they call. */
export function checkTemplateFile(source: YamlSource, registry: ActionLookup): readonly Problem[] {
  const { definition, problems } = validateTemplate(source, registry);
  const findings = new Findings(source);
  for (const step of definition?.steps ?? []) checkStep(findings, definition!, step, registry);
  if (definition !== undefined && problems.length === 0) checkReferences(findings, definition, registry);
  return [...problems, ...findings.problems].sort(byPosition);
}

function checkStep(
  findings: Findings,
  definition: TemplateDefinition,
  step: TemplateStep,
  registry: ActionLookup,
): void {
  const path = ['definition', 'steps', step.index];
  const callee = step.action === definition.name ? undefined : registry.get(step.action);
  const circle =
    step.action === definition.name ? [step.action, step.action] : circleThrough(definition.name, callee, registry);
  if (circle !== undefined) findings.atValue([...path, 'action'], raise.TEMPLATE_SELF_CALL({ chain: circle }));
  else if (callee === undefined) reportUnknown(findings, [...path, 'action'], step.action, registry);
  else findings.problems.push(...callee.check(step.args, findings.source, [...path, 'args']));
}

function reportUnknown(findings: Findings, path: (string | number)[], name: string, registry: ActionLookup): void {
  const didYouMean = registry.suggest(name);
  const extras = didYouMean === undefined ? {} : { didYouMean };
  findings.atValue(path, raise.TEMPLATE_ACTION_UNKNOWN({ name }), extras);
}

/** The chain of templates that leads from a callee back to where it began. */
function circleThrough(
  start: string,
  callee: RunnableAction | undefined,
  registry: ActionLookup,
): string[] | undefined {
  const seen = new Set<RunnableAction>();
  const search = (action: RunnableAction | undefined, chain: string[]): string[] | undefined => {
    if (action === undefined || seen.has(action)) return undefined;
    seen.add(action);
    const soFar = [...chain, action.info.name];
    for (const { action: name } of stepsOf(action)) {
      if (name === start) return [...soFar, start];
      const circle = search(registry.get(name), soFar);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  return search(callee, [start]);
}

function byPosition(a: Problem, b: Problem): number {
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
