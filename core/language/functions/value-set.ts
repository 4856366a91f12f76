import { raise } from '../../errors/catalogue.ts';
import { comparable, isNumeric } from '../values/integer.ts';
import { isRecord } from '../values/is-record.ts';
import { pythonRepr } from '../values/render.ts';
import { isAware, isDateTime } from '../values/temporal-kind.ts';
import type { Value } from '../values/value.ts';

const MAX_DEPTH = 50;

/**
 * The distinct values by Python's equality, in order of first appearance (`1`, `1.0` and `True` are one). Unlike Python's sets,
 * lists and maps may be members; they count by content.
 */
export class ValueSet {
  readonly #members = new Map<unknown, Value>();

  constructor(items: readonly Value[]) {
    for (const item of items) {
      const key = keyOf(item, 0);
      if (!this.#members.has(key)) this.#members.set(key, item);
    }
  }

  has(item: Value): boolean {
    return this.#members.has(keyOf(item, 0));
  }

  values(): Value[] {
    return [...this.#members.values()];
  }
}

/** Equal values have equal keys: a plain value, or a string with a prefix that no string value gets. */
function keyOf(value: Value, depth: number): unknown {
  if (typeof value === 'string') return `s${value}`;
  if (value === null) return null;
  if (isNumeric(value)) return numberKey(comparable(value));
  if (depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
  if (Array.isArray(value)) return `l${JSON.stringify(value.map((item) => textKey(item, depth + 1)))}`;
  if (isRecord(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key) => [key, textKey(value[key] as Value, depth + 1)]);
    return `d${JSON.stringify(entries)}`;
  }
  if (isDateTime(value) && isAware(value)) return `z${value.epochNanoseconds}`;
  return `t${pythonRepr(value)}`;
}

function textKey(value: Value, depth: number): string {
  const key = keyOf(value, depth);
  return typeof key === 'string' ? key : `n${String(key)}`;
}

/** A float that holds a large integer equals the integer. */
function numberKey(value: number | bigint): number | bigint {
  if (typeof value === 'bigint' || !Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}
