import { Float, float } from '@backplane/sdk';
import { Document, parseDocument, Scalar, type YAMLParseError } from 'yaml';
import { integer } from '../values/integer.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import { toData } from '../values/to-data.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { pythonTags } from './yaml-tags.ts';

/** Block YAML with sorted keys in PyYAML's manner: sequences not indented, single quotes, strings that YAML 1.1 would misread quoted. */
export function toYaml(value: Value): string {
  const document = new Document(withScalars(toData(value)), {
    version: '1.1',
    customTags: pythonTags,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  });
  document.directives = undefined;
  const text = document.toString({
    indentSeq: false,
    singleQuote: true,
    blockQuote: false,
    lineWidth: 80,
    nullStr: 'null',
  });
  // PyYAML ends a document that is one plain scalar with its end marker.
  return /^["'[{]/.test(text) || (typeof value === 'object' && value !== null) ? text : `${text}...\n`;
}

/** Floats that are whole keep their `.0`. */
function withScalars(data: unknown): unknown {
  if (Float.is(data)) return Object.assign(new Scalar(data.value), { minFractionDigits: 1 });
  if (Array.isArray(data)) return data.map(withScalars);
  if (!isRecord(data)) return data;
  const copy = newRecord();
  for (const key of Object.keys(data)) copy[key] = withScalars(data[key]);
  return copy;
}

/** Reads one document of YAML 1.1, as PyYAML does: `yes` is true, an unquoted date is a date. Aliases are limited. */
export function fromYaml(text: string, given: Arguments): Value {
  const document = parseDocument(text, {
    version: '1.1',
    customTags: pythonTags,
    intAsBigInt: true,
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  const error = document.errors[0];
  if (error !== undefined) return given.fail(`the text is not valid YAML: ${withoutSource(error)}`);
  try {
    return toValue(document.toJS({ maxAliasCount: 100 }));
  } catch (cause) {
    if (cause instanceof ReferenceError) return given.fail('the YAML has too many aliases');
    throw cause;
  }
}

/** The library quotes the offending text in some messages. */
function withoutSource({ code, pos }: YAMLParseError | { code: string; pos: readonly number[] }): string {
  return `${code.toLowerCase().replaceAll('_', ' ')} at character ${pos[0]! + 1}`;
}

function toValue(data: unknown): Value {
  if (typeof data === 'bigint') return integer(data);
  if (typeof data === 'number') return float(data);
  if (Array.isArray(data)) return data.map(toValue);
  if (!isRecord(data)) return data instanceof Set ? [...data].map(toValue) : (data as Value);
  const record = newRecord<Value>();
  for (const key of Object.keys(data)) record[key] = toValue(data[key]);
  return record;
}
