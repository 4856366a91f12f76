/** Names of labels → values. Few values each: never ids of people or paths as sent. */
export type MeterLabels = Readonly<Record<string, string>>;

export interface Counter {
  add(labels: MeterLabels, amount?: number): void;
}

export interface Histogram {
  observe(labels: MeterLabels, value: number): void;
}

export interface Gauge {
  set(labels: MeterLabels, value: number): void;
  /** Less, where `amount` is below 0. Two uses of a policy count together so, where each would set what the other has set. */
  add(labels: MeterLabels, amount: number): void;
}

/** Metrics of a policy, shown by the host's `/metrics` summed over all workers. The same name twice is the same meter. */
export interface Meters {
  counter(name: string, description: { readonly help: string; readonly labels: readonly string[] }): Counter;
  gauge(name: string, description: { readonly help: string; readonly labels: readonly string[] }): Gauge;
  /** `buckets`: upper bounds, ascending. */
  histogram(
    name: string,
    description: { readonly help: string; readonly labels: readonly string[]; readonly buckets: readonly number[] },
  ): Histogram;
}
