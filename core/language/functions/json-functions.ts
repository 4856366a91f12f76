import { isTooDeep } from '../source/read-json.ts';
import type { Value } from '../values/value.ts';
import { aliases, defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { fromJson, toJson } from './json-text.ts';

function isJson(value: Value): boolean {
  if (typeof value !== 'string' || isTooDeep(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

export const jsonFunctions: readonly ExpressionFunction[] = [
  ...aliases(
    defineFunction('serialize_json', 'x', 'Compact JSON.', (given) => toJson(given.value(0))),
    'serialize',
  ),
  defineFunction('prettify_json', 'x', 'JSON with an indent of two spaces.', (given) => toJson(given.value(0), 2)),
  defineFunction('is_json', 'x', 'Whether a string holds valid JSON that can be read.', (given) =>
    isJson(given.value(0)),
  ),
  defineFunction('deserialize_json', 'text', 'The value that JSON text holds.', (given) =>
    fromJson(given.text(0), given),
  ),
  defineFunction(
    'deserialize_ndjson',
    'text',
    'A list with the value of each line; blank lines are skipped.',
    (given) => {
      const lines = given.text(0).split(/\r\n|[\n\r]/);
      return lines.filter((line) => line.trim() !== '').map((line) => fromJson(line, given));
    },
  ),
];
