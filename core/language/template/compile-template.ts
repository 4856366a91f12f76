import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from '../path/forbidden-name.ts';
import { isRecord } from '../values/is-record.ts';
import type { Value } from '../values/value.ts';
import { compileMap } from './compile-map.ts';
import { compileString } from './compile-string.ts';
import type { CompiledPart } from './compiled-part.ts';
import { locateError, type TemplatePath } from './locate-error.ts';
import type { Reference, Template } from './template.ts';

const MAX_DEPTH = 500;
const MAX_NODES = 1_000_000;

export interface CompileOptions {
  /** Where `source` stands in the whole: prefixed to the `at` of references and errors. */
  readonly at?: TemplatePath;
}

/**
 * Compiles a string, list or map with `${{ }}` in it; anything else is a constant. Keys are evaluated too. Throws
 * LANGUAGE_SYNTAX and its like with `details: { at, offset }`.
 */
export function compileTemplate(source: unknown, { at = [] }: CompileOptions = {}): Template {
  const references: Reference[] = [];
  let nodes = 0;

  const compile = (value: unknown, path: TemplatePath): CompiledPart => {
    if (++nodes > MAX_NODES) throw locateError(raise.LANGUAGE_BUDGET_STEPS({ limit: MAX_NODES }), path, 0);
    if (path.length - at.length > MAX_DEPTH)
      throw locateError(raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH }), path, 0);
    if (typeof value === 'string') return compileString(value, path, references);
    if (Array.isArray(value)) return compileList(value.map((item, index) => compile(item, [...path, index])));
    if (!isRecord(value)) return constant((value ?? null) as Value);
    return compileMap(
      Object.keys(value).map((key) => {
        const place = [...path, key];
        if (isForbiddenName(key)) throw locateError(raise.LANGUAGE_FORBIDDEN_NAME({ name: key }), place, 0);
        return { at: place, key: compileString(key, place, references), value: compile(value[key], place) };
      }),
    );
  };

  const { evaluate, isConstant } = compile(source, at);
  return { evaluate, isConstant, references };
}

function constant(value: Value): CompiledPart {
  return { evaluate: () => value, isConstant: true };
}

/** Every evaluation builds its own list, so that no action can change another's arguments. */
function compileList(items: readonly CompiledPart[]): CompiledPart {
  return {
    evaluate: (scope) => {
      const list: Value[] = [];
      for (const item of items) list.push(item.evaluate(scope));
      return list;
    },
    isConstant: items.every((item) => item.isConstant),
  };
}
