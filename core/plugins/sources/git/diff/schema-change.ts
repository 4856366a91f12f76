import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../../language/values/is-record.ts';
import type { SchemaChange } from '../source-diff.ts';
import { uncovered } from './uncovered.ts';

type Schemas = { readonly input?: unknown; readonly output?: unknown };

/**
 * What a change of an action's JSON Schemas means for those who call it today: inputs that fit must still fit, and results must still be
 * what was promised. What cannot be compared counts as breaking.
 */
export function schemaChange(
  from: Schemas,
  to: Schemas,
): { readonly change: SchemaChange; readonly notes: readonly string[] } {
  const breaks = [
    ...uncovered(from.input ?? true, to.input ?? true, 'input'),
    ...uncovered(to.output ?? true, from.output ?? true, 'output'),
  ];
  if (breaks.length > 0) return { change: 'breaking', notes: breaks };
  const bare = ({ input = true, output = true }: Schemas) => [plain(input), plain(output)];
  if (isDeepStrictEqual(bare(from), bare(to))) return { change: 'same', notes: [] };
  return { change: 'additive', notes: ['accepts more, or promises more, than before'] };
}

/** Without what only people read. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (!isRecord(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) => !(typeof value === 'string' && /^(?:title|description|\$comment|\$schema|\$id)$/.test(key)),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]).toSorted(([a], [b]) => (a! < b! ? -1 : 1)));
}
