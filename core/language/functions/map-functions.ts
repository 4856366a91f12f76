import { raise } from '../../errors/catalogue.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import { ownMember } from '../values/own-member.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { fromJson } from './json-text.ts';
import { mapKey } from './map-key.ts';

function lookup(given: Arguments): Value {
  const key = given.value(1);
  return (ownMember(given.record(0), mapKey(key)) as Value | undefined) ?? null;
}

function mapKeys(given: Arguments): Value {
  const [record, names] = [given.record(0), given.record(1)];
  const renamed = newRecord<Value>();
  for (const key of Object.keys(record)) {
    const name = ownMember(names, key) as Value | undefined;
    if (name === undefined) return given.fail(`the key \`${key}\` has no new name`);
    renamed[mapKey(name)] = record[key]!;
  }
  return renamed;
}

function merged(given: Arguments): Value {
  const into = newRecord<Value>();
  for (const part of given.list(0)) {
    if (!isRecord(part)) return given.fail(`every item must be a dict, not ${pythonTypeName(part)}`);
    for (const key of Object.keys(part)) into[key] = part[key] as Value;
  }
  return into;
}

function flattenedMap(given: Arguments): Value {
  const value = given.value(0);
  const data = typeof value === 'string' ? fromJson(value, given) : value;
  if (!isRecord(data) && !Array.isArray(data))
    return given.reject(0, 'a dict, a list, or a str that holds one as JSON');
  const limit = given.int(1, 100);
  const flat = newRecord<Value>();
  flattenInto(flat, data as Value, '', { depth: 0, limit });
  return flat;
}

function flattenInto(
  flat: Record<string, Value>,
  value: Value,
  path: string,
  at: { depth: number; limit: number },
): void {
  if (at.depth > at.limit) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: at.limit });
  const below = { depth: at.depth + 1, limit: at.limit };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) flattenInto(flat, item, `${path}[${index}]`, below);
  } else if (isRecord(value)) {
    for (const key of Object.keys(value))
      flattenInto(flat, value[key] as Value, path === '' ? key : `${path}.${key}`, below);
  } else {
    flat[path] = value;
  }
}

export const mapFunctions: readonly ExpressionFunction[] = [
  defineFunction('lookup', 'map key', 'The value under a key; null when there is none.', lookup),
  defineFunction(
    'map_keys',
    'map names',
    'The same values under new keys; an error when a key has no new name.',
    mapKeys,
  ),
  defineFunction('merge', 'maps', 'One map from a list of maps; later ones win.', merged),
  defineFunction(
    'flatten_dict',
    'map max_depth?',
    'One level of keys that are paths, such as `a.b[0]`. Takes JSON text too.',
    flattenedMap,
  ),
  defineFunction('to_keys', 'map', 'The keys.', (given) => Object.keys(given.record(0))),
  defineFunction('to_values', 'map', 'The values.', (given) => Object.values(given.record(0))),
];
