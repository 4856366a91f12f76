import type { SecretRequirement } from '@backplane/sdk';
import { compileIterators } from '../../language/template/compile-iterators.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import type { ForEach } from '../../language/template/for-each.ts';
import type { Template } from '../../language/template/template.ts';
import type { ActionRegistry } from '../runnable-action.ts';
import { once } from './once.ts';
import { impliedSecrets } from './secret-requirements.ts';
import type { TemplateDefinition, TemplateStep } from './template-definition.ts';

/** A definition with all its expressions parsed, ready to run any number of times. */
export interface CompiledTemplate {
  readonly definition: TemplateDefinition;
  readonly steps: readonly CompiledStep[];
  readonly returns: Template;
  /** Declared ones, and those that expressions read without declaring them. */
  readonly secrets: readonly SecretRequirement[];
}

export interface CompiledStep {
  readonly step: TemplateStep;
  readonly runIf?: Template;
  readonly forEach?: ForEach;
  readonly args: readonly CompiledArgument[];
}

export interface CompiledArgument {
  readonly literalName: string;
  readonly name: Template;
  readonly source: unknown;
  /** Compiled when first asked for: text that the callee wants unevaluated need not be an expression at all. */
  readonly value: () => Template;
}

export function compileDefinition(definition: TemplateDefinition, registry: ActionRegistry): CompiledTemplate {
  const steps = definition.steps.map(compileStep);
  const returns = compileTemplate(definition.returns);
  const parts = [returns, ...steps.flatMap((step) => partsOf(step, registry))];
  const references = parts.flatMap((part) => part?.references ?? []);
  const secrets = [...definition.secrets, ...impliedSecrets(definition.secrets, references)];
  return { definition, steps, returns, secrets };
}

function compileStep(step: TemplateStep): CompiledStep {
  return {
    step,
    ...(step.runIf === undefined ? {} : { runIf: compileTemplate(step.runIf) }),
    ...(step.forEach === undefined ? {} : { forEach: compileIterators(step.forEach) }),
    args: Object.entries(step.args).map(([literalName, source]) => ({
      literalName,
      name: compileTemplate(literalName),
      source,
      value: once(() => compileTemplate(source)),
    })),
  };
}

function partsOf(
  { step, runIf, forEach, args }: CompiledStep,
  registry: ActionRegistry,
): readonly (Template | undefined)[] {
  const asWritten = registry.get(step.action)?.info.unevaluated ?? [];
  const evaluated = args.filter(({ literalName }) => !asWritten.includes(literalName));
  return [runIf, forEach, ...evaluated.flatMap(({ name, value }) => [name, value()])];
}
