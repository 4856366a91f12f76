import { raise } from '../../errors/catalogue.ts';
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
  return {
    evaluate: (scope) => {
      const record = newRecord<Value>();
      for (const { at, key, value } of entries) {
        const name = keyText(key.evaluate(scope), at);
        if (name in record) throw locateError(raise.LANGUAGE_KEY_COLLISION({ key: name }), at, 0);
        record[name] = value.evaluate(scope);
      }
      return record;
    },
    isConstant,
  };
}

/** JSON's keys are text: numbers and constants are written as Python writes them. */
function keyText(key: Value, at: TemplatePath): string {
  const isScalar = key === null || typeof key !== 'object';
  if (!isScalar) throw locateError(raise.LANGUAGE_KEY_TYPE({ type: pythonTypeName(key) }), at, 0);
  const name = typeof key === 'string' ? key : pythonStr(key);
  if (isForbiddenName(name)) throw locateError(raise.LANGUAGE_FORBIDDEN_NAME({ name }), at, 0);
  return name;
}
