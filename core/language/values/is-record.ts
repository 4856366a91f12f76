const { getPrototypeOf, prototype } = Object;

export type DataRecord = { readonly [key: string]: unknown };

/** True for maps of data; false for lists, dates, durations, boxed floats and everything else with a class. */
export function isRecord(value: unknown): value is DataRecord {
  if (typeof value !== 'object' || value === null) return false;
  const parent = getPrototypeOf(value);
  return parent === null || parent === prototype;
}

/** An empty map with no prototype: every key in it is data. */
export function newRecord<T = unknown>(): Record<string, T> {
  return Object.create(null);
}
