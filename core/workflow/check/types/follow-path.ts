import { nearest } from '../../../language/source/did-you-mean.ts';
import { NULL, oneOf, type Shape, type StaticType } from './static-type.ts';

/** A name that is not there in any form that the value may have. */
export interface MissingField {
  /** How many segments lead to what has no such field. */
  readonly at: number;
  readonly name: string;
  readonly didYouMean?: string;
}

/** What a path of names and indices leads to. Calls `missing` when a part of it cannot exist, which gives null. */
export function followPath(
  start: StaticType,
  segments: readonly (string | number)[],
  missing: (field: MissingField) => void,
): StaticType {
  let type = start;
  for (const [at, segment] of segments.entries()) {
    if (type === 'unknown') return 'unknown';
    const values: readonly Shape[] = type.filter(({ kind }) => kind !== 'null');
    // Of null nothing is known but that something else was expected there; whoever made it null has been told.
    if (values.length === 0) return 'unknown';
    const found = values.map((shape) => member(shape, segment));
    if (found.every((one) => one === undefined)) {
      if (typeof segment === 'string') missing(missingField(at, segment, values));
      return 'unknown';
    }
    const isSometimesMissing = values.length < type.length || found.includes(undefined);
    type = oneOf(...found.filter((one) => one !== undefined), ...(isSometimesMissing ? [NULL] : []));
  }
  return type;
}

function member(shape: Shape, segment: string | number): StaticType | undefined {
  if (typeof segment === 'number') {
    if (shape.kind === 'list') return oneOf(shape.item, NULL);
    return shape.kind === 'str' || shape.kind === 'dict' ? 'unknown' : undefined;
  }
  return shape.kind === 'dict' ? (shape.fields.get(segment) ?? shape.others) : undefined;
}

function missingField(at: number, name: string, shapes: readonly Shape[]): MissingField {
  const known = shapes.flatMap((shape) => (shape.kind === 'dict' ? [...shape.fields.keys()] : []));
  const didYouMean = nearest(name, known);
  return { at, name, ...(didYouMean !== undefined && { didYouMean }) };
}
