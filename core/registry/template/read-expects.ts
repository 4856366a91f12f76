import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from '../../language/path/forbidden-name.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import type { ExpectedField, ExpectedFields } from '../../language/types/coerce-fields.ts';
import type { InputType } from '../../language/types/input-type.ts';
import { parseType } from '../../language/types/parse-type.ts';
import { type FieldRules, readFields } from './read-fields.ts';

/** `enum` and `optional` are read and have no effect, as in the original: the type says both. */
const INPUT: FieldRules = {
  type: { kind: 'text', required: true },
  description: { kind: 'text' },
  default: { kind: 'any' },
  enum: { kind: 'list' },
  optional: { kind: 'boolean' },
};

export function readExpects(findings: Findings, value: unknown, path: DataPath): ExpectedFields {
  const fields: Record<string, ExpectedField> = Object.create(null);
  for (const [name, given] of Object.entries((value ?? {}) as object)) {
    const field = readInput(findings, name, given, [...path, name]);
    if (field !== undefined) fields[name] = field;
  }
  return fields;
}

function readInput(findings: Findings, name: string, given: unknown, path: DataPath): ExpectedField | undefined {
  const { type: text, description, ...rest } = readFields(findings, given, path, `the input "${name}"`, INPUT);
  if (isForbiddenName(name)) {
    findings.atKey(path, raise.TEMPLATE_VALUE({ what: `The input name "${name}"`, problem: 'is reserved' }));
  }
  const type = typeof text === 'string' ? readType(findings, text, [...path, 'type']) : undefined;
  if (type === undefined) return undefined;
  return {
    type,
    ...(typeof description === 'string' ? { description: description.trim() } : {}),
    ...('default' in rest ? { default: rest['default'] } : {}),
  };
}

function readType(findings: Findings, text: string, path: DataPath): InputType | undefined {
  try {
    return parseType(text);
  } catch (error) {
    if (!BackplaneError.is(error)) throw error;
    const { offset, didYouMean } = (error.facts.details ?? {}) as { offset?: number; didYouMean?: string };
    findings.insideText(path, offset ?? 0, error, didYouMean === undefined ? {} : { didYouMean });
    return undefined;
  }
}
