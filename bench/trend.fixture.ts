export interface Trend {
  /** Where the fitted line begins and ends. */
  readonly first: number;
  readonly last: number;
  /** How far the samples scatter around the line. */
  readonly deviation: number;
  readonly grows: boolean;
}

/** More than this share over the whole time counts, if it stands out from the scatter. */
const ALLOWED_SHARE = 0.05;
/** Of the slope, in standard errors. */
const SIGNIFICANT = 3;

/** Fits a straight line (least squares) through samples taken at equal distances. */
export function trend(samples: readonly number[]): Trend {
  const n = samples.length;
  const middle = (n - 1) / 2;
  const mean = samples.reduce((sum, y) => sum + y, 0) / n;
  const spread = samples.reduce((sum, _, x) => sum + (x - middle) ** 2, 0);
  const slope = samples.reduce((sum, y, x) => sum + (x - middle) * (y - mean), 0) / spread;
  const residual = samples.reduce((sum, y, x) => sum + (y - mean - slope * (x - middle)) ** 2, 0);
  const deviation = Math.sqrt(residual / Math.max(1, n - 2));
  const rise = slope * (n - 1);
  const error = deviation / Math.sqrt(spread);
  const grows = rise > ALLOWED_SHARE * mean && slope > SIGNIFICANT * error;
  return { first: mean - slope * middle, last: mean + slope * middle, deviation, grows };
}
