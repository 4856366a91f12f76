import type { Expressions } from '@backplane/sdk';
import { equalityKey } from './equality-key.ts';
import { raise } from './errors.ts';

export type Item = Readonly<Record<string, unknown>>;

/**
 * Items by what they have at `keys`, first seen first. Later ones with the same values are merged into the first, their members winning.
 * Throws TRANSFORM_KEY_MISSING.
 */
export function distinctItems(
  items: readonly Item[],
  keys: readonly string[],
  expressions: Expressions,
): Map<string, Item> {
  const distinct = new Map<string, Item>();
  for (const [index, item] of items.entries()) {
    const values = keys.map((key) => valueAt(item, key, index, expressions));
    const identity = equalityKey([...keys, ...values]);
    distinct.set(identity, { ...distinct.get(identity), ...item });
  }
  return distinct;
}

const PLAIN_PATH = /^[^.[\]*$'"]+(?:\.[^.[\]*$'"]+)*$/;

function valueAt(item: Item, key: string, index: number, expressions: Expressions): unknown {
  if (PLAIN_PATH.test(key)) return memberAt(item, key, index);
  const value = expressions.jsonpath(key.startsWith('$') ? key : `$.${key}`, item);
  if (value === null || value === undefined) throw raise.TRANSFORM_KEY_MISSING({ key, index });
  return value;
}

/** Own members only. A member that is null is a value like any other; only an absent one is missing. */
function memberAt(item: unknown, path: string, index: number): unknown {
  let value = item;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw raise.TRANSFORM_KEY_MISSING({ key: path, index });
    }
    value = (value as Item)[key];
  }
  return value;
}
