import type { ValueKind as Kind } from '../../../language/functions/function-types.ts';

/** One form that a value may have. */
export type Shape =
  | { readonly kind: Exclude<Kind, 'list' | 'dict' | 'str'> }
  /** `values`: all that it can be. */
  | { readonly kind: 'str'; readonly values?: readonly string[] }
  | { readonly kind: 'list'; readonly item: StaticType }
  | {
      readonly kind: 'dict';
      readonly fields: ReadonlyMap<string, StaticType>;
      /** What stands under other names; absent when there are none. */
      readonly others?: StaticType;
    };

/** Every form that a value may have. What is unknown fits everywhere. */
export type StaticType = 'unknown' | readonly Shape[];

export const NULL: StaticType = [{ kind: 'null' }];
export const LIST: StaticType = [{ kind: 'list', item: 'unknown' }];
export const TEXT: StaticType = [{ kind: 'str' }];
export const BOOL: StaticType = [{ kind: 'bool' }];
export const DICT: StaticType = [{ kind: 'dict', fields: new Map(), others: 'unknown' }];

/** No checks look further into a type than so many forms. */
const MOST_SHAPES = 16;

export function oneOf(...types: readonly StaticType[]): StaticType {
  const shapes: Shape[] = [];
  for (const type of types) {
    if (type === 'unknown') return 'unknown';
    for (const shape of type) if (!shapes.some((known) => isSame(known, shape))) shapes.push(shape);
  }
  return shapes.length > MOST_SHAPES ? 'unknown' : shapes;
}

/** Enough to keep unions small: what is nested differs unless it is the same object. */
function isSame(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.kind === 'list' || a.kind === 'dict') return false;
  return a.kind !== 'str' || (a.values === undefined && (b as typeof a).values === undefined);
}

function kindsOf(type: readonly Shape[]): ReadonlySet<Kind> {
  return new Set(type.map(({ kind }) => kind));
}

/** Nothing is known of what is nested deeper in a result. */
const MAX_DEPTH = 12;

/** As values stand in results and inputs: dates are text there. */
export function asData(type: StaticType, depth = 0): StaticType {
  if (type === 'unknown' || depth > MAX_DEPTH) return 'unknown';
  return oneOf(type.map((shape) => shapeAsData(shape, depth + 1)));
}

function shapeAsData(shape: Shape, depth: number): Shape {
  switch (shape.kind) {
    case 'datetime':
    case 'date':
    case 'time':
    case 'duration':
      return { kind: 'str' };
    case 'list':
      return { kind: 'list', item: asData(shape.item, depth) };
    case 'dict':
      return {
        kind: 'dict',
        fields: new Map([...shape.fields].map(([name, field]) => [name, asData(field, depth)])),
        ...(shape.others !== undefined && { others: asData(shape.others, depth) }),
      };
    default:
      return shape;
  }
}

const NAMES: Readonly<Record<Kind, string>> = {
  null: 'null',
  bool: 'true or false',
  int: 'an integer',
  float: 'a number',
  str: 'text',
  list: 'a list',
  dict: 'a map',
  datetime: 'a date and time',
  date: 'a date',
  time: 'a time of day',
  duration: 'a duration',
};

/** For messages. Text is not shown, since it may be a secret; what a schema lists as its choices is. */
export function describeType(type: readonly Shape[]): string {
  const choices = type.flatMap((shape) =>
    shape.kind === 'str' && (shape.values?.length ?? 0) > 1 ? shape.values! : [],
  );
  if (choices.length === 0 || type.some(({ kind }) => kind !== 'str')) return describeKinds(kindsOf(type));
  return `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`;
}

export function describeKinds(kinds: Iterable<Kind>): string {
  const all = new Set(kinds);
  // Whoever takes floats takes integers too.
  if (all.has('float')) all.delete('int');
  return [...all].map((kind) => NAMES[kind]).join(' or ');
}
