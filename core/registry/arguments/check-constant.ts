import { Float } from '@backplane/sdk';
import { describeValue } from '../../language/values/describe-value.ts';
import { isDynamic, isWholeExpression } from './is-dynamic.ts';
import type { JsonSchema } from './json-schema.ts';

/** Something wrong with a value: where inside it, and what was expected there. */
export interface Mismatch {
  readonly path: readonly (string | number)[];
  readonly found: string;
  readonly expected: string;
}

/** References may be circular; nobody nests arguments this deep. */
const MAX_DEPTH = 40;
/** A schema that branches at every level could take forever; what is left unchecked here, the action's own schema checks. */
const MAX_STEPS = 200_000;
let steps = 0;

/** Compares the constant parts of a value with a schema. What an expression will give is unknown, and passes. */
export function checkConstant(value: unknown, schema: JsonSchema, root: JsonSchema = schema): Mismatch[] {
  steps = 0;
  return check(value, schema, root, 0);
}

function check(value: unknown, given: JsonSchema | boolean | undefined, root: JsonSchema, depth: number): Mismatch[] {
  const schema = dereference(given, root);
  steps += 1;
  if (schema === undefined || depth > MAX_DEPTH || steps > MAX_STEPS) return [];
  if (typeof value === 'string' && isDynamic(value) && isWholeExpression(value)) return [];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return checkAlternatives(value, alternatives, root, depth);
  if (!fitsType(value, schema.type)) return [mismatch(value, describe(schema))];
  const own = checkLimits(value, schema);
  if (own !== undefined) return [own];
  const all = (schema.allOf ?? []).flatMap((part) => check(value, part, root, depth + 1));
  return [...all, ...checkMembers(value, schema, root, depth)];
}

/** The findings of the alternative that fits best; none when one fits. */
function checkAlternatives(
  value: unknown,
  all: readonly (JsonSchema | boolean)[],
  root: JsonSchema,
  depth: number,
): Mismatch[] {
  const findings = all.map((one) => check(value, one, root, depth + 1));
  if (findings.some((list) => list.length === 0)) return [];
  const inner = findings.filter((list) => list.every((finding) => finding.path.length > 0));
  if (inner.length === 1) return inner[0]!;
  return [mismatch(value, all.map((one) => describe(dereference(one, root) ?? {})).join(' or '))];
}

function checkMembers(value: unknown, schema: JsonSchema, root: JsonSchema, depth: number): Mismatch[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      below(index, check(item, schema.prefixItems?.[index] ?? schema.items, root, depth + 1)),
    );
  }
  if (!isRecord(value)) return [];
  const known = schema.properties ?? {};
  const found = Object.entries(value).flatMap(([key, member]) => {
    const property = Object.hasOwn(known, key) ? known[key] : undefined;
    if (property === undefined && schema.additionalProperties === false && !isDynamic(key)) {
      const names = Object.keys(known);
      return [{ path: [key], found: 'an unknown key', expected: names.length === 0 ? 'no key' : names.join(', ') }];
    }
    return below(key, check(member, property ?? schema.additionalProperties, root, depth + 1));
  });
  if (Object.keys(value).some(isDynamic)) return found;
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return [...found, ...missing.map((key) => ({ path: [], found: `no "${key}"`, expected: `a "${key}"` }))];
}

function checkLimits(value: unknown, schema: JsonSchema): Mismatch | undefined {
  if (isDynamic(value)) return undefined;
  const allowed = schema.enum ?? (Object.hasOwn(schema, 'const') ? [schema.const] : undefined);
  if (allowed !== undefined && !allowed.includes(plain(value))) return mismatch(value, describe(schema));
  const size = sizeOf(value);
  if (size === undefined) return undefined;
  const { least, most, unit } = limitsFor(value, schema);
  if (least !== undefined && size < least) return mismatch(value, `at least ${least}${unit}`);
  if (most !== undefined && size > most) return mismatch(value, `at most ${most}${unit}`);
  if (typeof size !== 'number' || typeof plain(value) !== 'number') return undefined;
  if (schema.exclusiveMinimum !== undefined && size <= schema.exclusiveMinimum)
    return mismatch(value, `more than ${schema.exclusiveMinimum}`);
  if (schema.exclusiveMaximum !== undefined && size >= schema.exclusiveMaximum)
    return mismatch(value, `less than ${schema.exclusiveMaximum}`);
  return undefined;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  const number = plain(value);
  return typeof number === 'number' || typeof number === 'bigint' ? Number(number) : undefined;
}

function limitsFor(value: unknown, schema: JsonSchema): { least?: number; most?: number; unit: string } {
  if (typeof value === 'string') return { least: schema.minLength, most: schema.maxLength, unit: ' characters' };
  if (Array.isArray(value)) return { least: schema.minItems, most: schema.maxItems, unit: ' items' };
  return { least: schema.minimum, most: schema.maximum, unit: '' };
}

function fitsType(value: unknown, type: JsonSchema['type']): boolean {
  if (type === undefined) return true;
  const kinds = typeof type === 'string' ? [type] : type;
  const kind = kindOf(value);
  return (
    kinds.includes(kind) ||
    (kind === 'integer' && kinds.includes('number')) ||
    (wholeFloat(value) && kinds.includes('integer'))
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (Float.is(value)) return 'number';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

const wholeFloat = (value: unknown) => Float.is(value) && Number.isInteger(value.value);
const plain = (value: unknown) => (Float.is(value) ? value.value : value);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Float.is(value);
}

function dereference(schema: JsonSchema | boolean | undefined, root: JsonSchema): JsonSchema | undefined {
  if (typeof schema !== 'object') return undefined;
  if (schema.$ref === undefined) return schema;
  if (schema.$ref === '#') return root;
  const [, group, name] = /^#\/(\$defs|definitions)\/(.+)$/.exec(schema.$ref) ?? [];
  const table = group === '$defs' ? root.$defs : root.definitions;
  return name !== undefined && table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function describe(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  if (Object.hasOwn(schema, 'const')) return JSON.stringify(schema.const);
  const names = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['another value']);
  return names.map((name) => NAMES[name] ?? name).join(' or ');
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

/** Text is described, not shown: it may be a secret that does not belong there. */
function mismatch(value: unknown, expected: string): Mismatch {
  const shown = typeof value === 'number' || typeof value === 'boolean' ? String(value) : describeValue(value);
  return { path: [], found: shown, expected };
}

function below(key: string | number, found: readonly Mismatch[]): Mismatch[] {
  return found.map((finding) => ({ ...finding, path: [key, ...finding.path] }));
}
