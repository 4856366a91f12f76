import type { ValueKind } from '../../../language/functions/function-types.ts';
import { describeType, type Shape, type StaticType } from './static-type.ts';

/** What never fits: what is given instead, and whether null is given in some runs, which would fit. */
export interface Misfit {
  readonly given: string;
  readonly unlessNull: boolean;
}

/** Why no form that the value may have is accepted; undefined when one is, or when nothing is known. */
export function misfit(type: StaticType, isAccepted: (shape: Shape) => boolean): Misfit | undefined {
  if (type === 'unknown' || type.length === 0) return undefined;
  const values = type.filter(({ kind }) => kind !== 'null');
  if (values.some(isAccepted)) return undefined;
  const isNullFine = values.length < type.length && isAccepted({ kind: 'null' });
  if (values.length === 0) return isNullFine ? undefined : { given: 'null', unlessNull: false };
  return { given: describeType(values), unlessNull: isNullFine };
}

const IN_DATA: Partial<Readonly<Record<ValueKind, ValueKind>>> = {
  datetime: 'str',
  date: 'str',
  time: 'str',
  duration: 'str',
};

/** Whether an action that takes `expected` may take this. Dates arrive as text, whole floats as integers. */
export function accepts(expected: StaticType, shape: Shape): boolean {
  if (expected === 'unknown') return true;
  const kind = IN_DATA[shape.kind] ?? shape.kind;
  return expected.some((one) => {
    if (kind === 'int' || kind === 'float') return one.kind === 'int' || one.kind === 'float';
    if (one.kind !== kind) return false;
    if (one.kind !== 'str' || shape.kind !== 'str') return true;
    const [wanted, given] = [one.values, shape.values];
    return wanted === undefined || given === undefined || given.some((text) => wanted.includes(text));
  });
}
