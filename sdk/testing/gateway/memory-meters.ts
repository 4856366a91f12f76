import type { MeterLabels, Meters } from '../../contributions/gateway/meters.ts';

export interface MemoryMeters extends Meters {
  /** `name{label="value"}` → sum of a counter, value of a gauge, or all observed values of a histogram. */
  readonly values: ReadonlyMap<string, number | readonly number[]>;
}

/** Meters that can be looked at. Labels that were not declared are refused, as on a host. */
export function memoryMeters(): MemoryMeters {
  const values = new Map<string, number | readonly number[]>();
  const keyOf = (name: string, declared: readonly string[], labels: MeterLabels) => {
    const unknown = Object.keys(labels).filter((label) => !declared.includes(label));
    if (unknown.length > 0) throw new TypeError(`${name} has no label ${unknown.join(', ')}`);
    const text = declared.flatMap((label) => (label in labels ? [`${label}="${labels[label]}"`] : [])).join(',');
    return `${name}{${text}}`;
  };
  const add = (key: string, amount: number) =>
    void values.set(key, ((values.get(key) as number | undefined) ?? 0) + amount);
  const list = (key: string) => (values.get(key) ?? []) as readonly number[];
  return {
    values,
    counter: (name, { labels: declared }) => ({
      add: (labels, amount = 1) => add(keyOf(name, declared, labels), amount),
    }),
    gauge: (name, { labels: declared }) => ({
      set: (labels, value) => void values.set(keyOf(name, declared, labels), value),
      add: (labels, amount) => add(keyOf(name, declared, labels), amount),
    }),
    histogram: (name, { labels: declared }) => ({
      observe(labels, value) {
        const key = keyOf(name, declared, labels);
        values.set(key, [...list(key), value]);
      },
    }),
  };
}
