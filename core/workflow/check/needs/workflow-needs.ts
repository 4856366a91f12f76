import type { Position, SecretRequirement } from '@backplane/sdk';
import { childNodes } from '../../../language/expression/child-nodes.ts';
import type { Expression, Root } from '../../../language/expression/expression-node.ts';
import type { Findings } from '../../../language/source/findings.ts';
import { compileTemplate } from '../../../language/template/compile-template.ts';
import { hasExpression } from '../../../language/template/split-string.ts';
import type { ActionRegistry } from '../../../registry/runnable-action.ts';
import { collectSecrets } from '../../../registry/template/collect-secrets.ts';
import { impliedSecrets, secretKeys } from '../../../registry/template/secret-requirements.ts';
import { stepsOf } from '../../../registry/template/template-steps.ts';
import { namedSecretKeys } from '../../webhook-trigger.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { expressionPlaces } from '../expression-places.ts';
import type { SoundWorkflow } from '../sound-workflow.ts';
import { writtenExpressions } from '../written-expressions.ts';

/** A secret or variable without which some step of the workflow fails. */
export interface Need {
  readonly kind: 'secret' | 'variable';
  /** `github.TOKEN`; of variables the name alone. */
  readonly name: string;
  /** Absent: an expression decides it when the workflow runs. */
  readonly environment?: string;
  /** Steps, or `the webhook`, or `returns`. */
  readonly by: readonly string[];
  /** Of the first of them. */
  readonly position: Position;
}

/** What a host must have for this workflow. What is optional is not named. */
export function workflowNeeds(
  findings: Findings,
  { definition, path, registry }: Omit<SoundWorkflow, 'edges' | 'scopes'>,
): Need[] {
  const needs = new Map<string, Need & { readonly by: string[] }>();
  const add = ({ by, ...need }: Omit<Need, 'by'> & { readonly by: string }) => {
    const key = [need.kind, need.name, need.environment].join(' ');
    const known = needs.get(key);
    if (known === undefined) needs.set(key, { ...need, by: [by] });
    else if (!known.by.includes(by)) known.by.push(by);
  };
  const inEnvironment = (written: string) => (hasExpression(written) ? {} : { environment: written });
  for (const [index, action] of definition.actions.entries()) {
    const position = findings.source.positionOf([...path, 'actions', index, 'action']);
    const environment = inEnvironment(action.environment ?? definition.config.environment);
    for (const name of requiredSecrets(action, registry)) {
      add({ kind: 'secret', name, position, by: `\`${action.ref}\` (${action.action})`, ...environment });
    }
  }
  for (const [index, trigger] of definition.triggers.entries()) {
    if (trigger.type !== 'webhook') continue;
    const position = findings.source.positionOf([...path, 'triggers', index]);
    for (const { name, key } of namedSecretKeys(trigger)) {
      add({ kind: 'secret', name: `${name}.${key}`, position, by: 'the webhook', environment: 'default' });
    }
  }
  for (const { value, path: place, action } of expressionPlaces(definition, path)) {
    for (const { node, path: at, offset } of writtenExpressions(value, place)) {
      for (const { name, start } of requiredVariables(node)) {
        const position = findings.source.positionInside(at, offset + start);
        add({ kind: 'variable', name, position, by: action === undefined ? '`returns`' : `\`${action.ref}\`` });
      }
    }
  }
  return [...needs.values()];
}

function requiredSecrets(
  { action, args, unevaluated }: ActionDefinition,
  registry: ActionRegistry,
): ReadonlySet<string> {
  const runnable = registry.get(action);
  const declared: SecretRequirement[] =
    runnable === undefined ? [] : collectSecrets(runnable.info.secrets, stepsOf(runnable), registry);
  const evaluated = Object.fromEntries(Object.entries(args).filter(([name]) => !unevaluated.includes(name)));
  const all = [...declared, ...impliedSecrets(declared, compileTemplate(evaluated).references)];
  return new Set(
    all.flatMap((requirement) => {
      const { name, required } = secretKeys(requirement);
      return required.map((key) => `${name}.${key}`);
    }),
  );
}

/** The variables that an expression reads where null would not do: not on the left of `||`, not where absence is asked for. */
function* requiredVariables(node: Root): Generator<{ name: string; start: number }> {
  if (node.kind === 'path' && node.context === 'VARS' && typeof node.segments[0] === 'string') {
    yield { name: node.segments[0], start: node.start };
  }
  for (const child of childNodes(node)) if (!isOptional(node, child)) yield* requiredVariables(child);
}

function isOptional(parent: Root, child: Expression): boolean {
  if (parent.kind === 'logical') return parent.operator === '||' && child === parent.left;
  if (parent.kind === 'conditional') return child === parent.test;
  return (
    parent.kind === 'binary' && [parent.left, parent.right].some((one) => one.kind === 'literal' && one.value === null)
  );
}
