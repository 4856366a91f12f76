import { raise } from '../../errors/catalogue.ts';
import type { Evaluate } from '../expression/evaluate.ts';
import { isForbiddenName } from '../path/forbidden-name.ts';
import { newRecord } from '../values/is-record.ts';
import { pythonStr } from '../values/render.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';
import type { CompiledPart } from './compiled-part.ts';
import { locateError, type TemplatePath } from './locate-error.ts';

interface Entry {
  readonly at: TemplatePath;
  readonly key: CompiledPart;
  readonly value: CompiledPart;
}

/** Two keys that come out equal are an error, never a silent loss. */
export function compileMap(entries: readonly Entry[]): CompiledPart {
  const isConstant = entries.every(({ key, value }) => key.isConstant && value.isConstant);
  const evaluate = entries.every(({ key }) => key.isConstant) ? fixedKeys(entries) : computedKeys(entries);
  return { evaluate, isConstant };
}

function fixedKeys(entries: readonly Entry[]): Evaluate {
  const values = new Map<string, Evaluate>();
  for (const { at, key, value } of entries)
    values.set(newKey(key.evaluate({}), values.has.bind(values), at), value.evaluate);
  const pairs = [...values];
  return (scope) => {
    const record = newRecord<Value>();
    for (const pair of pairs) record[pair[0]] = pair[1](scope);
    return record;
  };
}

function computedKeys(entries: readonly Entry[]): Evaluate {
  return (scope) => {
    const record = newRecord<Value>();
    for (const { at, key, value } of entries) {
      const name = newKey(key.evaluate(scope), (known) => known in record, at);
      record[name] = value.evaluate(scope);
    }
    return record;
  };
}

function newKey(key: Value, isTaken: (name: string) => boolean, at: TemplatePath): string {
  const name = keyText(key, at);
  if (isTaken(name)) throw locateError(raise.LANGUAGE_KEY_COLLISION({ key: name }), at, 0);
  return name;
}

/** JSON's keys are text: numbers and constants are written as Python writes them. */
function keyText(key: Value, at: TemplatePath): string {
  const isScalar = key === null || typeof key !== 'object';
  if (!isScalar) throw locateError(raise.LANGUAGE_KEY_TYPE({ type: pythonTypeName(key) }), at, 0);
  const name = typeof key === 'string' ? key : pythonStr(key);
  if (isForbiddenName(name)) throw locateError(raise.LANGUAGE_FORBIDDEN_NAME({ name }), at, 0);
  return name;
}
