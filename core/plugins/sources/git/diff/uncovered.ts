import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../../language/values/is-record.ts';

type Schema = Readonly<Record<string, unknown>>;
type Role = 'input' | 'output';

const ALL = ['null', 'boolean', 'object', 'array', 'number', 'string'];
/** They say nothing about which values fit. */
const NOTES = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
]);
const COMPARED = new Set([
  '$ref',
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'oneOf',
  'nullable',
]);
const AT_LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const AT_MOST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const MAX_DEPTH = 24;

/**
 * Why a value that fits `a` may not fit `b`, one line each; empty when all do. For inputs `a` is the earlier schema, for outputs the later one.
 * A new property of an open object is no reason: nobody gave it before.
 */
export function uncovered(a: unknown, b: unknown, role: Role): string[] {
  return compare({ a, b, at: role, depth: 0 }, { role, a, b });
}

interface Pair {
  readonly a: unknown;
  readonly b: unknown;
  readonly at: string;
  readonly depth: number;
}

interface Roots {
  readonly role: Role;
  readonly a: unknown;
  readonly b: unknown;
}

function compare(pair: Pair, roots: Roots): string[] {
  const { at, depth } = pair;
  const a = resolve(pair.a, roots.a);
  const b = resolve(pair.b, roots.b);
  if (b === true || a === false || isDeepStrictEqual(a, b)) return [];
  if (b === false) return [`${at}: nothing fits any more`];
  if (depth > MAX_DEPTH || a === undefined || b === undefined) return [`${at}: cannot be compared`];
  const from: Schema = a === true ? {} : a;
  const to: Schema = b;
  const branches = alternatives(from);
  if (branches !== undefined)
    return branches.flatMap((branch) => compare({ ...pair, a: branch, b: to, depth: depth + 1 }, roots));
  const choices = alternatives(to);
  if (choices !== undefined) {
    const fits = choices.some(
      (choice) => compare({ ...pair, a: from, b: choice, depth: depth + 1 }, roots).length === 0,
    );
    return fits ? [] : [`${at}: fits none of the alternatives`];
  }
  const types = typesOf(from).filter(
    (type) => !typesOf(to).some((other) => other === type || (type === 'integer' && other === 'number')),
  );
  if (types.length > 0) return [`${at}: ${typesText(from)} became ${typesText(to)}`];
  return [
    ...values(from, to, at),
    ...bounds(from, to, at),
    ...(typesOf(from).includes('object') ? members({ a: from, b: to, at, depth }, roots) : []),
    ...('items' in to
      ? compare({ a: from['items'] ?? true, b: to['items'], at: `${at}[]`, depth: depth + 1 }, roots)
      : []),
    ...others(from, to, at),
  ];
}

/** A schema with its reference to a definition of its own followed; undefined when it leads nowhere. */
function resolve(schema: unknown, root: unknown): Schema | boolean | undefined {
  let here = schema;
  for (let hops = 0; hops < MAX_DEPTH; hops++) {
    if (typeof here === 'boolean') return here;
    if (!isRecord(here)) return undefined;
    const reference = here['$ref'];
    if (typeof reference !== 'string') return here;
    if (!reference.startsWith('#')) return undefined;
    here = reference
      .split('/')
      .slice(1)
      .reduce((value: unknown, key) => (isRecord(value) ? value[key] : undefined), root);
  }
  return undefined;
}

function alternatives(schema: Schema): readonly unknown[] | undefined {
  const list = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(list) ? list : undefined;
}

function typesOf(schema: Schema): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type as string[];
  const given = 'const' in schema ? [schema['const']] : schema['enum'];
  if (!Array.isArray(given)) return ALL;
  return [...new Set(given.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)))];
}

function typesText(schema: Schema): string {
  const types = typesOf(schema);
  return types === ALL ? 'any value' : types.join(' or ');
}

function values(from: Schema, to: Schema, at: string): string[] {
  const allowed = 'const' in to ? [to['const']] : to['enum'];
  if (!Array.isArray(allowed)) return [];
  const given = 'const' in from ? [from['const']] : from['enum'];
  if (!Array.isArray(given)) return [`${at}: only certain values fit now`];
  const gone = given.filter((value) => !allowed.some((other) => isDeepStrictEqual(value, other)));
  return gone.map((value) => `${at}: ${JSON.stringify(value)} is not among the values`);
}

function bounds(from: Schema, to: Schema, at: string): string[] {
  const tighter = (key: string, worse: (a: number, b: number) => boolean) => {
    const [a, b] = [from[key], to[key]];
    return typeof b === 'number' && (typeof a !== 'number' || worse(a, b))
      ? [`${at}: ${key} is ${b}, was ${a ?? 'open'}`]
      : [];
  };
  return [
    ...AT_LEAST.flatMap((key) => tighter(key, (a, b) => b > a)),
    ...AT_MOST.flatMap((key) => tighter(key, (a, b) => b < a)),
  ];
}

function members({ a, b, at, depth }: { a: Schema; b: Schema; at: string; depth: number }, roots: Roots): string[] {
  const mine = isRecord(a['properties']) ? a['properties'] : {};
  const theirs = isRecord(b['properties']) ? b['properties'] : {};
  const needed = listOf(b['required']).filter((key) => !listOf(a['required']).includes(key));
  const rest = b['additionalProperties'] ?? true;
  const lines = needed.map((key) =>
    roots.role === 'input' ? `${at}.${key}: is required` : `${at}.${key}: is no longer always there`,
  );
  for (const [key, schema] of Object.entries(mine)) {
    const there = Object.hasOwn(theirs, key);
    if (there) lines.push(...compare({ a: schema, b: theirs[key], at: `${at}.${key}`, depth: depth + 1 }, roots));
    else if (roots.role === 'input') lines.push(`${at}.${key}: is gone`);
    else if (isRecord(rest))
      lines.push(...compare({ a: schema, b: rest, at: `${at}.${key}`, depth: depth + 1 }, roots));
  }
  if (roots.role === 'output') {
    const gone = Object.keys(theirs).filter((key) => !Object.hasOwn(mine, key) && !needed.includes(key));
    lines.push(...gone.map((key) => `${at}.${key}: is gone`));
  }
  const open = a['additionalProperties'] ?? true;
  if (open !== false && isRecord(open))
    lines.push(...compare({ a: open, b: rest, at: `${at}.*`, depth: depth + 1 }, roots));
  else if (open === true && rest === false && roots.role === 'input') lines.push(`${at}: other members no longer fit`);
  return lines;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

/** Keywords that are not understood here must stay as they are. */
function others(from: Schema, to: Schema, at: string): string[] {
  const known = (key: string) => NOTES.has(key) || COMPARED.has(key) || AT_LEAST.includes(key) || AT_MOST.includes(key);
  return Object.keys(to)
    .filter((key) => !known(key) && !isDeepStrictEqual(from[key], to[key]))
    .map((key) => `${at}: \`${key}\` is another`);
}
