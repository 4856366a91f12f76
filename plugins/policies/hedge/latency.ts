/** So many of the last requests are looked at; the quantile is made anew after so many more. */
const KEPT = 256;
const REFRESH = 32;

/** Quantile of how long the last requests took. Undefined before there are enough to say. */
export function latencyQuantile(quantile: number) {
  const kept = new Float64Array(KEPT);
  let count = 0;
  let known: number | undefined;
  return {
    note(ms: number): void {
      kept[count % KEPT] = ms;
      count += 1;
      if (count % REFRESH !== 0) return;
      const sorted = kept.slice(0, Math.min(count, KEPT)).sort();
      known = sorted[Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)];
    },
    get value(): number | undefined {
      return known;
    },
  };
}
