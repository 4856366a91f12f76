import { isObject } from './read-document.ts';

const NO_SCHEMAS = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * The document with its schemas as JSON Schema has them: `nullable` and the exclusive limits of 3.0 rewritten, and nothing required of a side
 * that must not send it (`readOnly` in requests, `writeOnly` in answers).
 */
export function jsonSchemaForm(value: unknown, side: 'request' | 'response'): unknown {
  if (Array.isArray(value)) return value.map((item) => jsonSchemaForm(item, side));
  if (!isObject(value)) return value;
  const made: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) made[key] = NO_SCHEMAS.has(key) ? part : jsonSchemaForm(part, side);
  if (made['nullable'] === true) {
    delete made['nullable'];
    if (typeof made['type'] === 'string') made['type'] = [made['type'], 'null'];
    if (Array.isArray(made['enum']) && !made['enum'].includes(null)) made['enum'] = [...made['enum'], null];
  }
  for (const [exclusive, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof made[exclusive] !== 'boolean') continue;
    if (made[exclusive] && made[limit] !== undefined) {
      made[exclusive] = made[limit];
      delete made[limit];
    } else delete made[exclusive];
  }
  const { required, properties } = made;
  if (Array.isArray(required) && isObject(properties)) {
    const notSent = side === 'request' ? 'readOnly' : 'writeOnly';
    made['required'] = required.filter((name) => {
      const property = properties[name as string];
      return !(isObject(property) && property[notSent] === true);
    });
  }
  return made;
}
