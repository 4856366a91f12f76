import { raise } from '../../errors/catalogue.ts';
import { itemOf } from '../path/item-of.ts';
import { nearest } from '../source/did-you-mean.ts';
import { isRecord } from '../values/is-record.ts';
import { ownMember } from '../values/own-member.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';

/** `value[index]` as Python has it: raises for what is not there, where a path would give null. */
export function indexValue(target: Value, index: Value): Value {
  const found = isRecord(target) ? memberAt(target, index) : itemAt(target, index);
  if (found === undefined) throw raise.LANGUAGE_INDEX({ problem: problemOf(target, index) });
  return found as Value;
}

function memberAt(target: { readonly [key: string]: unknown }, index: Value): unknown {
  return typeof index === 'string' ? ownMember(target, index) : undefined;
}

function itemAt(target: Value, index: Value): unknown {
  const position = typeof index === 'boolean' ? Number(index) : index;
  return typeof position === 'number' && Number.isInteger(position) ? itemOf(target, position) : undefined;
}

function problemOf(target: Value, index: Value): string {
  const shown =
    typeof index === 'string'
      ? `'${index.slice(0, 80)}'`
      : typeof index === 'number'
        ? String(index)
        : pythonTypeName(index);
  if (isRecord(target)) {
    const near = typeof index === 'string' ? nearest(index, Object.keys(target).slice(0, 1_000)) : undefined;
    return `The map has no key ${shown}.${near === undefined ? '' : ` Did you mean '${near}'?`}`;
  }
  if (!Array.isArray(target) && typeof target !== 'string')
    return `A ${pythonTypeName(target)} has no items, so \`[${shown}]\` cannot be read.`;
  if (typeof index !== 'number')
    return `The index of a ${pythonTypeName(target)} must be a whole number, not a ${pythonTypeName(index)}.`;
  return `There is no item ${shown}; the ${pythonTypeName(target)} has ${target.length}.`;
}
