import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { compileIterators } from '../../language/template/compile-iterators.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import type { Reference } from '../../language/template/template.ts';
import type { ActionLookup } from './action-lookup.ts';
import { secretKeys } from './secret-requirements.ts';
import type { TemplateDefinition, TemplateStep } from './template-definition.ts';

/** Warnings about what expressions read: secrets that nobody declared, and steps that have not run yet. */
export function checkReferences(
  findings: Findings,
  definition: TemplateDefinition,
  registry: Pick<ActionLookup, 'get'>,
): void {
  const declared = new Set(definition.secrets.map((requirement) => secretKeys(requirement).name));
  const order = new Map(definition.steps.map(({ ref, index }) => [ref, index]));
  for (const step of definition.steps) {
    for (const reference of stepReferences(step, registry)) {
      reportSecret(findings, reference, declared);
      const index = reference.context === 'steps' ? order.get(reference.segments[0] ?? '') : undefined;
      if (index === undefined || index < step.index) continue;
      const error = raise.TEMPLATE_STEP_ORDER({ ref: reference.segments[0]!, reader: step.ref });
      findings.insideText(reference.at, reference.offset, error, { severity: 'warning' });
    }
  }
  const { references } = compileTemplate(definition.returns, { at: ['definition', 'returns'] });
  for (const reference of references) reportSecret(findings, reference, declared);
}

function stepReferences(step: TemplateStep, registry: Pick<ActionLookup, 'get'>): readonly Reference[] {
  const path: DataPath = ['definition', 'steps', step.index];
  const asWritten = registry.get(step.action)?.info.unevaluated ?? [];
  const args = Object.fromEntries(Object.entries(step.args).filter(([name]) => !asWritten.includes(name)));
  return [
    ...compileTemplate(step.runIf, { at: [...path, 'run_if'] }).references,
    ...(step.forEach === undefined ? [] : compileIterators(step.forEach, { at: [...path, 'for_each'] }).references),
    ...compileTemplate(args, { at: [...path, 'args'] }).references,
  ];
}

function reportSecret(
  findings: Findings,
  { context, segments, at, offset }: Reference,
  declared: ReadonlySet<string>,
): void {
  const [name] = segments;
  if (context !== 'SECRETS' || name === undefined || declared.has(name)) return;
  findings.insideText(at, offset, raise.TEMPLATE_SECRET_UNDECLARED({ name: segments.slice(0, 2).join('.') }), {
    severity: 'warning',
  });
}
