/** One benchmark of `npm run bench`. What `run` gives is printed as JSON and kept under `bench/results/`. */
export interface Benchmark {
  /** As on the command line: `npm run bench -- sandbox-script`. */
  readonly name: string;
  /** The bar, in words, from docs/performance.md. */
  readonly mustReach: string;
  run(): Promise<BenchmarkResult>;
}

/** `reached` says whether the bar was met in this run; everything else is the benchmark's own, JSON-safe. */
export interface BenchmarkResult {
  readonly reached: boolean;
  readonly [measure: string]: unknown;
}
