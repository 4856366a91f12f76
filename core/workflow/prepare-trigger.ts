import { coerceFields, type ExpectedFields } from '../language/types/coerce-fields.ts';
import { parseType } from '../language/types/parse-type.ts';
import { isRecord } from '../language/values/is-record.ts';
import type { InputDeclaration, WorkflowDefinition } from './workflow-definition.ts';

/**
 * The input of a run as the workflow sees it in `TRIGGER`: what `entrypoint.expects` declares is converted, checked and completed
 * with defaults; what it does not mention stays, since senders of webhooks add fields as they like. Input that is not a mapping
 * is handed on as it is; no input counts as an empty one. Throws INPUT_INVALID with every problem, before any run exists.
 */
export function prepareTrigger(definition: Pick<WorkflowDefinition, 'entrypoint'>, trigger: unknown): unknown {
  const { expects } = definition.entrypoint;
  if (expects === undefined || Object.keys(expects).length === 0) return trigger ?? null;
  const given = trigger ?? {};
  if (!isRecord(given)) return given;
  const declared: Record<string, unknown> = Object.create(null);
  const others: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(given)) (Object.hasOwn(expects, name) ? declared : others)[name] = value;
  return Object.assign(others, coerceFields(fieldsOf(expects), declared, 'TRIGGER'));
}

const known = new WeakMap<object, ExpectedFields>();

function fieldsOf(expects: Readonly<Record<string, InputDeclaration>>): ExpectedFields {
  const fields = known.get(expects) ?? parseFields(expects);
  known.set(expects, fields);
  return fields;
}

function parseFields(expects: Readonly<Record<string, InputDeclaration>>): ExpectedFields {
  const entries = Object.entries(expects).map(
    ([name, field]) => [name, { ...field, type: parseType(field.type) }] as const,
  );
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
