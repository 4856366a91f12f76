import type { SecretRequirement } from '@backplane/sdk';
import type { ActionRegistry } from '../runnable-action.ts';
import type { TemplateStep } from './template-definition.ts';
import { stepsOf } from './template-steps.ts';

/** What a template and everything it calls need. What only a conditional step needs must not stop the run, so it counts as optional. */
export function collectSecrets(
  own: readonly SecretRequirement[],
  steps: readonly TemplateStep[],
  registry: ActionRegistry,
): SecretRequirement[] {
  return [...own, ...steps.flatMap((step) => requirementsOf(step, registry, new Set()))];
}

function requirementsOf(
  step: TemplateStep,
  registry: ActionRegistry,
  seen: ReadonlySet<string>,
): readonly SecretRequirement[] {
  const callee = registry.get(step.action);
  if (callee === undefined || seen.has(callee.info.name)) return [];
  const deeper = new Set([...seen, callee.info.name]);
  const nested = stepsOf(callee).flatMap((inner) => requirementsOf(inner, registry, deeper));
  const all = [...callee.info.secrets, ...nested];
  return step.runIf === undefined ? all : all.map((requirement) => ({ ...requirement, optional: true }));
}
