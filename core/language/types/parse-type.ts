import { nearest } from '../source/did-you-mean.ts';
import type { InputType, ScalarKind } from './input-type.ts';
import { TypeCursor } from './type-cursor.ts';

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 32;
const MAX_ENUM_VALUES = 20;

const SCALARS: Readonly<Record<string, ScalarKind>> = {
  int: 'int',
  str: 'str',
  bool: 'bool',
  float: 'float',
  datetime: 'datetime',
  duration: 'duration',
  any: 'any',
  Any: 'any',
  None: 'none',
};

/** What other languages call our types; edit distance would not find them. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  string: 'str',
  text: 'str',
  integer: 'int',
  number: 'float',
  double: 'float',
  decimal: 'float',
  boolean: 'bool',
  date: 'datetime',
  timestamp: 'datetime',
  timedelta: 'duration',
  null: 'None',
  object: 'dict[str, any]',
  map: 'dict[str, any]',
  array: 'list[any]',
  tuple: 'list[any]',
  set: 'list[any]',
  unknown: 'any',
};

/** Reads a type of `expects`. Throws TYPE_SYNTAX with the offset of the mistake in `details.offset`. */
export function parseType(text: string): InputType {
  const cursor = new TypeCursor(text);
  if (text.length > MAX_LENGTH) throw cursor.error(`it is longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const type = union(cursor, 0);
  if (!cursor.atEnd) throw cursor.error(`expected \`|\` or the end, found ${cursor.found}`);
  return type;
}

function union(cursor: TypeCursor, depth: number): InputType {
  if (depth > MAX_DEPTH) throw cursor.error(`it is nested deeper than ${MAX_DEPTH} levels`);
  const first = single(cursor, depth);
  const members = [first];
  while (cursor.accept('|')) members.push(single(cursor, depth));
  return members.length === 1 ? first : { kind: 'union', members };
}

function single(cursor: TypeCursor, depth: number): InputType {
  const start = cursor.offset;
  const name = cursor.word();
  if (name === undefined) throw cursor.error(`expected a type, found ${cursor.found}`);
  if (Object.hasOwn(SCALARS, name)) return { kind: SCALARS[name]! };
  if (name === 'list') return list(cursor, start, depth);
  if (name === 'dict') return dict(cursor, depth);
  if (name === 'enum') return enumeration(cursor);
  if (name.startsWith('$'))
    throw cursor.error(`references such as \`${name}\` cannot be resolved; write the type out`, start);
  throw cursor.error(`there is no type \`${name}\``, start, suggestion(name));
}

function list(cursor: TypeCursor, start: number, depth: number): InputType {
  if (!cursor.accept('[')) throw cursor.error('`list` needs the type of its items', start, 'list[any]');
  const item = union(cursor, depth + 1);
  cursor.expect(']', 'after the item type');
  return { kind: 'list', item };
}

function dict(cursor: TypeCursor, depth: number): InputType {
  if (!cursor.accept('[')) return { kind: 'dict', key: { kind: 'str' }, value: { kind: 'any' } };
  const key = union(cursor, depth + 1);
  cursor.expect(',', 'between key and value type of `dict`');
  const value = union(cursor, depth + 1);
  cursor.expect(']', 'after the value type');
  return { kind: 'dict', key, value };
}

function enumeration(cursor: TypeCursor): InputType {
  cursor.expect('[', 'after `enum`');
  const values: string[] = [];
  const seen = new Set<string>();
  do {
    const start = cursor.offset;
    const value = cursor.string();
    if (value === undefined) throw cursor.error(`expected a quoted value of \`enum\`, found ${cursor.found}`);
    if (value === '') throw cursor.error('a value of `enum` may not be empty', start);
    if (seen.has(value.toLowerCase()))
      throw cursor.error(`\`enum\` has the value "${value}" twice (letter case does not count)`, start);
    if (values.length === MAX_ENUM_VALUES)
      throw cursor.error(`\`enum\` may have at most ${MAX_ENUM_VALUES} values`, start);
    seen.add(value.toLowerCase());
    values.push(value);
  } while (cursor.accept(','));
  cursor.expect(']', 'after the values of `enum`');
  return { kind: 'enum', values };
}

function suggestion(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (Object.hasOwn(FOREIGN_NAMES, lower)) return FOREIGN_NAMES[lower];
  return nearest(name, [...Object.keys(SCALARS), 'list', 'dict', 'enum']);
}
