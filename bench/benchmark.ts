/** What one benchmark found out. Ratios are ours / peer (or limit), measured in the same run: below 1 ours takes less time. */
export interface BenchmarkResult {
  readonly ratios: Readonly<Record<string, number>>;
  /** Medians behind the ratios and whatever else is worth knowing. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Whether `mustReach` holds; undefined when a peer that it needs is not installed. */
  readonly reached?: boolean;
  /** Peers that could not be measured, and why. */
  readonly missing?: readonly string[];
}

export interface Benchmark {
  readonly name: string;
  /** The goal of docs/performance.md, in words. */
  readonly mustReach: string;
  run(): Promise<BenchmarkResult>;
}
