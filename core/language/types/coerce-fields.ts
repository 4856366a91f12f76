import { nearest } from '../source/did-you-mean.ts';
import { newRecord } from '../values/is-record.ts';
import { inputInvalid, type TypeIssue, tryCoerce } from './coerce.ts';
import { type InputType, typeText } from './input-type.ts';

/** One declared input. It is required exactly when it has no `default` key: a nullable type alone does not make it optional. */
export interface ExpectedField {
  readonly type: InputType;
  readonly description?: string;
  /** Used as it stands: neither checked nor converted. */
  readonly default?: unknown;
}

export type ExpectedFields = Readonly<Record<string, ExpectedField>>;

export function isRequired(field: ExpectedField): boolean {
  return !Object.hasOwn(field, 'default');
}

/**
 * The declared inputs, converted, with defaults for those not given. `name` is what messages call the whole (`inputs`, `TRIGGER`).
 * Throws INPUT_INVALID with every unknown, missing and unfit one.
 */
export function coerceFields(
  expects: ExpectedFields,
  values: Readonly<Record<string, unknown>>,
  name = 'inputs',
): Record<string, unknown> {
  const issues: TypeIssue[] = [];
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(expects, key)) issues.push(unknownField(expects, key, name));
  }
  const fields = newRecord();
  for (const [key, field] of Object.entries(expects)) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) {
      if (isRequired(field))
        issues.push({ path: `${name}.${key}`, at: [key], expected: typeText(field.type), got: 'nothing' });
      else fields[key] = field.default;
      continue;
    }
    const outcome = tryCoerce(field.type, value, `${name}.${key}`);
    if (outcome.ok) fields[key] = outcome.value;
    else issues.push(...outcome.issues.map((issue) => ({ ...issue, at: [key, ...issue.at] })));
  }
  if (issues.length > 0) throw inputInvalid(issues);
  return fields;
}

function unknownField(expects: ExpectedFields, key: string, name: string): TypeIssue {
  const known = Object.keys(expects);
  const didYouMean = nearest(key, known);
  return {
    path: `${name}.${key}`,
    at: [key],
    expected: known.length === 0 ? 'no inputs at all' : `one of ${known.join(', ')}`,
    got: 'an input that is not declared',
    ...(didYouMean === undefined ? {} : { didYouMean }),
  };
}
