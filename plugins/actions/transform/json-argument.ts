import { parseJson } from '@backplane/sdk';
import { raise } from './errors.ts';

export type JsonMap = Readonly<Record<string, unknown>>;

/** A map, given as such or as JSON text. Throws TRANSFORM_JSON_INVALID. */
export function jsonArgument(given: string | JsonMap): JsonMap {
  const value = typeof given === 'string' ? parse(given) : given;
  if (typeof value !== 'object' || value === null)
    throw raise.TRANSFORM_JSON_INVALID({ problem: 'the text holds a scalar' });
  if (Array.isArray(value)) throw raise.TRANSFORM_JSON_INVALID({ problem: 'the text holds a list' });
  return value as JsonMap;
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw raise.TRANSFORM_JSON_INVALID({ problem: 'the text is not JSON' }, { cause: error });
  }
}
