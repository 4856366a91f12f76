const BRAND: unique symbol = Symbol.for('backplane.timedelta') as never;

/** Python's timedelta: a signed span of whole microseconds (safe up to 285 years). */
export class TimeDelta {
  readonly [BRAND] = true;
  readonly microseconds: number;

  constructor(microseconds: number) {
    this.microseconds = microseconds;
  }

  static is(value: unknown): value is TimeDelta {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  get totalSeconds(): number {
    return this.microseconds / 1e6;
  }
}
